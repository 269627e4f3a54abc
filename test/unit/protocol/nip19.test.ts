import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { inspect } from 'node:util';
import { bech32, bech32m } from '@scure/base';
import { hexToBytes } from '../../../src/protocol/hex.ts';
import {
  decodeEntity,
  type EncodableEntity,
  encodeEntity,
  InvalidEntity,
} from '../../../src/protocol/nip19.ts';

const A = 'aa'.repeat(32);
const B = 'bb'.repeat(32);

/** A code of raw bytes given as hex, however wrong. */
function code(prefix: string, hex: string): string {
  return bech32.encode(prefix, bech32.toWords(hexToBytes(hex)), false);
}

function refuses(text: string, says: RegExp): void {
  assert.throws(() => decodeEntity(text), { name: 'InvalidEntity', message: says });
}

describe('round trips', () => {
  const entities: EncodableEntity[] = [
    { type: 'npub', pubkey: A },
    { type: 'note', id: A },
    { type: 'nprofile', pubkey: A, relays: [] },
    { type: 'nprofile', pubkey: A, relays: ['wss://x.com', '', 'wss://ß.example'] },
    { type: 'nevent', id: A, relays: ['wss://x.com'], author: B, kind: 0 },
    { type: 'nevent', id: A, relays: [] },
    { type: 'naddr', identifier: '', pubkey: A, relays: [], kind: 0 },
    { type: 'naddr', identifier: '\ufeffé 😀\0', pubkey: A, relays: ['wss://x.com'], kind: 65535 },
    { type: 'naddr', identifier: 'x'.repeat(255), pubkey: A, relays: [], kind: 30023 },
  ];
  for (const entity of entities) {
    test(JSON.stringify(entity).slice(0, 80), () => {
      assert.deepEqual(decodeEntity(encodeEntity(entity)), entity);
      assert.equal(JSON.stringify(decodeEntity(encodeEntity(entity))), JSON.stringify(entity));
      assert.deepEqual(decodeEntity(encodeEntity(entity).toUpperCase()), entity);
    });
  }
});

describe('a secret key', () => {
  const secretKey = hexToBytes('01'.repeat(32));
  const nsec = encodeEntity({ type: 'nsec', secretKey });

  test('comes back as bytes', () => {
    const entity = decodeEntity(nsec);
    assert.ok(entity.type === 'nsec');
    assert.deepEqual(entity.secretKey, secretKey);
  });

  test('does not show when the entity is printed', () => {
    const entity = decodeEntity(nsec);
    assert.equal(JSON.stringify(entity), '{"type":"nsec"}');
    assert.ok(!/1,\s*1/.test(inspect(entity)));
  });

  test('is never quoted, not even mistyped', () => {
    for (const text of [
      `${nsec.slice(0, -1)}q`,
      ` ${nsec}`,
      nsec.slice(0, 20),
      `${nsec}b`,
      nsec.replace('n', 'N'),
    ]) {
      assert.throws(
        () => decodeEntity(text),
        (error: Error) => error instanceof InvalidEntity && !error.message.includes(nsec.slice(8, 16)),
      );
    }
    assert.throws(
      () => encodeEntity({ type: 'npub', pubkey: nsec }),
      (error: Error) => !error.message.includes(nsec.slice(8, 16)),
    );
  });
});

