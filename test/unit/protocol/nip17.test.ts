import assert from 'node:assert/strict';
import { test } from 'node:test';
import { expiryOf, messageTags, participantsOf } from '../../../src/protocol/nip17.ts';
import { A, B, C } from '../../support/people.ts';

test('the tags of a message: receivers first, then what it answers, its subject, and what else is said', () => {
  const parent = { id: 'ab'.repeat(32), relay: 'wss://a.example' };
  assert.deepEqual(messageTags({ to: ['x', 'y'], parent, subject: '', tags: [['expiration', '5']] }), [
    ['p', 'x'],
    ['p', 'y'],
    ['e', parent.id, 'wss://a.example'],
    ['subject', ''],
    ['expiration', '5'],
  ]);
  assert.deepEqual(messageTags({ to: [], parent: { id: 'z' } }), [['e', 'z']]);
});

test('who takes part: the author and each p tag that is a key, once', () => {
  const tags = [['p', B.publicKey], ['p', B.publicKey, 'wss://a'], ['p'], ['p', 'B'], ['e', C.publicKey]];
  const people = participantsOf({ pubkey: A.publicKey, tags });
  assert.deepEqual([...people], [A.publicKey, B.publicKey]);
});

test('the first of the layers to expire says when; what is no time says nothing', () => {
  const layer = (value: string) => ({ tags: [['expiration', value]] });
  assert.equal(expiryOf([layer('300'), layer('200'), layer('soon')]), 200);
  assert.equal(expiryOf([layer('-1'), { tags: [] }]), undefined);
  assert.equal(expiryOf([]), undefined);
});
