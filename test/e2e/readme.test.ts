// README is run: the first session, and every recipe, held to what it says.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, resolve } from 'node:path';
import { after, describe, test } from 'node:test';
import { describeAll } from '../../src/command-line.ts';
import type { Event } from '../../src/protocol/event.ts';
import { RawClient } from '../support/raw-client.ts';
import { FILES, NPUB, type Place, RECIPES, type Try } from '../support/readme-recipes.ts';
import { startNost } from '../support/relays.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');

/** The code of a marked section. */
function section(name: string): string {
  return new RegExp(`<!-- ${name} -->\n\`\`\`\\w+\n([\\s\\S]*?)\`\`\``).exec(README)![1]!;
}

const folder = mkdtempSync(join(tmpdir(), 'nost-readme-'));
const bin = join(folder, 'bin');
mkdirSync(bin);
writeFileSync(join(bin, 'nost'), `#!/bin/sh\nexec "${process.execPath}" "${ROOT}/bin/nost.js" "$@"\n`, {
  mode: 0o755,
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** No recipe takes longer; what hangs is ended with all that it has started. */
const PATIENCE_MS = 20_000;

interface Told {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs a script in bash, in a home of its own. `onLine` is told how many lines stdout has. */
function bash(
  script: string,
  cwd: string,
  env: Readonly<Record<string, string>> = {},
  { patience = PATIENCE_MS, onLine = (_: number) => {} } = {},
): Promise<Told> {
  return new Promise(resolve => {
    const child = spawn('bash', ['-o', 'pipefail', '-c', script], {
      cwd,
      env: { PATH: bin + delimiter + process.env['PATH'], HOME: cwd, NOST_NO_INPUT: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true, // a group of its own, which ends as one
    });
    const timer = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), patience);
    const told: Told = { code: null, stdout: '', stderr: '' };
    child.stdout.on('data', chunk => {
      told.stdout += chunk;
      onLine(told.stdout.split('\n').length - 1);
    });
    child.stderr.on('data', chunk => {
      told.stderr += chunk;
    });
    child.on('close', code => {
      clearTimeout(timer);
      resolve({ ...told, code });
    });
  });
}

test('the first session works as it stands, on a machine without a keychain', async () => {
  const home = join(folder, 'session');
  mkdirSync(home);
  const { code, stdout, stderr } = await bash(`set -e\n${section('session')}wait`, home);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /"name":"demo","store":"plain"/);
  assert.match(stdout, /\nhello from nost\n/);
  // The start cache belongs to the program, not to the session.
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const left = files.map(({ parentPath, name }) => join(parentPath, name));
  assert.deepEqual(
    left.filter(path => !path.startsWith(join(home, '.cache'))),
    [],
    'the session leaves files behind',
  );
});

/** A relay of a recipe. */
async function open(place: Place = {}): Promise<{ url: string; close(): unknown }> {
  if (place === 'dead') return { url: 'ws://127.0.0.1:1', close: () => {} };
  if (place !== 'silent') return startNost(place);
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket.on('error', () => {}));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  };
  return { url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** Everything a relay holds. */
async function storedIn(url: string): Promise<Event[]> {
  const client = await RawClient.connect(url);
  const events = await client.query({});
  client.close();
  return events;
}

let worlds = 0;

/** Runs the lines of a recipe in a world of its own, and checks what it came to. */
async function attempt(lines: string, trial: Try, patience: number): Promise<void> {
  const home = join(folder, `recipe-${worlds++}`);
  mkdirSync(home);
  for (const [name, text] of Object.entries(FILES)) writeFileSync(join(home, name), text, { mode: 0o600 });
  const [relay, a, b] = await Promise.all([open(trial.relay), open(trial.a), open(trial.b)]);
  const urls = { relay: relay.url, a: a.url, b: b.url };
  const { live } = trial;
  let sent: Promise<void> | undefined;
  const onLine = (count: number) => {
    if (live && count >= live.after) sent ??= send(urls.b, live.event);
  };
  try {
    const words = { 'npub1…': NPUB, ...trial.instead };
    const real = Object.entries(words)
      .reduce((text, [word, other]) => text.replaceAll(word, other), lines)
      .replace(/wss:\/\/(relay|a|b)\.example/g, (_, place: keyof typeof urls) => urls[place]);
    const told = await bash(real, home, trial.env, { patience, onLine });
    await trial.check({
      ...told,
      file: name => readFileSync(join(home, name), 'utf8'),
      stored: place => storedIn(urls[place]),
    });
  } finally {
    await sent;
    await Promise.all([relay, a, b].map(each => each.close()));
  }
}

async function send(url: string, event: Event): Promise<void> {
  const client = await RawClient.connect(url);
  await client.publish(event);
  client.close();
}

/** The lines without one flag, with one number changed, with one relay less, or asking for the opposite. */
function variantsOf(lines: string, takesValue: (command: string, flag: string) => boolean): string[] {
  const variants = new Set<string>();
  for (const [command, name] of lines.matchAll(/nost ((?:key )?[a-z-]+)[^|<>\n]*/g)) {
    const put = (changed: string) => variants.add(lines.replace(command, changed));
    for (const [found, flag] of command.matchAll(/ (--?[a-z][a-z-]*)(?= |$)/g)) {
      const value = takesValue(name!, flag!)
        ? /^ (?:'[^']*'|"[^"]*"|\S+)/.exec(command.split(found)[1]!)![0]
        : '';
      put(command.replace(found + value, ''));
    }
    for (const [number] of command.matchAll(/ \d+(?= )/g))
      put(command.replace(number, ` ${Number(number) + 1}`));
    for (const [kind] of command.matchAll(/,\d+/g)) put(command.replace(kind, ''));
    const relays = command.match(/ wss:\S+/g) ?? [];
    if (relays.length > 1) for (const relay of relays) put(command.replace(relay, ''));
    for (const [field] of command.matchAll(/ ?%\{\w+\}/g)) put(command.replace(field, ''));
  }
  if (lines.includes(' | not')) variants.add(lines.replace(' | not', ''));
  return [...variants];
}

describe('recipes', async () => {
  const recipes = section('recipes')
    .trim()
    .split('\n\n')
    .map(text => text.split('\n') as [about: string, ...lines: string[]])
    .map(([about, ...lines]) => ({ about: about.slice(2), lines: lines.join('\n') }));
  const commands = await describeAll();
  const takesValue = (command: string, flag: string) =>
    commands
      .find(({ name }) => name === command)!
      .flags.some(({ names, value }) => names.includes(flag) && value !== undefined);

  test('are those that are tried here', () => {
    assert.deepEqual(
      recipes.map(({ about }) => about),
      Object.keys(RECIPES),
    );
  });

  for (const { about, lines } of recipes) {
    const trials = RECIPES[about] ?? [];
    test(about, async () => {
      for (const trial of trials) await attempt(lines, trial, PATIENCE_MS);
    });

    // What the test above would not see, README could say wrong.
    test(`each word counts: ${about}`, async () => {
      const unseen = [];
      for (const variant of variantsOf(lines, takesValue)) {
        const isSeen = await trials.reduce(
          async (seen, trial) =>
            (await seen) ||
            attempt(variant, trial, 2500).then(
              () => false,
              () => true,
            ),
          Promise.resolve(false),
        );
        if (!isSeen) unseen.push(variant);
      }
      assert.deepEqual(unseen, []);
    });
  }
});
