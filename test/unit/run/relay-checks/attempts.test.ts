import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type Attempt, firstSuccess } from '../../../../src/run/relay-checks/attempts.ts';

const NEVER = new AbortController().signal;

/** Attempts that hang until they are aborted, but for those that are given. */
function attempts(results: Readonly<Record<number, string | Error>> = {}) {
  const aborted: number[] = [];
  let begun = 0;
  const attempt: Attempt<string> = signal => {
    const number = ++begun;
    const result = results[number];
    if (result instanceof Error) return Promise.reject(result);
    if (result !== undefined) return Promise.resolve(result === '' ? undefined : result);
    return new Promise(resolve => {
      signal.addEventListener('abort', () => {
        aborted.push(number);
        resolve(undefined);
      });
    });
  };
  return { attempt, aborted, begun: () => begun };
}

/** Lets that many paces pass. */
async function pass(t: TestContext, paces: number): Promise<void> {
  for (let i = 0; i < paces; i++) {
    t.mock.timers.tick(100);
    await new Promise(resolve => setImmediate(resolve));
  }
}

function fakeClock(t: TestContext): void {
  t.mock.timers.enable({ apis: ['setInterval'] });
}

test('the first attempt that succeeds is the last', async t => {
  fakeClock(t);
  const { attempt, begun } = attempts({ 1: '', 2: '', 3: 'yes' });
  const found = firstSuccess(attempt, NEVER);
  await pass(t, 10);
  assert.equal(await found, 'yes');
  assert.equal(begun(), 3);
});

test('attempts that hang make way for new ones, but the eldest', async t => {
  fakeClock(t);
  const { attempt, aborted } = attempts({ 7: 'yes' });
  const found = firstSuccess(attempt, NEVER);
  await pass(t, 5);
  assert.deepEqual(aborted, [2, 3]);
  await pass(t, 1);
  assert.equal(await found, 'yes');
  assert.deepEqual(aborted, [2, 3, 4, 1, 5, 6], 'the others are given up');
});

test('a signal ends it without a result', async t => {
  fakeClock(t);
  const ending = new AbortController();
  const { attempt, aborted, begun } = attempts();
  const found = firstSuccess(attempt, ending.signal);
  await pass(t, 1);
  ending.abort();
  assert.equal(await found, undefined);
  await pass(t, 5);
  assert.deepEqual([aborted, begun()], [[1, 2], 2]);
  assert.equal(await firstSuccess(attempt, ending.signal), undefined);
  assert.equal(begun(), 2);
});

test('what goes wrong for good is passed on', async t => {
  fakeClock(t);
  const { attempt, begun } = attempts({ 2: new Error('no') });
  const found = firstSuccess(attempt, NEVER);
  found.catch(() => {});
  await pass(t, 5);
  await assert.rejects(found, /^Error: no$/);
  assert.equal(begun(), 2);
});
