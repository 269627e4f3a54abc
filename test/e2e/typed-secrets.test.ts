// A secret typed, pasted or set in any place of any command: it is never told again. The places are read from the tables
// of flags and variables, so a new flag is tested without being named here.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { COMMANDS } from '../../src/commands/index.ts';
import { Failure } from '../../src/errors.ts';
import { COMMON_FLAGS } from '../../src/flags/common-flags.ts';
import { namesOf } from '../../src/flags/flag.ts';
import { VARIABLES } from '../../src/reference/topics/environment.ts';
import { type ProgramRun, runInside } from '../support/program-run.ts';

const HEX = '67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa';
const NSEC = 'nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5';
const ENCRYPTED =
  'ncryptsec1qgg9947rlpvqu76pj5ecreduf9jxhselq2nae2kghhvd5g7dgjtcxfqtd67p9m0w57lspw8gsq6yphnm8623nsl8xn9j4jdzz84zm3frztj3z7s35vpzmqf6ksu8r89qk5z2zxfmu5gv8th8wclt0h4p';
const PHRASE = 'leader monkey parrot ring guide accident before fence cannon height naive bean';

const SECRETS: Readonly<Record<string, string>> = {
  hex: HEX,
  'upper-case hex': HEX.toUpperCase(),
  'hex with a digit missing': HEX.slice(1),
  nsec: NSEC,
  'a broken nsec': `${NSEC.slice(0, 25)} ${NSEC.slice(25)}`,
  ncryptsec: ENCRYPTED,
};

/** These hold ids, keys or texts, where hex belongs; an nsec does nowhere. */
const HEX_BELONGS = /^(?:content|tag|tagJson|id|author|e|p|d|search|format|filter|header)$/;

/** What is typed for it is an id or a public key: a secret key comes by stdin. */
const EXPLAINS_HEX = 'decode';

/** A relay that refuses at once, and no other is ever asked. */
const NOBODY = 'ws://127.0.0.1:1';

/** They read descriptor 0, which is that of the tests; a file is read in the same way. */
const READS_DESCRIPTOR = /^key (?:import|encrypt|decrypt)$/;

const folder = mkdtempSync(join(tmpdir(), 'nost-typed-'));
const before = process.cwd();
process.chdir(folder);
after(() => {
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

const env = { PATH: process.env['PATH'], HOME: join(folder, 'home') };

/** Nothing of the secret but a few characters may be seen. */
function pieces(secret: string): string[] {
  const found: string[] = [];
  for (let at = secret.startsWith('n') ? 6 : 0; at + 12 <= secret.length; at += 4)
    found.push(secret.slice(at, at + 12).toLowerCase());
  return found;
}

async function check(secret: string, argv: readonly string[], run: ProgramRun = {}): Promise<void> {
  const { written, failure } = await runInside(argv, { ...run, env: { ...env, ...run.env } });
  const told = written.toLowerCase();
  const place = argv.map(word => (word.includes(secret) ? '…' : word)).join(' ');
  for (const piece of pieces(secret)) assert.ok(!told.includes(piece), `${place}: ${written}`);
  if (failure !== undefined && !(failure instanceof Failure)) throw failure;
}

/** No file that a command wrote holds it. */
function checkFiles(secret: string): void {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (name === 'key.txt' || name.startsWith('home')) continue;
    const text = readOrNothing(path).toLowerCase();
    for (const piece of pieces(secret)) assert.ok(!text.includes(piece), name);
  }
}

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // a folder
  }
}

/** What a command needs beside the secret to come far. */
const REST: Readonly<Record<string, string[]>> = {
  publish: ['-m', 'x', NOBODY],
  req: [NOBODY],
  'relay-info': [NOBODY],
  'relay-check': [NOBODY],
  'relay-ping': ['-c', '1', NOBODY],
  'relay-wait': ['--no-retry', NOBODY],
  serve: ['--port', '0'],
};

/** `npm run soak` types each form into each command; `npm test` an nsec, and the others in turn. */
const thorough = process.env['NOST_SOAK'] !== undefined;
const OTHERS = Object.keys(SECRETS).filter(form => form !== 'nsec');

