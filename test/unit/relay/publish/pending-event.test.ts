import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outgoing } from '../../../../src/relay/publish/outgoing-event.ts';
import { launch, newFlight, putBack } from '../../../../src/relay/publish/pending-event.ts';
import { makeEvent } from '../../../support/made-up-events.ts';
import { streamed } from '../../../support/streamed.ts';

const flight = (number: number) => newFlight(new Outgoing(streamed(makeEvent(number)), 1), number, 0);

test('what is sent again stands before what was offered later, whatever the order it comes back in', () => {
  for (const back of [
    [0, 1, 2],
    [2, 0, 1],
  ]) {
    const line = [3, 4].map(flight);
    for (const number of back) putBack(line, flight(number));
    assert.deepEqual(
      line.map(({ number }) => number),
      [0, 1, 2, 3, 4],
    );
  }
  const empty = [flight(0)];
  putBack(empty, flight(1));
  assert.equal(empty[1]!.number, 1);
});

test('sendings are counted; the time runs from the first', () => {
  const sent = flight(0);
  launch(sent, 100);
  launch(sent, 250);
  assert.deepEqual([sent.attempts, sent.since, sent.sent], [2, 100, 250]);
});
