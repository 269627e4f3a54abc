import assert from 'node:assert/strict';
import test from 'node:test';
import { TooExpensive, Turns } from '../../../src/server/work.ts';

/** A clock that the test moves. */
function clockAt(start: number) {
  const clock = { now: start };
  return { clock, turns: new Turns(() => clock.now) };
}

test('a rest is due after some milliseconds, and the clock is looked at only now and then', () => {
  const { clock, turns } = clockAt(0);
  const work = turns.begin(1000);
  clock.now = 100;
  work.spend(1);
  assert.equal(work.isDue(), false);
  work.spend(300);
  assert.equal(work.isDue(), true);
  clock.now = 101;
  work.spend(300);
  assert.equal(work.isDue(), true, 'it has not rested');
});

test('after a rest the next slice begins', async () => {
  const { clock, turns } = clockAt(0);
  const work = turns.begin(1000);
  clock.now = 100;
  await work.rest();
  work.spend(300);
  assert.equal(work.isDue(), false);
});

test('those who rest take turns, one in each round of the event loop', async () => {
  const { turns } = clockAt(0);
  const order: string[] = [];
  const rest = async (name: string) => {
    const work = turns.begin(1);
    for (let i = 0; i < 2; i++) {
      await work.rest();
      order.push(name);
    }
  };
  let rounds = 0;
  const count = () => {
    rounds++;
    if (order.length < 4) setImmediate(count);
  };
  setImmediate(count);
  await Promise.all([rest('a'), rest('b')]);
  assert.deepEqual(order, ['a', 'b', 'a', 'b']);
  assert.ok(rounds >= 4, `${rounds} rounds`);
});

test('a request that has had its share ends', () => {
  const work = new Turns().begin(10);
  work.spend(10);
  assert.throws(() => work.spend(1), TooExpensive);
});
