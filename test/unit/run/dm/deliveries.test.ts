import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Failure } from '../../../../src/errors.ts';
import type { PublishStatus } from '../../../../src/relay/link/outcome.ts';
import { Deliveries } from '../../../../src/run/dm/deliveries.ts';
import { A, B, C } from '../../../support/people.ts';

const R = 'wss://inbox.example';
const nameOf = { [A.publicKey]: 'A', [B.publicKey]: 'B', [C.publicKey]: 'C' };

/** A message of A to B and C: what each inbox made of it, and what that amounts to. */
function told(answers: Record<string, PublishStatus>, cause?: Failure) {
  const deliveries = new Deliveries(A.publicKey);
  const people = { a: A, b: B, c: C };
  for (const [who, status] of Object.entries(answers)) {
    const to = people[who as 'a' | 'b' | 'c'].publicKey;
    deliveries.add(who, { to, relays: [R] });
    const attempts = status === 'unreachable' ? 0 : 1;
    const ok = status === 'accepted';
    deliveries.note({ id: who, relay: R, ok, status, message: ok ? '' : 'why', attempts, ms: 1 });
  }
  const failure = deliveries.failure(cause);
  const message = failure?.message.replace(/npub1\w+/g, npub => (npub.startsWith('npub1mlc') ? 'B' : 'C'));
  return [failure?.kind, message, failure?.hint?.split('. ')[0]];
}

test('who did not get it is named; who may have it, too', () => {
  assert.deepEqual(told({ b: 'accepted', c: 'accepted', a: 'accepted' }), [undefined, undefined, undefined]);
  assert.deepEqual(told({ b: 'accepted', c: 'unreachable', a: 'accepted' }), [
    'partial',
    `the message did not reach C (${R}: why)`,
    'It is not kept for them',
  ]);
  assert.deepEqual(told({ b: 'timeout', c: 'refused', a: 'accepted' }), [
    'partial',
    'the message did not reach C; it is not known whether it reached B: no answer came',
    'It is not kept for them',
  ]);
  assert.deepEqual(told({ b: 'accepted', c: 'auth_required' }), [
    'partial',
    'the message did not reach C',
    'An inbox asks who you are: --auth tells it',
  ]);
  const silence = new Failure('timeout', 'no OK', { code: 'timeout' });
  assert.deepEqual(told({ b: 'disconnect' }, silence), [
    'timeout',
    'it is not known whether the message reached B: no answer came',
    'It is not kept',
  ]);
});

test('a copy that is not kept is no message that did not arrive', () => {
  assert.deepEqual(told({ b: 'accepted', c: 'accepted', a: 'refused' }), [
    'partial',
    'everybody got the message, but no copy is kept for you',
    undefined,
  ]);
});

test('who has it by fewer inboxes than were required is told with the counts', () => {
  const deliveries = new Deliveries(A.publicKey, 'all');
  deliveries.add('b', { to: B.publicKey, relays: [R] });
  deliveries.add('a', { to: A.publicKey, relays: [R, 'wss://other.example'] });
  for (const id of ['a', 'b'])
    deliveries.note({ id, relay: R, ok: true, status: 'accepted', message: '', attempts: 1, ms: 1 });
  const { kind, message } = deliveries.failure(new Failure('partial', 'events', { code: 'partial' }))!;
  assert.equal(kind, 'partial');
  assert.equal(message, 'the message reached everybody, but too few inboxes took it for yourself (1 of 2)');
});

test('the line says who got it by which relays', () => {
  const deliveries = new Deliveries(A.publicKey);
  deliveries.add('b', { to: B.publicKey, relays: [R] });
  deliveries.add('a', { to: A.publicKey, relays: [R] });
  deliveries.note({ id: 'b', relay: R, ok: true, status: 'accepted', message: '', attempts: 1, ms: 1 });
  const { to, copy } = JSON.parse(deliveries.line({ ...A.sign({}), id: 'x' }));
  assert.deepEqual(
    to.map(({ pubkey, relays }: { pubkey: string; relays: string[] }) => [nameOf[pubkey], relays]),
    [['B', [R]]],
  );
  assert.deepEqual(copy, []);
});
