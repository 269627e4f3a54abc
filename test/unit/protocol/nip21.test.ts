import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hexToBytes } from '../../../src/protocol/hex.ts';
import { encodeEntity, InvalidEntity } from '../../../src/protocol/nip19.ts';
import { decodeCode, decodeUri, encodeUri, isNostrUri } from '../../../src/protocol/nip21.ts';

const entity = { type: 'npub', pubkey: 'aa'.repeat(32) } as const;
const nsec = encodeEntity({ type: 'nsec', secretKey: hexToBytes('01'.repeat(32)) });

test('a URI is a code behind nostr:', () => {
  assert.equal(encodeUri(entity), `nostr:${encodeEntity(entity)}`);
  assert.deepEqual(decodeUri(encodeUri(entity)), entity);
  assert.deepEqual(decodeUri(encodeUri(entity).toUpperCase()), entity);
});

test('a code is read with and without the scheme', () => {
  assert.deepEqual(decodeCode(encodeEntity(entity)), entity);
  assert.deepEqual(decodeCode(encodeUri(entity)), entity);
  assert.ok(!isNostrUri('nostrnpub'));
});

test('a secret key is read bare and never behind nostr:', () => {
  assert.equal(decodeCode(nsec).type, 'nsec');
  for (const text of [`nostr:${nsec}`, `NOSTR:${nsec.toUpperCase()}`]) {
    assert.throws(() => decodeCode(text), /must never hold a secret key/);
  }
});

test('other schemes and empty URIs are refused, and a bare secret key is not quoted', () => {
  for (const text of ['nostr:', 'nostr://npub1', 'https://x.com', 'npub1x', nsec, 'nostr:nostr:npub1']) {
    assert.throws(
      () => decodeUri(text),
      (error: Error) => error instanceof InvalidEntity && !error.message.includes(nsec.slice(5, 12)),
    );
  }
});
