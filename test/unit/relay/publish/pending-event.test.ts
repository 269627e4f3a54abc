import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OutgoingEvent } from '../../../../src/relay/publish/outgoing-event.ts';
import { type PendingEvent, PendingEvents } from '../../../../src/relay/publish/pending-event.ts';
import { makeEvent } from '../../../support/made-up-events.ts';
import { streamed } from '../../../support/streamed.ts';

/** So many events, as they were offered; none waits yet. */
function offered(count: number) {
  const events = new PendingEvents();
  const pending = Array.from({ length: count }, (_, i) =>
    events.create(new OutgoingEvent(streamed(makeEvent(i)), 1, 1), 0),
  );
  return { events, pending };
}

/** Takes all that can be sent, and sends it. */
function sendAll(events: PendingEvents, now = 0): PendingEvent[] {
  const sent: PendingEvent[] = [];
  for (let next = events.first; next; next = events.first) {
    events.next();
    events.send(next, now);
    sent.push(next);
  }
  return sent;
}

describe('pending events', () => {
  test('that are sent again go before what was offered later, whatever order they come back in', () => {
    for (const back of [
      [0, 1, 2],
      [2, 0, 1],
    ]) {
      const { events, pending } = offered(5);
      for (const i of [3, 4, ...back]) events.wait(pending[i]!);
      assert.deepEqual(
        sendAll(events).map(({ number }) => number),
        [0, 1, 2, 3, 4],
      );
    }
  });

  test('count their sendings; the time runs from the first', () => {
    const { events, pending } = offered(1);
    for (const now of [100, 250]) {
      events.wait(pending[0]!);
      sendAll(events, now);
      events.take(pending[0]!.event.id);
    }
    const { attempts, since, sent } = pending[0]!;
    assert.deepEqual([attempts, since, sent], [2, 100, 250]);
  });

  test('of one id are sent one at a time', () => {
    const events = new PendingEvents();
    for (let i = 0; i < 2; i++)
      events.wait(events.create(new OutgoingEvent(streamed(makeEvent(7)), 1, 1), 0));
    assert.equal(sendAll(events).length, 1);
    assert.deepEqual([events.inFlight, events.waiting], [1, 1]);
    events.take(makeEvent(7).id);
    assert.equal(sendAll(events).length, 1);
  });

  test('are each somewhere: waiting, in flight or held, and all can be taken at once', () => {
    const { events, pending } = offered(3);
    for (const each of pending) events.wait(each);
    const [first] = sendAll(events);
    events.hold(events.take(first!.event.id)!);
    events.wait(events.create(new OutgoingEvent(streamed(makeEvent(9)), 1, 1), 0));
    assert.deepEqual([events.waiting, events.inFlight, events.held], [1, 2, 1]);
    assert.deepEqual(
      events.takeSent().map(({ number }) => number),
      [1, 2, 0],
    );
    assert.deepEqual([events.takeAll().length, events.takeAll().length], [1, 0]);
  });
});
