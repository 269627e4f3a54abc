// NIP-19: round trips, agreement with nostr-tools, and nothing but InvalidEntity for anything else.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bech32 } from '@scure/base';
import fc from 'fast-check';
import * as tools from 'nostr-tools/nip19';
import { decodeEntity, type EncodableEntity, encodeEntity, InvalidEntity } from '../../src/protocol/nip19.ts';
import { decodeCode, decodeUri } from '../../src/protocol/nip21.ts';
import { readPlainCode } from '../../src/protocol/plain-bech32.ts';
import { hex32, kind, record, runs, secretKey, text } from '../support/arbitraries.ts';
import { mutate, numbers } from '../support/mutations.ts';

const shortText = text.filter(value => new TextEncoder().encode(value).length <= 255);
const relays = fc.array(fc.oneof(fc.webUrl({ validSchemes: ['wss'] }), shortText), { maxLength: 4 });

const publicEntity: fc.Arbitrary<Exclude<EncodableEntity, { type: 'nsec' }>> = fc.oneof(
  record({ type: fc.constant('npub' as const), pubkey: hex32 }),
  record({ type: fc.constant('note' as const), id: hex32 }),
  record({ type: fc.constant('nprofile' as const), pubkey: hex32, relays }),
  record(
    { type: fc.constant('nevent' as const), id: hex32, relays, author: hex32, kind },
    { requiredKeys: ['type', 'id', 'relays'] },
  ),
  record({ type: fc.constant('naddr' as const), identifier: shortText, pubkey: hex32, relays, kind }),
);

/** What nostr-tools calls the same thing. */
function asTools(code: string): unknown {
  const { type, data } = tools.decode(code as `npub1${string}`) as { type: string; data: unknown };
  if (type === 'npub') return { type, pubkey: data };
  if (type === 'note') return { type, id: data };
  const fields = Object.entries(data as object).filter(([, value]) => value !== undefined);
  return { type, ...Object.fromEntries(fields) };
}

/** What the library makes of a code. */
function byLibrary(code: string) {
  const decoded = bech32.decodeUnsafe(code, 5000);
  const bytes = decoded && bech32.fromWordsUnsafe(decoded.words);
  return bytes ? { prefix: decoded.prefix, bytes } : undefined;
}

describe('NIP-19', () => {
  test('what is encoded decodes to the same, here and in nostr-tools', () => {
    fc.assert(
      fc.property(publicEntity, entity => {
        const code = encodeEntity(entity);
        assert.deepEqual(decodeEntity(code), entity);
        assert.deepEqual(decodeUri(`nostr:${code}`), entity);
        // nostr-tools drops a leading byte order mark from text.
        fc.pre(!JSON.stringify(entity).includes('\ufeff'));
        assert.deepEqual(asTools(code), JSON.parse(JSON.stringify(entity)));
      }),
      runs(150),
    );
  });

  test('what is read fast, the library reads alike; and all that it writes is', () => {
    const next = numbers(runs(1).seed);
    fc.assert(
      fc.property(publicEntity, entity => {
        const code = encodeEntity(entity);
        assert.ok(readPlainCode(code));
        for (let i = 0; i < 40; i++) {
          const text = i === 0 ? code : mutate(code, next);
          const plain = readPlainCode(text);
          if (plain) assert.deepEqual(plain, byLibrary(text), text);
        }
      }),
      runs(150),
    );
  });

  test('a secret key comes back byte for byte', () => {
    fc.assert(
      fc.property(secretKey, secret => {
        const code = encodeEntity({ type: 'nsec', secretKey: secret });
        assert.equal(code, tools.nsecEncode(secret));
        const entity = decodeEntity(code);
        assert.deepEqual(entity.type === 'nsec' && new Uint8Array(entity.secretKey), secret);
      }),
      runs(50),
    );
  });

  test('one wrong character is always found', () => {
    const letters = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
    fc.assert(
      fc.property(publicEntity, fc.nat(), fc.nat({ max: 31 }), (entity, at, letter) => {
        const code = encodeEntity(entity);
        const start = code.lastIndexOf('1') + 1;
        const place = start + (at % (code.length - start));
        fc.pre(code[place] !== letters[letter]);
        const wrong = code.slice(0, place) + letters[letter] + code.slice(place + 1);
        assert.throws(() => decodeEntity(wrong), InvalidEntity);
      }),
      runs(100),
    );
  });

  test('any payload under any prefix gives an entity that encodes again, or InvalidEntity', () => {
    const prefix = fc.constantFrom('npub', 'nsec', 'note', 'nprofile', 'nevent', 'naddr', 'nrelay', 'x');
    const tlv = fc
      .tuple(
        fc.nat({ max: 5 }),
        fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ minLength: 32, maxLength: 32 })),
      )
      .map(([type, value]) => [type, value.length, ...value]);
    const payload = fc.oneof(
      fc.uint8Array({ maxLength: 120 }),
      fc.array(tlv, { maxLength: 6 }).map(parts => Uint8Array.from(parts.flat())),
    );
    fc.assert(
      fc.property(prefix, payload, (name, bytes) => {
        const code = bech32.encode(name, bech32.toWords(bytes), false);
        try {
          const entity = decodeEntity(code);
          if (entity.type !== 'nrelay') assert.deepEqual(decodeEntity(encodeEntity(entity)), entity);
        } catch (error) {
          assert.ok(error instanceof InvalidEntity, String(error));
        }
      }),
      runs(400),
    );
  });

  test('any text gives an entity or InvalidEntity', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          fc.string({ maxLength: 200 }),
          text.map(rest => `nostr:npub1${rest}`),
        ),
        value => {
          try {
            decodeCode(value);
          } catch (error) {
            assert.ok(error instanceof InvalidEntity, String(error));
          }
        },
      ),
      runs(200),
    );
  });
});
