import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { InvalidConnectionUri, readConnectionUri } from '../../../src/protocol/connection-uri.ts';

const key = 'ab'.repeat(32);
const read = (text: string) => readConnectionUri(text, 'bunker');

describe('a URI of a signer or a wallet', () => {
  test('is read in any spelling that clients use', () => {
    for (const text of [
      `bunker://${key}?relay=wss%3A%2F%2Fr.example&secret=s3cr3t`,
      `BUNKER://${key.toUpperCase()}?relay=wss://r.example&secret=s3cr3t`,
      `bunker:${key}?secret=s3cr3t&relay=wss://r.example&relay=wss://R.example/#x`,
      `bunker://${key}/?relay=wss://r.example&secret=s3cr3t&secret=other&x=y`,
    ])
      assert.deepEqual(read(text).uri, { pubkey: key, relays: ['wss://r.example'], secret: 's3cr3t' });
  });

  test('without a secret, or with an empty one, has none', () => {
    for (const query of ['', '&secret', '&secret='])
      assert.equal(read(`bunker://${key}?relay=wss://r.example${query}`).uri.secret, undefined);
  });

  test('that is wrong is refused, and not a part of it is quoted', () => {
    for (const text of [
      'bunker://',
      `bunker://${key.slice(1)}?relay=wss://r.example&secret=s3cr3t`,
      `bunker://${key}?secret=s3cr3t`,
      `bunker://${key}?relay=s3cr3t%20s3cr3t&secret=s3cr3t`,
      `nostrconnect://${key}?relay=wss://r.example&secret=s3cr3t`,
      's3cr3t',
      `bunker://${key}?relay=wss://r.example&secret=${'s3cr3t'.repeat(2000)}`,
    ])
      assert.throws(
        () => read(text),
        (error: Error) => error instanceof InvalidConnectionUri && !/s3cr3t|abab/.test(error.message),
      );
  });
});
