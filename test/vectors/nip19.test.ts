// The published vectors of NIP-19 and NIP-21, and of bech32 itself where they say something of NIP-19.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesToHex } from '../../src/protocol/hex.ts';
import { InvalidKey, publicKeyOf } from '../../src/protocol/keys.ts';
import { decodeEntity, type EncodableEntity, encodeEntity, InvalidEntity } from '../../src/protocol/nip19.ts';
import { decodeCode, decodeUri, encodeUri } from '../../src/protocol/nip21.ts';
import { describeWhole } from '../support/vectors.ts';

interface Case {
  bech32: string;
  type: string;
  data: string | Record<string, unknown>;
  canonical?: boolean;
  note?: string;
}

/** What the vectors call `data`, from an entity. */
function dataOf(code: string): { type: string; data: unknown } {
  const entity = decodeEntity(code);
  const { type, ...rest } = entity;
  if (entity.type === 'nsec') return { type, data: bytesToHex(entity.secretKey) };
  const values = Object.values(rest);
  return { type, data: values.length === 1 ? values[0] : rest };
}

interface Codes {
  valid: Case[];
  derived: Case[];
  invalid: Case[];
}

/** How nostr-tools behaved: of interest to a reader. */
const THEIRS = { prose: ['nostr_tools_2_25'] };

describeWhole(
  'nip19/nip19.json',
  ({ valid, derived, invalid }: Codes) => {
    for (const { bech32, type, data, note } of [...valid, ...derived]) {
      test(`decodes ${type} ${note ?? bech32.slice(0, 24)}`, () =>
        assert.deepEqual(dataOf(bech32), { type, data }));
    }

    for (const { bech32, canonical } of valid) {
      if (!canonical) continue;
      test(`writes ${bech32.slice(0, 24)} again byte for byte`, () => {
        assert.equal(encodeEntity(decodeEntity(bech32) as EncodableEntity), bech32);
      });
    }

    for (const { bech32, note } of invalid) {
      if (note?.startsWith('zero secret key')) {
        // The encoding is sound, the key is not: it fails when it is used.
        test(note, () => {
          const entity = decodeEntity(bech32);
          assert.ok(entity.type === 'nsec');
          assert.throws(() => publicKeyOf(entity.secretKey), InvalidKey);
        });
        continue;
      }
      test(`refuses: ${note}`, () => assert.throws(() => decodeEntity(bech32), InvalidEntity));
    }
  },
  THEIRS,
);

interface Bech32 {
  valid: string[];
  invalid: { string: string; reason: string }[];
}

describeWhole('nip19/bip173-bech32.json', ({ valid, invalid }: Bech32) => {
  // Their prefixes are not NIP-19's: what can be seen here is that the checksum holds and the prefix is named,
  // or that the five-bit groups do not make whole bytes. The length rule of 90 is not NIP-19's.
  for (const text of valid) {
    test(`the checksum of ${JSON.stringify(text)} holds`, () => {
      assert.throws(
        () => decodeEntity(text),
        (error: Error) => error instanceof InvalidEntity && /unknown prefix|padding/.test(error.message),
      );
    });
  }

  for (const { string, reason } of invalid) {
    test(`refuses: ${reason} ${JSON.stringify(string)}`, () => {
      assert.throws(() => decodeEntity(string), InvalidEntity);
    });
  }
});

interface Uris {
  valid: { uri: string; decoded: { type: string; data: unknown } }[];
  invalid: string[];
}

describeWhole('nip21/nip21.json', ({ valid, invalid }: Uris) => {
  for (const { uri, decoded } of valid) {
    test(`decodes ${uri.slice(0, 30)}`, () => {
      const entity = decodeUri(uri);
      assert.deepEqual(dataOf(uri.slice('nostr:'.length)), decoded);
      assert.deepEqual(decodeCode(uri), entity);
      assert.deepEqual(decodeUri(encodeUri(entity as Exclude<typeof entity, { type: 'nrelay' }>)), entity);
    });
  }

  for (const uri of invalid) {
    test('refuses a secret key behind nostr:', () => assert.throws(() => decodeUri(uri), InvalidEntity));
  }
});
