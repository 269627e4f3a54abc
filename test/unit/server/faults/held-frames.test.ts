// Frames that wait: in order, each for its time, and without a trace once they are forgotten.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Delays, type Keeper, Lane, type Outgoing, Pace } from '../../../../src/server/faults/held-frames.ts';

const frame = (text: string): Outgoing => ({ text, type: 'OK', about: undefined });

/** What was released, how much waits, and how many timers run. */
function worldOf(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const timers = new Set<unknown>();
  const { setTimeout: start, clearTimeout: stop } = globalThis;
  t.mock.method(globalThis, 'setTimeout', (run: () => void, ms: number) => {
    const timer: NodeJS.Timeout = start(() => {
      timers.delete(timer);
      run();
    }, ms);
    timers.add(timer);
    return timer;
  });
  t.mock.method(globalThis, 'clearTimeout', (timer: NodeJS.Timeout | undefined) => {
    timers.delete(timer);
    stop(timer);
  });
  const world = { released: '', held: 0, most: Infinity, discard: () => {} };
  const keeper: Keeper = {
    release: ({ text }) => {
      world.released += text;
    },
    holds: difference => {
      world.held += difference;
      if (world.held > world.most) world.discard();
    },
  };
  return { world, keeper, timers, pass: (ms: number) => t.mock.timers.tick(ms) };
}

test('in a lane none overtakes another', t => {
  const { world, keeper, timers, pass } = worldOf(t);
  const lane = new Lane(keeper);
  lane.hold(frame('a'), 10);
  lane.hold(frame('b'), 0);
  lane.hold(frame('c'), 5);
  lane.hold(frame('d'), 20);
  pass(9);
  assert.deepEqual([world.released, world.held, lane.isEmpty], ['', 4, false]);
  pass(1);
  assert.deepEqual([world.released, world.held], ['abc', 1]);
  pass(10);
  assert.deepEqual([world.released, world.held, lane.isEmpty, timers.size], ['abcd', 0, true, 0]);
});

test('delays are each for themselves; those of one time keep their order', t => {
  const { world, keeper, timers, pass } = worldOf(t);
  const delays = new Delays(keeper);
  for (const [text, ms] of [
    ['a', 10],
    ['b', 5],
    ['c', 10],
  ] as const)
    delays.hold(frame(text), ms);
  pass(5);
  assert.equal(world.released, 'b');
  pass(5);
  assert.deepEqual([world.released, world.held, timers.size], ['bac', 0, 0]);
});

test('a pace has a pause behind each frame that wants one', t => {
  const { world, keeper, timers, pass } = worldOf(t);
  const pace = new Pace(keeper);
  for (const [text, ms] of [
    ['a', 10],
    ['b', 0],
    ['c', 10],
    ['d', 10],
  ] as const)
    pace.push(frame(text), ms);
  assert.deepEqual([world.released, world.held], ['a', 3]);
  pass(10);
  assert.equal(world.released, 'abc');
  pass(10);
  assert.equal(world.released, 'abcd');
  pass(10);
  assert.equal(timers.size, 0);
});

const QUEUES = { Lane, Delays, Pace };

for (const [name, Queue] of Object.entries(QUEUES)) {
  const push = (queue: Lane | Delays | Pace, text: string) =>
    queue instanceof Pace ? queue.push(frame(text), 1000) : queue.hold(frame(text), 1000);

  test(`${name}: what is flushed is released at once, what is discarded never; no timer is left`, t => {
    const { world, keeper, timers, pass } = worldOf(t);
    const queue = new Queue(keeper);
    for (const text of 'abc') push(queue, text);
    queue.flush();
    assert.deepEqual([world.released, world.held, timers.size], ['abc', 0, 0]);
    for (const text of 'def') push(queue, text);
    queue.discard();
    assert.deepEqual([world.held, timers.size], [0, 0]);
    pass(10_000);
    assert.ok(['abc', 'abcd'].includes(world.released)); // a pace does not hold the first one
  });

  test(`${name}: who has to discard when one is too many is left with no timer`, t => {
    const { world, keeper, timers } = worldOf(t);
    const queue = new Queue(keeper);
    world.most = 2;
    world.discard = () => queue.discard();
    for (const text of 'abcd') push(queue, text);
    world.most = Infinity;
    queue.discard();
    assert.deepEqual([world.held, timers.size], [0, 0]);
  });
}
