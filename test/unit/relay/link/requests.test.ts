import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { NegotiationListener, SubscriptionListener } from '../../../../src/relay/link/listeners.ts';
import { Requests } from '../../../../src/relay/link/requests.ts';

const asker = {} as SubscriptionListener;
const negotiator = {} as NegotiationListener;

test('whoever asked is found by its id until it ends, and no id comes twice', () => {
  const requests = new Requests();
  const first = requests.subscribe(asker);
  const second = requests.negotiate(negotiator);
  assert.notEqual(first, second);
  assert.equal(requests.subscription(first), asker);
  assert.equal(requests.subscription(second), undefined);
  assert.equal(requests.negotiation(second), negotiator);
  assert.deepEqual(requests.listeners, [asker, negotiator]);
  assert.deepEqual([requests.endSubscription(first), requests.endSubscription(first)], [true, false]);
  assert.deepEqual([requests.endNegotiation(first), requests.endNegotiation(second)], [false, true]);
  assert.deepEqual([requests.subscriptionIds, requests.negotiationIds, requests.listeners], [[], [], []]);
  assert.ok(![first, second].includes(requests.subscribe(asker)));
});

test('an id is ours from when it is given, also after its end; others are not', () => {
  const requests = new Requests();
  assert.ok(!requests.wasOurs('nost1'));
  const subId = requests.subscribe(asker);
  requests.endSubscription(subId);
  assert.ok(requests.wasOurs(subId));
  for (const other of ['', 'nost', 'nost0', 'nost2', 'nost-1', 'nost1x', 'x1', 'nostNaN'])
    assert.ok(!requests.wasOurs(other), other);
});
