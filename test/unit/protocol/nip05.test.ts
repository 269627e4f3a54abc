import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isNip05Like, parseNip05, readNip05 } from '../../../src/protocol/nip05.ts';

const KEY = 'ab'.repeat(32);

describe('a NIP-05 name', () => {
  test('may have a port, and no other oddities', () => {
    assert.deepEqual(parseNip05('a.b-c_d@Example.com:8443'), {
      local: 'a.b-c_d',
      domain: 'example.com:8443',
    });
    for (const text of [
      'a@b',
      'a@.com',
      'a@b..c',
      'a@-b.c',
      'a@b.c/d',
      'a@b.c?x',
      'a@b.c:x',
      'ä@b.c',
      'a@ä.c',
      '',
    ])
      assert.throws(() => parseNip05(text), { name: 'InvalidNip05' }, text);
  });

  test('is not what may be a secret key: no domain is asked for it, and it is not quoted', () => {
    const letters = 'vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5';
    for (const local of [letters, `nsec1${letters}`, letters.slice(3), letters.toUpperCase()]) {
      assert.equal(isNip05Like(`${local}@example.com`), false);
      assert.throws(
        () => parseNip05(`${local}@example.com`),
        ({ name, message }: Error) => name === 'InvalidNip05' && !message.includes(letters.slice(3, 20)),
      );
    }
    const npub = 'npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6';
    for (const local of [npub, KEY]) assert.equal(parseNip05(`${local}@example.com`).local, local);
  });

  test('is told from other words', () => {
    assert.deepEqual(['a@b.c', 'B.c', 'npub1x', 'a@b', '@b.c', 'a b@c.d', 'a.b/c@d.e'].map(isNip05Like), [
      true,
      true,
      false,
      false,
      false,
      false,
      false,
    ]);
  });
});

describe('a nostr.json', () => {
  test('gives the key and its relays, whatever else it holds', () => {
    const document = { names: { bob: KEY }, relays: { [KEY]: ['wss://a.example', 7] }, nip46: {} };
    assert.deepEqual(readNip05(document, 'bob'), { pubkey: KEY, relays: ['wss://a.example'] });
  });

  test('has only its own fields', () => {
    for (const local of ['__proto__', 'constructor', 'toString'])
      assert.throws(() => readNip05({ names: {} }, local), { name: 'InvalidNip05' });
  });

  test('that is none is refused', () => {
    for (const document of [
      null,
      7,
      [],
      {},
      { names: null },
      { names: { bob: KEY.toUpperCase() } },
      { names: { bob: 1 } },
    ])
      assert.throws(() => readNip05(document, 'bob'), { name: 'InvalidNip05' });
  });
});