for (const [form, secret] of Object.entries(SECRETS))
  describe(`${form} is not told`, () => {
    const isTyped = (at: number) => thorough || form === 'nsec' || OTHERS[at % OTHERS.length] === form;
    for (const entry of COMMANDS.filter((_, at) => isTyped(at))) {
      const { name } = entry;
      const words = name.split(' ');
      const rest = REST[name] ?? [];
      const isMeant = name === EXPLAINS_HEX && /^[0-9a-f]{64}$/i.test(secret);

      test(`by ${name}, as a value of any flag`, async () => {
        const { flags } = await entry.load();
        for (const [key, flag] of Object.entries({ ...flags, ...COMMON_FLAGS })) {
          if ((HEX_BELONGS.test(key) && /hex/.test(form)) || (isMeant && !/^values?$/.test(flag.takes)))
            continue;
          const flagName = namesOf(flag).at(-1)!;
          if (flag.takes === 'optional') continue; // it names a file
          await check(secret, [...words, flagName, secret, ...rest]);
          await check(secret, [...words, `${flagName}=${secret}`, ...rest]);
        }
      });

      test(`by ${name}, as an argument or a flag`, async () => {
        for (const typed of isMeant ? [] : [[secret], [secret, 'x'], ['x', secret]])
          await check(secret, [...words, ...typed]);
        await check(secret, [...words, `--${secret}`]);
        await check(secret, [...words, `-${secret}`]);
      });

      test(`by ${name}, on stdin or in a file`, async () => {
        const { flags } = await entry.load();
        for (const input of [secret, `${secret}\n${secret}\n`, `{"a":${secret}}`, `"${secret}"`]) {
          if (!READS_DESCRIPTOR.test(name)) {
            await check(secret, [...words], { input });
            await check(secret, [...words, '-'], { input });
          }
          writeFileSync('key.txt', input, { mode: 0o600 });
          for (const flag of Object.values(flags)) {
            if (!/file|path/.test(flag.spelling) || flag.takes !== 'value') continue;
            if (name === 'publish' && /content/.test(flag.spelling)) continue; // it is the content
            await check(secret, [...words, namesOf(flag).at(-1)!, 'key.txt', ...rest]);
          }
          if (flags['filter']) await check(secret, [...words, '--filter', '@key.txt', ...rest]);
        }
      });
    }

    test('by the program, as a command', async () => {
      await check(secret, [secret]);
      await check(secret, ['key', secret]);
      await check(secret, [`--${secret}`]);
      await check(secret, ['--version', secret]);
    });

    test('from any variable', async () => {
      for (const [variable] of VARIABLES) {
        if (/^XDG_|^CREDENTIALS/.test(variable)) continue; // a folder: its path is told
        for (const argv of [
          ['publish', '-m', 'x', NOBODY],
          ['publish', '-m', 'x', '--dry-run'],
          ['req', 'wss://127.0.0.9:1', 'ws://nobody.invalid'],
          ['req'],
          ['key', 'doctor'],
          ['keygen', '--store', 'file'],
          ['--version', '--json'],
        ])
          await check(secret, argv, { env: { [variable]: secret } });
      }
    });

    test('in a report or another file', () => checkFiles(secret));
  });

describe('a seed phrase is not told', () => {
  for (const input of [PHRASE, `${PHRASE.replaceAll(' ', '\n')}\n`])
    test(`on stdin or in a file (${input.includes('\n') ? 'lines' : 'one line'})`, async () => {
      writeFileSync('key.txt', input, { mode: 0o600 });
      for (const argv of [
        ['decode'],
        ['verify'],
        ['verify', '--results'],
        ['publish', '-', NOBODY],
        ['req', '--filter', '-', NOBODY],
        ['req', '--relays-file', 'key.txt'],
        ['publish', '--state', 'key.txt', '-m', 'x', NOBODY],
        ['publish', '--sec-file', 'key.txt', '-m', 'x', NOBODY],
        ['publish', '--cacert', 'key.txt', '-m', 'x', NOBODY],
        ['serve', '--port', '0', '--seed', 'key.txt'],
        ['key', 'import', '--sec-file', 'key.txt'],
        ['key', 'encrypt', '--sec-file', 'key.txt'],
        ['key', 'decrypt', '--sec-file', 'key.txt'],
      ]) {
        const { written } = await runInside(argv, { input, env });
        assert.doesNotMatch(written, /monkey|parrot|accident/, argv.join(' '));
      }
    });
});
