import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConversationKeys } from '../../../src/signer/conversation-keys.ts';

const key = (byte: number) => new Uint8Array(32).fill(byte);

test('a key is made once while it is used, and the one not used for longest makes room', () => {
  const keys = new ConversationKeys();
  const first = keys.of('first', () => key(1));
  const second = keys.of('second', () => key(2));
  for (let i = 0; i < 63; i++) {
    keys.of(`peer ${i}`, () => key(3));
    assert.equal(
      keys.of('first', () => assert.fail('it was there')),
      first,
    );
  }
  assert.deepEqual(second, key(0));
  assert.deepEqual(first, key(1));
});

test('all are overwritten in the end', () => {
  const keys = new ConversationKeys();
  const made = ['a', 'b'].map((peer, i) => keys.of(peer, () => key(i + 1)));
  keys.clear();
  assert.deepEqual(made, [key(0), key(0)]);
});

test('nothing is kept of a key that cannot be made', () => {
  const keys = new ConversationKeys();
  assert.throws(() =>
    keys.of('a', () => {
      throw new Error('no key');
    }),
  );
  assert.deepEqual(
    keys.of('a', () => key(1)),
    key(1),
  );
});
