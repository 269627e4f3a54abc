import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidConnectionUri, parseWalletUri } from '../../../src/protocol/nip47.ts';
import { describeVectors, vectorJson } from '../../support/vectors.ts';

const key = 'ab'.repeat(32);
const uri = (secret: string) =>
  `nostr+walletconnect:${key}?relay=wss://r.example&lud16=a%40b.c&secret=${secret}`;

test('a wallet names its lightning address, and its secret is a key', () => {
  const wallet = { pubkey: key, relays: ['wss://r.example'], secret: '01'.repeat(32), lud16: 'a@b.c' };
  assert.deepEqual(parseWalletUri(uri('01'.repeat(32))), wallet);
  for (const secret of ['', '01', 'x'.repeat(64), '01'.repeat(33)])
    assert.throws(
      () => parseWalletUri(uri(secret)),
      (error: Error) =>
        error instanceof InvalidConnectionUri && (secret === '' || !error.message.includes(secret)),
    );
});

describeVectors('nip46-47/uris.json', () => {
  test('the example of a wallet', () => {
    const { uri, wallet_pubkey, relays, secret } = vectorJson('nip46-47/uris.json').nwc;
    assert.deepEqual(parseWalletUri(uri), { pubkey: wallet_pubkey, relays, secret, lud16: undefined });
  });
});
