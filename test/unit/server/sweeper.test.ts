import assert from 'node:assert/strict';
import test from 'node:test';
import { Sweeper } from '../../../src/server/sweeper.ts';
import { Turns } from '../../../src/server/work.ts';
import { A, T0 } from '../../support/people.ts';
import { held, STORES } from '../../support/stores.ts';

const expiring = (content: string, at: number, created_at = T0) =>
  A.note(content, created_at, [['expiration', `${at}`]]);

for (const [name, open] of Object.entries(STORES)) {
  test(`what has expired is removed, and nothing else (${name})`, async t => {
    const store = await open();
    t.after(() => store.close());
    let now = T0;
    const sweeper = new Sweeper({ store, turns: new Turns(), now: () => now * 1000, log: assert.fail });
    t.after(() => sweeper.close());
    const old = A.sign({ kind: 0, created_at: T0 - 9 });
    const profile = A.sign({ kind: 0, created_at: T0 - 8, tags: [['expiration', `${T0 + 5}`]] });
    const many = Array.from({ length: 450 }, (_, i) => expiring(`${i}`, T0 + 5, T0 + i));
    const kept = [A.note('kept', T0 - 1), expiring('later', T0 + 10, T0 - 2)];
    await store.add([old, profile, ...many, ...kept]);
    await sweeper.sweep();
    assert.equal(store.size, 453);
    now = T0 + 5;
    await sweeper.sweep();
    assert.deepEqual(held(store), kept);
    assert.equal(store.size, 2);
    now = T0 + 10;
    await sweeper.sweep();
    assert.deepEqual(held(store), kept.slice(0, 1));
  });
}

test('a sweep that fails is told, and the next goes on', async () => {
  const told: string[] = [];
  let calls = 0;
  const removeExpired = async () => {
    if (calls++ === 0) throw new Error('the disk is full');
    return undefined;
  };
  const store = { removeExpired } as never;
  const sweeper = new Sweeper({ store, turns: new Turns(), now: Date.now, log: line => told.push(line) });
  await sweeper.sweep();
  await sweeper.sweep();
  await sweeper.close();
  assert.deepEqual([told, calls], [['expired events could not be removed: the disk is full'], 2]);
});
