import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OutgoingEvent } from '../../../../src/relay/publish/outgoing-event.ts';
import { ToldInOrder } from '../../../../src/relay/publish/told-in-order.ts';
import { makeEvent } from '../../../support/made-up-events.ts';
import { streamed } from '../../../support/streamed.ts';

/** Events offered, by their index, and what was told of them. */
function world(count: number, size = 10) {
  const events = Array.from(
    { length: count },
    (_, i) => new OutgoingEvent(streamed(makeEvent(i, { size })), 1, 1),
  );
  const told: number[] = [];
  const order = new ToldInOrder(event => told.push(events.indexOf(event)));
  for (const event of events) order.offer(event);
  return { told, order, decide: (i: number, verdict: 'met' | 'missed') => order.decide(events[i]!, verdict) };
}

describe('events in the order of their offering', () => {
  test('are told whatever the order of the votes', () => {
    const { told, decide } = world(5);
    decide(2, 'met');
    decide(4, 'met');
    assert.deepEqual(told, []);
    decide(0, 'met');
    assert.deepEqual(told, [0]);
    decide(1, 'missed');
    assert.deepEqual(told, [0, 2]);
    decide(3, 'met');
    assert.deepEqual(told, [0, 2, 3, 4]);
  });

  test('come out once each, whatever order is drawn', () => {
    for (let round = 0; round < 50; round++) {
      const { told, decide } = world(60);
      const votes = Array.from({ length: 60 }, (_, i) => i).sort(() => Math.random() - 0.5);
      for (const i of votes) decide(i, i % 7 === 3 ? 'missed' : 'met');
      assert.deepEqual(
        told,
        Array.from({ length: 60 }, (_, i) => i).filter(i => i % 7 !== 3),
      );
    }
  });

  test('are too many when megabytes wait for the first', () => {
    const { told, order, decide } = world(120, 100_000);
    for (let i = 1; i < 80; i++) decide(i, 'met');
    assert.equal(order.isFull, false);
    for (let i = 80; i < 120; i++) decide(i, 'met');
    assert.equal(order.isFull, true);
    decide(0, 'missed');
    assert.equal(order.isFull, false);
    assert.equal(told.length, 119);
  });
});
