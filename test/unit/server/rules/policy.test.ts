import assert from 'node:assert/strict';
import test from 'node:test';
import {
  maySee,
  refusalToPublish,
  refusalToRead,
  type Visitor,
} from '../../../../src/server/rules/policy.ts';
import { A, B, T0 } from '../../../support/people.ts';

const visitor = (fields: Partial<Visitor> = {}): Visitor => ({
  authRequired: false,
  authed: new Set(),
  ownUrls: ['ws://relay.test'],
  now: T0,
  ...fields,
});

const as = (...people: { publicKey: string }[]) => new Set(people.map(one => one.publicKey));

test('an ordinary event is taken, whatever its time', () => {
  for (const second of [0, T0, 2 ** 40])
    assert.equal(refusalToPublish(A.note('x', second), visitor()), undefined);
});

test('an expired event is refused from its second on, and not shown any more; an ephemeral one is not affected', () => {
  const tags = [['expiration', `${T0}`]];
  assert.match(refusalToPublish(A.note('x', T0, tags), visitor())!, /^invalid: .*expired/);
  assert.equal(refusalToPublish(A.note('x', T0, tags), visitor({ now: T0 - 1 })), undefined);
  assert.equal(maySee(A.note('x', T0, tags), visitor()), false);
  assert.equal(maySee(A.note('x', T0, tags), visitor({ now: T0 - 1 })), true);
  assert.equal(refusalToPublish(A.sign({ kind: 20001, tags }), visitor()), undefined);
  assert.equal(maySee(A.sign({ kind: 20001, tags }), visitor()), true);
});

test('a protected event is taken from its author alone', () => {
  const locked = A.note('x', T0, [['-']]);
  assert.match(refusalToPublish(locked, visitor())!, /^auth-required: /);
  assert.match(refusalToPublish(locked, visitor({ authed: as(B) }))!, /^restricted: /);
  assert.equal(refusalToPublish(locked, visitor({ authed: as(B, A) })), undefined);
});

test('a repost that embeds a protected event is refused, also from somebody who is authenticated', () => {
  const locked = JSON.stringify(A.note('x', T0, [['-']]));
  for (const kind of [6, 16]) {
    const repost = B.sign({ kind, content: locked });
    assert.match(refusalToPublish(repost, visitor({ authed: as(A, B) }))!, /^blocked: /);
  }
  for (const content of ['', '{"-"', JSON.stringify(A.note('"-"')), '["-"]']) {
    assert.equal(refusalToPublish(B.sign({ kind: 6, content }), visitor()), undefined);
  }
  assert.equal(refusalToPublish(B.note(locked), visitor()), undefined);
});

test('an AUTH event is nothing to publish', () => {
  assert.match(refusalToPublish(A.auth('c', 'ws://x', T0), visitor())!, /^invalid: kind 22242/);
});

test('under authentication strangers neither read nor write', () => {
  const stranger = visitor({ authRequired: true });
  assert.match(refusalToPublish(A.note('x'), stranger)!, /^auth-required: /);
  assert.match(refusalToRead([{}], stranger)!, /^auth-required: /);
  assert.equal(refusalToPublish(A.note('x'), visitor({ authRequired: true, authed: as(B) })), undefined);
  assert.equal(refusalToRead([{}], visitor({ authRequired: true, authed: as(B) })), undefined);
});

test('under authentication a gift wrap is shown to those it is for', () => {
  for (const kind of [1059, 21059]) {
    const wrap = A.sign({ kind, tags: [['p', B.publicKey]] });
    assert.equal(maySee(wrap, visitor()), true);
    assert.equal(maySee(wrap, visitor({ authRequired: true })), false);
    assert.equal(maySee(wrap, visitor({ authRequired: true, authed: as(A) })), false);
    assert.equal(maySee(wrap, visitor({ authRequired: true, authed: as(A, B) })), true);
  }
});

test('too many filters are refused', () => {
  assert.match(refusalToRead(Array(101).fill({}), visitor())!, /^invalid: at most 100 filters/);
  assert.equal(refusalToRead(Array(100).fill({}), visitor()), undefined);
});

test('a search that could take long is refused', () => {
  assert.equal(refusalToRead([{ search: 'x'.repeat(256) }], visitor()), undefined);
  assert.match(
    refusalToRead([{}, { search: 'x'.repeat(257) }], visitor())!,
    /^error: too expensive: a search/,
  );
});
