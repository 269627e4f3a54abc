// What `npm start` shows: a throw-away key, a relay of our own, events there and back. Every command is printed as
// one would type it, with its real output. Ends by itself with 0, or with the error of what failed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { root } from './ensure.js';

const NOST = `${root}bin/nost.js`;

export async function tour() {
  const home = await mkdtemp(join(tmpdir(), 'nost-tour-'));
  const relay = spawn(process.execPath, [NOST, '-q', 'serve', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(relay, 'exit');
  try {
    const { value: url } = await createInterface({ input: relay.stdout })[Symbol.asyncIterator]().next();
    if (!url) throw new Error('the relay did not start');
    say('A relay for tests, on a free port', 'nost serve --port 0 &');
    console.log(`${url}\n`);
    await visit(url, home);
  } finally {
    relay.kill('SIGTERM');
    await ended;
    await rm(home, { recursive: true });
  }
  console.log(
    'Now yours:  npm -s start -- req -k note -l 10 wss://…   (npm -s start -- --help lists the commands)',
  );
}

/**
 * @param {string} url
 * @param {string} home
 */
async function visit(url, home) {
  const show = (
    /** @type {string} */ title,
    /** @type {string[]} */ args,
    /** @type {string | undefined} */ input = undefined,
  ) => run(title, args, { ...process.env, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home }, input);
  const key = JSON.parse(await show('A throw-away key', ['keygen', '--store', 'plain', '--insecure']));
  const signing = ['--sec-file', key.path, url];
  await show('Sign a note and send it', ['publish', '-m', 'hello from nost', '-t', 't=nost', ...signing]);
  const drafts = '{"content":"one"}\n{"content":"two","tags":[["t","nost"]]}\n';
  await show('Drafts on stdin, one result line for each', ['publish', '--results', '-', ...signing], drafts);
  const notes = await show('Ask for the notes of this key', [
    'req',
    '-k',
    'note',
    '-a',
    key.npub,
    '-t',
    't=nost',
    url,
  ]);
  await show('What was printed can be verified', ['verify', '--results'], notes);
  await show('What a code holds', ['decode', key.npub]);
  await show('What the relay says of itself', ['relay-info', url]);
}

/**
 * Shows one command as it is typed, runs it to its end with its output, and returns its stdout.
 * @param {string} title
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {string | undefined} input
 */
async function run(title, args, env, input) {
  say(title, `nost ${args.map(quoted).join(' ')}${input === undefined ? '' : ' < …'}`);
  const child = spawn(process.execPath, [NOST, ...args], {
    env,
    stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'inherit'],
  });
  child.stdin?.end(input);
  let output = '';
  child.stdout?.on('data', chunk => {
    output += chunk;
    process.stdout.write(chunk);
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`nost ${args[0]} ended with ${code}`);
  console.log();
  return output;
}

/** @param {string} word */
function quoted(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/**
 * @param {string} title
 * @param {string} line
 */
function say(title, line) {
  console.log(`# ${title}\n$ ${line}`);
}
