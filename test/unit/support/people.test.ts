import assert from 'node:assert/strict';
import { test } from 'node:test';
import { publicKeyOf } from '../../../src/protocol/keys.ts';
import { signEvent } from '../../../src/protocol/signature.ts';
import { A, B, C, T0 } from '../../support/people.ts';

test('people sign what the curve in JavaScript signs, byte for byte', () => {
  for (const person of [A, B, C]) {
    assert.equal(person.publicKey, publicKeyOf(person.secretKey));
    const template = { kind: 30_023, created_at: T0 + 1, tags: [['d', 'ü']], content: 'a “text”' };
    const signed = signEvent(template, person.secretKey, new Uint8Array(32));
    assert.equal(JSON.stringify(person.sign(template)), JSON.stringify(signed));
  }
});
