import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as elapse } from 'node:timers/promises';
import { waitAwake } from '../../../../../src/relay/link/clocks/long-wait.ts';

const never = new AbortController().signal;

describe('a long wait', () => {
  test('takes its time', async () => {
    const start = performance.now();
    const later = elapse(900, 'later'); // timers end in their order, on a busy machine, too
    assert.equal(await Promise.race([waitAwake(40, never), later]), undefined);
    const took = performance.now() - start;
    assert.ok(took >= 39, `${took} ms`);
  });

  test('ends when it is aborted', async () => {
    const abort = new AbortController();
    const waiting = waitAwake(3_600_000, abort.signal);
    abort.abort();
    await waiting;
    await waitAwake(3_600_000, abort.signal);
  });

  test('is over when the machine has slept through it', async t => {
    const now = Date.now();
    let slept = 0;
    t.mock.method(Date, 'now', () => now + slept);
    const waiting = waitAwake(3_600_000, never);
    slept = 3_600_000;
    await waiting;
  });

  test('is not made longer by a clock that is set back', async t => {
    const now = Date.now();
    let set = 0;
    t.mock.method(Date, 'now', () => now + set);
    const waiting = waitAwake(30, never);
    set = -3_600_000;
    await waiting;
  });
});
