import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventId, hasValidId } from '../../../src/protocol/event.ts';
import { hexToBytes } from '../../../src/protocol/hex.ts';
import { checkEvent, hasValidSignature, signEvent } from '../../../src/protocol/signature.ts';

const SECRET = hexToBytes('0000000000000000000000000000000000000000000000000000000000000003');
const event = signEvent({ created_at: 1700000000, kind: 1, tags: [['t', 'x']], content: 'hi "ß"\n' }, SECRET);

describe('checkEvent', () => {
  test('holds for what signEvent signs', () => {
    assert.equal(checkEvent(event), undefined);
    assert.ok(hasValidId(event) && hasValidSignature(event));
  });

  test('blames the id before the signature', () => {
    assert.equal(checkEvent({ ...event, content: 'x', sig: '00'.repeat(64) }), 'id');
    assert.equal(checkEvent({ ...event, sig: '00'.repeat(64) }), 'signature');
  });

  test('is no exception for a key off the curve or a lone surrogate', () => {
    const offCurve = { ...event, pubkey: '00'.repeat(32) };
    assert.equal(hasValidSignature(offCurve), false);
    assert.equal(checkEvent({ ...offCurve, id: eventId(offCurve) }), 'signature');
    assert.equal(checkEvent({ ...event, content: '\ud800' }), 'id');
  });
});

describe('signEvent', () => {
  test('is reproducible with fixed randomness and random without', () => {
    const zeros = new Uint8Array(32);
    assert.deepEqual(signEvent(event, SECRET, zeros), signEvent(event, SECRET, zeros));
    assert.notEqual(signEvent(event, SECRET).sig, signEvent(event, SECRET).sig);
  });

  test('refuses a lone surrogate, in content and in tags', () => {
    assert.throws(() => signEvent({ ...event, content: 'a\udc00' }, SECRET), /lone surrogate/);
    assert.throws(() => signEvent({ ...event, tags: [['t', '\ud83d']] }, SECRET), /lone surrogate/);
    assert.ok(signEvent({ ...event, content: '😀 \\ud800' }, SECRET));
  });
});
