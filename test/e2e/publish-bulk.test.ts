// Publishing in bulk, by the built program: as fast as the window allows on relays far away, and nothing lost when it is
// killed in the middle. With NOST_SOAK set the killing is of 5,000 events, as the issue has it.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { startAnsweringRelay } from '../support/answering-relay.ts';
import { A, T0 } from '../support/people.ts';

const NOST = join(import.meta.dirname, '../../bin/nost.js');
const WINDOW = 50;
const KILLED = process.env['NOST_SOAK'] ? 5000 : 600;

const events = (count: number) => Array.from({ length: count }, (_, i) => A.note(`note ${i}`, T0 + i));
const jsonl = (notes: readonly unknown[]) => notes.map(note => `${JSON.stringify(note)}\n`).join('');

/** `nost publish` with its input already given. */
function publish(input: string, words: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [NOST, 'publish', ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin!.on('error', () => {}); // it may be killed before it has read everything
  child.stdin!.end(input);
  return child;
}

/** One after the other, 1,000 events would take 100 s on a relay 100 ms away. */
const FAR: Parameters<typeof startAnsweringRelay>[2] = process.env['NOST_SOAK']
  ? { latency: 100 }
  : { together: { count: WINDOW, of: 1000 } };

test('1,000 events to three far relays fill the window of each', { timeout: 120_000 }, async t => {
  const relays = [];
  for (let i = 0; i < 3; i++) relays.push(await startAnsweringRelay(t, () => 'accept', FAR));
  const input = jsonl(events(1000));
  const start = performance.now();
  const child = publish(input, ['--require', 'all', '-', ...relays.map(({ url }) => url)]);
  let printed = '';
  child.stdout!.setEncoding('utf8').on('data', text => {
    printed += text;
  });
  const [code] = await once(child, 'close');
  const seconds = (performance.now() - start) / 1000;
  t.diagnostic(`${seconds.toFixed(2)} s`);
  assert.equal(code, 0);
  assert.equal(printed, input);
  for (const { received } of relays) assert.equal(received.size, 1000);
  if (FAR.latency) assert.ok(seconds < 5, `${seconds} s`);
});

test(`killed in the middle of ${KILLED} events, --state goes on: none lost, a window repeated at most`, async t => {
  const folder = mkdtempSync(join(tmpdir(), 'nost-bulk-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const notes = events(KILLED);
  const words = ['--state', join(folder, 'state.jsonl'), '--pipeline', String(WINDOW), '-'];
  let child: ChildProcess | undefined;
  let killAt = KILLED / 2;
  const relay = await startAnsweringRelay(
    t,
    () => {
      if (relay.received.size >= killAt) child?.kill('SIGKILL');
      return 'accept';
    },
    { latency: 5 },
  );
  child = publish(jsonl(notes), [...words, relay.url]);
  child.stdout!.resume();
  const [, signal] = await once(child, 'exit');
  assert.equal(signal, 'SIGKILL');
  assert.ok(relay.received.size < KILLED, 'it was over before it could be killed');
  killAt = Number.POSITIVE_INFINITY;
  const again = publish(jsonl([...notes].reverse()), [...words, relay.url]);
  let lines = 0;
  again.stdout!.on('data', (chunk: Buffer) => {
    for (const byte of chunk) if (byte === 10) lines++;
  });
  assert.deepEqual(await once(again, 'close'), [0, null]);
  const repeated = [...relay.received.values()].filter(times => times > 1).length;
  t.diagnostic(`${repeated} events repeated`);
  assert.equal(lines, KILLED);
  assert.deepEqual(
    notes.filter(({ id }) => !relay.received.has(id)),
    [],
  );
  assert.ok(repeated <= WINDOW, `${repeated} events came twice`);
});
