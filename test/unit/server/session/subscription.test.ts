import assert from 'node:assert/strict';
import test from 'node:test';
import { type Event, stringifyEvent } from '../../../../src/protocol/event.ts';
import { Subscription } from '../../../../src/server/session/subscription.ts';
import type { StoredEvent } from '../../../../src/server/store/tables.ts';
import { Turns } from '../../../../src/server/work.ts';
import { FakeTransport } from '../../../support/fake-transport.ts';
import { A } from '../../../support/people.ts';

/** What the store found; `complete` as `select` returns it. */
function* found(events: readonly Event[], complete = true): Generator<StoredEvent | undefined, boolean> {
  for (const event of events) yield { event, head: event, json: stringifyEvent(event) };
  return complete;
}

function subscribe(isHinting = false) {
  const transport = new FakeTransport();
  const subscription = new Subscription(transport, 'a', isHinting);
  const start = (events: readonly Event[], complete?: boolean) =>
    subscription.start(found(events, complete), new Turns().begin(Infinity));
  const deliver = (event: Event) => subscription.deliver(event, stringifyEvent(event));
  return { transport, subscription, start, deliver };
}

const [one, two, three] = [A.note('one', 1), A.note('two', 2), A.note('three', 3)];

/** Longer than HIGH_WATER when there are two. */
const big = (second: number) => A.note('x'.repeat(700_000), second);

test('stored events, EOSE once, then what is delivered', async () => {
  const { transport, start, deliver } = subscribe();
  await start([two]);
  deliver(three);
  assert.deepEqual(transport.frames, [
    ['EVENT', 'a', two],
    ['EOSE', 'a'],
    ['EVENT', 'a', three],
  ]);
});

test('the hint of NIP-67 is the third element of EOSE', async () => {
  for (const [complete, hint] of [
    [true, 'finish'],
    [false, 'more'],
  ] as const) {
    const { transport, start } = subscribe(true);
    await start([], complete);
    assert.deepEqual(transport.frames, [['EOSE', 'a', [hint]]]);
  }
});

test('what is accepted while stored events are on their way comes once, after EOSE', async () => {
  const { transport, start, deliver } = subscribe();
  transport.isStuck = true;
  const started = start([big(9), big(8), three, one]);
  deliver(three);
  assert.equal(transport.sent.length, 2, 'the third waits for the reader');
  transport.isStuck = false;
  transport.drain();
  await started;
  const order = transport.frames.map(frame => frame[2]?.created_at ?? frame[0]);
  assert.deepEqual(order, [9, 8, 1, 'EOSE', 3]);
});

test('nothing is sent after the end, not even EOSE', async () => {
  const { transport, subscription, start, deliver } = subscribe();
  transport.isStuck = true;
  const started = start([big(9), big(8), one]);
  subscription.end();
  transport.drain();
  await started;
  deliver(three);
  assert.equal(transport.sent.length, 2);
});

test('a reader too far behind is told so: before EOSE and after', async () => {
  const early = subscribe();
  early.transport.isStuck = true;
  const started = early.start([big(9), big(8), one]);
  const results = Array.from({ length: 25 }, () => early.deliver(big(10)));
  assert.equal(results.at(0), true);
  assert.equal(results.at(-1), false);
  early.subscription.end();
  early.transport.drain();
  await started;

  const live = subscribe();
  await live.start([]);
  assert.equal(live.deliver(one), true);
  live.transport.backlog = 17 * 1024 * 1024;
  assert.equal(live.deliver(two), false);
});
