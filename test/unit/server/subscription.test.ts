import assert from 'node:assert/strict';
import test from 'node:test';
import { stringifyEvent } from '../../../src/protocol/event.ts';
import type { Filter } from '../../../src/protocol/filter.ts';
import type { EoseHint } from '../../../src/protocol/message.ts';
import { Subscription } from '../../../src/server/subscription.ts';
import { FakeTransport } from '../../support/fake-transport.ts';
import { A } from '../../support/people.ts';

function subscribe(filters: Filter[] = [{}], hint?: EoseHint) {
  const transport = new FakeTransport();
  const subscription = new Subscription(transport, 'a', filters, hint);
  const deliver = (event: ReturnType<typeof A.note>) => subscription.deliver(event, stringifyEvent(event));
  return { transport, subscription, deliver };
}

const [one, two, three] = [A.note('one', 1), A.note('two', 2), A.note('three', 3)];

/** Longer than HIGH_WATER when there are two. */
const big = (second: number) => A.note('x'.repeat(700_000), second);

test('stored events, EOSE once, then what is delivered and matches', async () => {
  const { transport, subscription, deliver } = subscribe([{ since: 2 }]);
  await subscription.start([two]);
  deliver(one);
  deliver(three);
  assert.deepEqual(transport.frames, [
    ['EVENT', 'a', two],
    ['EOSE', 'a'],
    ['EVENT', 'a', three],
  ]);
});

test('the hint of NIP-67 is the third element of EOSE', async () => {
  const { transport, subscription } = subscribe([{}], 'more');
  await subscription.start([]);
  assert.deepEqual(transport.frames, [['EOSE', 'a', ['more']]]);
});

test('what is accepted while stored events are on their way comes once, after EOSE', async () => {
  const { transport, subscription, deliver } = subscribe();
  transport.isStuck = true;
  const started = subscription.start([big(9), big(8), one]);
  deliver(three);
  assert.equal(transport.sent.length, 2, 'the third waits for the reader');
  transport.isStuck = false;
  transport.drain();
  await started;
  const order = transport.frames.map(frame => frame[2]?.created_at ?? frame[0]);
  assert.deepEqual(order, [9, 8, 1, 'EOSE', 3]);
});

test('nothing is sent after the end, not even EOSE', async () => {
  const { transport, subscription, deliver } = subscribe();
  transport.isStuck = true;
  const started = subscription.start([big(9), big(8), one]);
  subscription.end();
  transport.drain();
  await started;
  deliver(three);
  assert.equal(transport.sent.length, 2);
});

test('a reader too far behind is told so: before EOSE and after', async () => {
  const early = subscribe();
  early.transport.isStuck = true;
  const started = early.subscription.start([big(9), big(8), one]);
  const results = Array.from({ length: 25 }, () => early.deliver(big(10)));
  assert.equal(results.at(0), true);
  assert.equal(results.at(-1), false);
  early.subscription.end();
  early.transport.drain();
  await started;

  const live = subscribe();
  await live.subscription.start([]);
  assert.equal(live.deliver(one), true);
  live.transport.backlog = 17 * 1024 * 1024;
  assert.equal(live.deliver(two), false);
});
