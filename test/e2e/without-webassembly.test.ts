// The program where there is neither WebAssembly nor compiled code, as under `node --jitless` and on systems that
// forbid to make code: slower, and the same in every byte.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { A, B, withBrokenSignature } from '../support/people.ts';
import { startNost } from '../support/relays.ts';

const NOST = join(import.meta.dirname, '../../bin/nost.js');
const LIMIT = { timeout: 120_000 };

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `nost` to its end, under these flags of Node. */
function run(flags: string[], args: string[], input: string, env: NodeJS.ProcessEnv): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...flags, NOST, ...args], { env: { ...process.env, ...env } });
    const ended: Ended = { code: null, stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', chunk => {
        ended[name] += chunk;
      });
    child.on('error', reject);
    child.on('close', code => resolve({ ...ended, code }));
    child.stdin.end(input);
  });
}

const jitless = (args: string[], input = '', env: NodeJS.ProcessEnv = {}) =>
  run(['--jitless'], args, input, env);
const usual = (args: string[], input = '') => run([], args, input, {});

const ODD = 'a "quoted" \\ back/slash\n\u0000\u001f\u2028 ä 😀';
const events = [
  ...Array.from({ length: 12 }, (_, i) => A.note(`number ${i} ${ODD}`, 1_700_000_000 + i)),
  B.sign({ kind: 30023, content: ODD, tags: [[], ['d', ODD], ['t', 'x', '']], created_at: 1_700_000_100 }),
];
const lines = events.map(event => JSON.stringify(event));
/** Canonical lines, a line with its keys in another order, one with white space, and what is wrong in every way. */
const input = [
  ...lines,
  JSON.stringify(Object.fromEntries(Object.entries(events[0]!).reverse())),
  lines[1]!.replace(',"kind"', ', "kind"'),
  JSON.stringify(withBrokenSignature(events[2]!)),
  lines[3]!.replace('number', 'numbers'),
  '{"id":1}',
  'nonsense',
].join('\n');

describe('without WebAssembly', LIMIT, () => {
  test('events are published and read back, the same bytes in the same order', async t => {
    const { url, close } = await startNost();
    t.after(close);
    const published = await jitless(['publish', '-', url], lines.join('\n'));
    assert.equal(published.code, 0, published.stderr);
    assert.deepEqual(new Set(published.stdout.trim().split('\n')), new Set(lines));
    for (const words of [[], ['--all'], ['--no-verify'], ['--envelope']]) {
      const [here, there] = [await jitless(['req', ...words, url]), await usual(['req', ...words, url])];
      const [lines, expected] = [here, there].map(({ stdout }) =>
        stdout.replace(/"received_at":[\d.]+/g, ''),
      );
      assert.equal(here.code, 0, here.stderr);
      assert.equal(lines!.split('\n').length, events.length + 1);
      assert.equal(lines, expected);
    }
  });

  test('events on stdin get the same verdicts', async () => {
    for (const words of [[], ['--results']]) {
      const [here, there] = [
        await jitless(['verify', ...words], input),
        await usual(['verify', ...words], input),
      ];
      assert.equal(here.stdout, there.stdout);
      assert.equal(here.code, there.code);
    }
  });

  test('a proof of work is found, on threads as well', async () => {
    for (const bits of ['10', '17']) {
      const words = ['publish', '--dry-run', '--pow', bits, '-'];
      const draft = JSON.stringify({ content: ODD, tags: [['t', ODD]] });
      const { code, stdout, stderr } = await jitless(words, draft, { NOSTR_SECRET_KEY: A.secretHex });
      assert.equal(code, 0, stderr);
      const checked = await usual(['verify', '--min-pow', bits], stdout);
      assert.deepEqual([checked.code, checked.stdout], [0, stdout]);
    }
  });

  test('every engine verifies but the one that is WebAssembly: that one says so', async () => {
    const good = `${lines[0]}\n`;
    for (const engine of ['', 'noble']) {
      const { code, stdout } = await jitless(['verify'], good, { NOST_VERIFY: engine });
      assert.deepEqual([code, stdout], [0, good]);
    }
    const { code, stdout, stderr } = await jitless(['verify'], good, { NOST_VERIFY: 'wasm' });
    assert.deepEqual([code, stdout], [2, '']);
    assert.match(stderr, /NOST_VERIFY=wasm: .*WebAssembly/);
  });
});
