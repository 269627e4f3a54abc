import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Lane } from '../../../src/verify/lane.ts';
import { makeEvent } from '../../support/made-up-events.ts';

type Made = ReturnType<typeof makeEvent>;

/** A lane of that depth, what it has delivered (by kind), and batches whose verdicts come when told. */
function laneOf(depth: number, wanted = Number.POSITIVE_INFINITY) {
  const delivered: number[] = [];
  const lane = new Lane<Made[]>(depth, async events => {
    delivered.push(...events.map(({ kind }) => kind));
    return delivered.length < wanted;
  });
  return { lane, delivered };
}

const batch = (kind: number): Made[] => [makeEvent(kind, { kind })];
function withResolvers() {
  let resolve!: (events: Made[]) => void;
  const promise = new Promise<Made[]>(given => {
    resolve = given;
  });
  return { promise, resolve };
}

const turn = () => new Promise<void>(resolve => setImmediate(resolve));

describe('a lane', () => {
  test('hands batches over in the order they came, whichever is ready first', async () => {
    const { lane, delivered } = laneOf(9);
    const slow = withResolvers();
    await lane.put(slow.promise);
    await lane.put(batch(2));
    await lane.put(Promise.resolve(batch(3)));
    await turn();
    assert.deepEqual(delivered, []);
    slow.resolve(batch(1));
    assert.equal(await lane.drained(), true);
    assert.deepEqual(delivered, [1, 2, 3]);
  });

  test('is full at its depth, and has room when the oldest is gone', async () => {
    const { lane } = laneOf(3);
    const first = withResolvers();
    await lane.put(first.promise);
    await lane.put(batch(2));
    let hasRoom = false;
    const third = lane.put(batch(3)).then(() => {
      hasRoom = true;
    });
    await turn();
    assert.equal(hasRoom, false);
    first.resolve(batch(1));
    await third;
  });

  test('of depth one does one after the other', async () => {
    const { lane, delivered } = laneOf(1);
    for (const kind of [1, 2, 3]) {
      await lane.put(Promise.resolve(batch(kind)));
      assert.equal(delivered.at(-1), kind);
    }
  });

  test('hands over without waiting for more: nothing is held back to fill it', async () => {
    const { lane, delivered } = laneOf(9);
    void lane.put(batch(1));
    await lane.drained();
    assert.deepEqual(delivered, [1]);
  });

  test('delivers nothing after nobody wants more, and says so', async () => {
    const { lane, delivered } = laneOf(2, 1);
    const answers = [];
    for (const kind of [1, 2, 3, 4]) answers.push(await lane.put(batch(kind)));
    assert.equal(answers.at(-1), false);
    assert.equal(await lane.drained(), false);
    assert.deepEqual(delivered, [1]);
  });

  test('tells a fault to whoever waits next, and to nobody else', async () => {
    const { lane } = laneOf(9);
    await lane.put(Promise.reject(new Error('engine')));
    await turn();
    await assert.rejects(lane.drained(), /engine/);
  });
});
