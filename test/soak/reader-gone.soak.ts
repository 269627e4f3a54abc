// The reader of a long query goes away at any moment, hundreds of times, most of them while verification threads start
// or work: the command ends at once, with success, and nothing is left to say.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { numbers } from '../support/mutations.ts';
import { A, T0 } from '../support/people.ts';
import { type NostRelay, startNost } from '../support/relays.ts';

const NOST = join(import.meta.dirname, '../../bin/nost.js');
const ROUNDS = 300;
const EVENTS = 6000;

let relay: NostRelay;
before(async () => {
  relay = await startNost({ seed: Array.from({ length: EVENTS }, (_, i) => A.note(`seed ${i}`, T0 + i)) });
});
after(() => relay.close());

/** Reads at least so many lines of a query, then no more; tells how the command ended. */
async function readSome(lines: number): Promise<{ code: number | null; by: string | null; stderr: string }> {
  const child = spawn(process.execPath, [NOST, 'req', '--all', relay.url], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    stderr += text;
  });
  let read = 0;
  child.stdout.setEncoding('latin1').on('data', text => {
    read += text.split('\n').length - 1;
    if (read >= lines) child.stdout.destroy();
  });
  const [code, by] = await once(child, 'close');
  return { code, by, stderr };
}

test(`${ROUNDS} times the reader goes away`, { timeout: 1_200_000 }, async () => {
  const next = numbers(1);
  for (let round = 0; round < ROUNDS; round++) {
    const lines = 1 + (next() % EVENTS);
    const end = await readSome(lines);
    assert.deepEqual(end, { code: 0, by: null, stderr: '' }, `after ${lines} lines`);
  }
});