describe('decoding', () => {
  test('skips TLVs it does not know and takes the first of each it does', () => {
    const text = code(
      'nevent',
      `6302ffff0020${A}0020${B}0220${B}0220${A}03040000000103040000000263000101610101 62`.replace(' ', ''),
    );
    assert.deepEqual(decodeEntity(text), { type: 'nevent', id: A, relays: ['a', 'b'], author: B, kind: 1 });
  });

  test('refuses wrong lengths', () => {
    refuses(code('npub', A.slice(2)), /npub must hold 32 bytes, not 31/);
    refuses(code('npub', ''), /npub must hold 32 bytes, not 0/);
    refuses(code('note', `${A}00`), /note must hold 32 bytes, not 33/);
    refuses(code('nprofile', `001f${A.slice(2)}`), /the pubkey must hold 32 bytes, not 31/);
    refuses(code('nevent', `0020${A}0201ff`), /the author must hold 32 bytes, not 1/);
    refuses(code('nevent', `0020${A}03020001`), /the kind must hold 4 bytes, not 2/);
  });

  test('refuses a kind that is none', () => {
    refuses(code('nevent', `0020${A}030400010000`), /the kind 65536 is above 65535/);
  });

  test('refuses what ends in the middle of a TLV', () => {
    for (const hex of ['00', `0020${A.slice(2)}`, `0020${A}01`, `0020${A}0105aa`]) {
      refuses(code('nprofile', hex), /ends in the middle of a TLV/);
    }
  });

  test('refuses a missing part', () => {
    refuses(code('nprofile', ''), /must hold a TLV of type 0/);
    refuses(code('naddr', `00000304000075 37`.replace(' ', '')), /must hold an author/);
    refuses(code('naddr', `00000220${A}`), /must hold a kind/);
  });

  test('refuses text that is not UTF-8', () => {
    refuses(code('nprofile', `0020${A}0101ff`), /not UTF-8/);
    refuses(code('naddr', `0002c3280220${A}030400007537`), /not UTF-8/);
  });

  test('refuses bech32m, mixed case, other prefixes and what is no code', () => {
    refuses(bech32m.encode('npub', bech32m.toWords(hexToBytes(A)), false), /invalid checksum/);
    const npub = encodeEntity({ type: 'npub', pubkey: A });
    refuses(npub.replace('npub', 'nPub'), /mixes upper and lower case/);
    refuses(code('ncryptsec', A), /unknown prefix "ncryptsec"/);
    for (const text of ['', 'npub1', 'npub', `${npub} `, `nostr:${npub}`, A]) refuses(text, /NIP-19/);
  });

  test('reads 5,000 characters and no more', () => {
    // 2 + 32 bytes and relays of 2 + 253: codes just below and just above the limit.
    const relays = (count: number) => Array(count).fill('x'.repeat(253));
    const below = code('nprofile', `0020${A}${'01fd'.concat('78'.repeat(253)).repeat(12)}`);
    assert.ok(below.length <= 5000 && below.length > 4900);
    assert.deepEqual(decodeEntity(below), { type: 'nprofile', pubkey: A, relays: relays(12) });
    refuses(code('nprofile', `0020${A}${'01fd'.concat('78'.repeat(253)).repeat(13)}`), /longer than 5000/);
  });

  test('reads the deprecated nrelay', () => {
    assert.deepEqual(decodeEntity(code('nrelay', '000161')), { type: 'nrelay', relay: 'a' });
  });
});

describe('encoding', () => {
  const wrong: [entity: unknown, says: RegExp][] = [
    [{ type: 'npub', pubkey: A.toUpperCase() }, /pubkey must be 64 lower-case hex digits/],
    [{ type: 'note', id: '' }, /id must be/],
    [{ type: 'nsec', secretKey: new Uint8Array(31) }, /nsec must hold 32 bytes/],
    [{ type: 'nevent', id: A, relays: [], author: 'x' }, /author must be/],
    [{ type: 'nevent', id: A, relays: [], kind: 65536 }, /kind must be a whole number from 0 to 65535/],
    [
      { type: 'naddr', identifier: 'x'.repeat(256), pubkey: A, relays: [], kind: 1 },
      /identifier is 256 bytes long/,
    ],
    [
      { type: 'naddr', identifier: 'é'.repeat(128), pubkey: A, relays: [], kind: 1 },
      /identifier is 256 bytes long/,
    ],
    [
      { type: 'naddr', identifier: '\ud800', pubkey: A, relays: [], kind: 1 },
      /identifier holds a lone surrogate/,
    ],
    [{ type: 'nprofile', pubkey: A, relays: ['x'.repeat(256)] }, /relay is 256 bytes long/],
    [
      { type: 'nprofile', pubkey: A, relays: Array(20).fill('x'.repeat(200)) },
      /6\d+ characters long; 5000 are allowed/,
    ],
    [{ type: 'nrelay', relay: 'x' }, /"nrelay" cannot be encoded/],
  ];
  for (const [entity, says] of wrong) {
    test(`refuses ${says.source}`, () => {
      assert.throws(() => encodeEntity(entity as EncodableEntity), { name: 'InvalidEntity', message: says });
    });
  }
});
