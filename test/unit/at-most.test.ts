import assert from 'node:assert/strict';
import test from 'node:test';
import { AtMost } from '../../src/at-most.ts';

test('a few work at the same time, in the order in which they came, also after one that fails', async () => {
  const atMost = new AtMost(2);
  const log: string[] = [];
  const ends: (() => void)[] = [];
  const work = (name: string) =>
    atMost.run(async () => {
      log.push(name);
      await new Promise<void>(resolve => ends.push(resolve));
      if (name === 'a') throw new Error('a fails');
      return name;
    });
  const all = Promise.allSettled([...'abcd'].map(work));
  await Promise.resolve();
  assert.deepEqual(log, ['a', 'b']);
  while (ends.length > 0) {
    ends.shift()!();
    await new Promise(setImmediate);
  }
  assert.deepEqual(log, ['a', 'b', 'c', 'd']);
  assert.deepEqual(
    (await all).map(({ status }) => status),
    ['rejected', 'fulfilled', 'fulfilled', 'fulfilled'],
  );
  assert.equal(await atMost.run(async () => 'free'), 'free');
});
