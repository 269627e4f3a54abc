// What nostr-tools makes is read here, and what is made here nostr-tools reads: what the other properties do not hold.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { schnorr } from '@noble/curves/secp256k1.js';
import { entropyToMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import fc from 'fast-check';
import * as tools06 from 'nostr-tools/nip06';
import * as tools17 from 'nostr-tools/nip17';
import * as tools19 from 'nostr-tools/nip19';
import * as tools21 from 'nostr-tools/nip21';
import * as tools44 from 'nostr-tools/nip44';
import * as tools45 from 'nostr-tools/nip45';
import * as tools49 from 'nostr-tools/nip49';
import { sha256Hex } from '../../src/protocol/crypto.ts';
import { bytesToHex, hexToBytes } from '../../src/protocol/hex.ts';
import { publicKeyOf } from '../../src/protocol/keys.ts';
import { secretKeyOfMnemonic } from '../../src/protocol/nip06.ts';
import { decodeEntity, type EncodableEntity, encodeEntity } from '../../src/protocol/nip19.ts';
import { decodeUri, encodeUri } from '../../src/protocol/nip21.ts';
import { checkDelegation, delegationText } from '../../src/protocol/nip26.ts';
import { decryptPayload, encryptPayload, paddedLength } from '../../src/protocol/nip44.ts';
import {
  addToHll,
  decodeHll,
  encodeHll,
  estimateHll,
  hllOffset,
  mergeHll,
  newHll,
} from '../../src/protocol/nip45.ts';
import { decryptKey, encryptKey } from '../../src/protocol/nip49.ts';
import { giftWrap, keyHolder, openGift, rumorOf } from '../../src/protocol/nip59.ts';
import { hex32, kind, runs, secretKey, text } from '../support/arbitraries.ts';
import { numbers } from '../support/mutations.ts';
import { T0 } from '../support/people.ts';

/** nostr-tools drops a leading byte order mark from texts. */
const words = text.filter(value => !value.startsWith('\ufeff'));
const shortText = words.filter(value => new TextEncoder().encode(value).length <= 255);
const relays = fc.array(fc.webUrl({ validSchemes: ['wss'] }), { maxLength: 3 });

describe('NIP-19 and NIP-21', () => {
  /** What nostr-tools writes, and what it holds. */
  const written: fc.Arbitrary<[code: string, entity: EncodableEntity]> = fc
    .record({
      key: hex32,
      id: hex32,
      relays,
      kind,
      identifier: shortText,
      secret: secretKey,
      full: fc.boolean(),
    })
    .chain(({ key, id, relays, kind, identifier, secret, full }) =>
      fc.constantFrom<[string, EncodableEntity]>(
        [tools19.npubEncode(key), { type: 'npub', pubkey: key }],
        [tools19.noteEncode(id), { type: 'note', id }],
        [tools19.nsecEncode(secret), { type: 'nsec', secretKey: secret }],
        [tools19.nprofileEncode({ pubkey: key, relays }), { type: 'nprofile', pubkey: key, relays }],
        [
          tools19.neventEncode({ id, relays, ...(full && { author: key, kind }) }),
          { type: 'nevent', id, relays, ...(full && { author: key, kind }) },
        ],
        [
          tools19.naddrEncode({ identifier, pubkey: key, relays, kind }),
          { type: 'naddr', identifier, pubkey: key, relays, kind },
        ],
      ),
    );

  test('what nostr-tools encodes is decoded here, and encoded again it is the same for nostr-tools', () => {
    fc.assert(
      fc.property(written, ([code, entity]) => {
        const found = decodeEntity(code);
        if (found.type === 'nsec' && entity.type === 'nsec')
          assert.deepEqual(new Uint8Array(found.secretKey), new Uint8Array(entity.secretKey));
        else assert.deepEqual(found, entity);
        const again = encodeEntity(entity);
        assert.deepEqual(tools19.decode(again as `npub1${string}`), tools19.decode(code as `npub1${string}`));
      }),
      runs(400),
    );
  });

  test('URIs', () => {
    fc.assert(
      fc.property(written, ([code, entity]) => {
        fc.pre(entity.type !== 'nsec');
        assert.deepEqual(decodeUri(`nostr:${code}`), entity);
        const uri = encodeUri(entity as Exclude<EncodableEntity, { type: 'nsec' }>);
        assert.deepEqual(tools21.parse(uri).decoded, tools19.decode(code as `npub1${string}`));
      }),
      runs(100),
    );
  });
});

describe('NIP-44', () => {
  /** Just below, at and above each length where the padding changes, and some of those of the extended prefix. */
  const LENGTHS = (() => {
    const edges = [65_535, 65_536, 81_920, 98_304, 131_072];
    for (let length = 32; length <= 16_384; length = paddedLength(length + 1)) edges.push(length);
    return [1, 2, ...edges.flatMap(edge => [edge - 1, edge, edge + 1])];
  })();

  test('at every boundary of the padding both write the same, and read each other', () => {
    const next = numbers(44);
    const bytes = (count: number) => Uint8Array.from({ length: count }, () => next() % 256);
    assert.ok(LENGTHS.length > 100);
    for (const length of LENGTHS) {
      const [key, nonce] = [bytes(32), bytes(32)];
      // Now and then a character of four bytes, where one fits.
      const wide = length >= 4 && next() % 2 === 0 ? '😀' : '';
      const plain = wide + String.fromCharCode(97 + (next() % 26)).repeat(length - wide.length * 2);
      assert.equal(Buffer.byteLength(plain), length);
      const payload = encryptPayload(plain, key, nonce);
      assert.equal(payload, tools44.encrypt(plain, key, nonce), `${length} bytes`);
      assert.equal(tools44.decrypt(payload, key), plain, `${length} bytes`);
      assert.equal(decryptPayload(tools44.encrypt(plain, key), key), plain, `${length} bytes`);
    }
  });

  test('padded lengths, up to those of the extended prefix', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 65_535 }), length =>
        assert.equal(paddedLength(length), tools44.v2.utils.calcPaddedLen(length)),
      ),
      runs(400),
    );
  });
});

describe('NIP-49', () => {
  const cases = fc.tuple(secretKey, text, fc.integer({ min: 1, max: 8 }), fc.constantFrom(0, 1, 2));

  test('what nostr-tools encrypts is decrypted here', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ([secret, password, logN, security]) => {
        const code = tools49.encrypt(secret, password, logN, security as 0 | 1 | 2);
        assert.deepEqual(new Uint8Array(await decryptKey(code, password)), new Uint8Array(secret));
      }),
      runs(30),
    );
  });

  test('what is encrypted here nostr-tools decrypts', async () => {
    await fc.assert(
      fc.asyncProperty(secretKey, text, async (secret, password) => {
        const code = await encryptKey(secret, password, { logN: 16 });
        assert.deepEqual(new Uint8Array(tools49.decrypt(code, password)), new Uint8Array(secret));
      }),
      runs(2),
    );
  });
});

test('NIP-06: the same key of the same words, passphrase and account', async () => {
  const entropy = fc
    .constantFrom(16, 20, 24, 28, 32)
    .chain(length => fc.uint8Array({ minLength: length, maxLength: length }));
  await fc.assert(
    fc.asyncProperty(entropy, text, fc.nat({ max: 2 ** 31 - 1 }), async (bytes, passphrase, account) => {
      const mnemonic = entropyToMnemonic(bytes, wordlist);
      const secret = await secretKeyOfMnemonic(mnemonic, { passphrase, account });
      const theirs = tools06.accountFromSeedWords(mnemonic, passphrase, account);
      assert.equal(bytesToHex(secret), bytesToHex(theirs.privateKey));
      assert.equal(publicKeyOf(secret), theirs.publicKey);
    }),
    runs(15),
  );
});

describe('NIP-45', () => {
  const value = fc.oneof(
    hex32,
    text.filter(each => each !== ''),
    fc.tuple(kind, hex32, words).map(parts => parts.join(':')),
  );

  test('offsets', () => {
    fc.assert(
      fc.property(value, tag => assert.equal(hllOffset(tag), tools45.computeOffset(tag))),
      runs(400),
    );
  });

  test('registers, their merging and the estimate', () => {
    const pubkeys = fc.array(hex32, { maxLength: 300 });
    fc.assert(
      fc.property(pubkeys, pubkeys, fc.integer({ min: 8, max: 23 }), (some, more, offset) => {
        const ours = [some, more].map(each =>
          each.reduce((hll, key) => addToHll(hll, key, offset), newHll()),
        );
        const theirs = [some, more].map(each =>
          each.reduce((hll, key) => tools45.feedPubkey(hll, key, offset), tools45.newHll()),
        );
        assert.deepEqual(ours.map(encodeHll), theirs.map(tools45.hllEncode));
        assert.deepEqual(decodeHll(tools45.hllEncode(theirs[0]!)), ours[0]);
        const merged = mergeHll(ours[0]!, ours[1]!);
        assert.deepEqual(encodeHll(merged), tools45.hllEncode(tools45.mergeHll(theirs[0]!, theirs[1]!)));
        assert.equal(estimateHll(merged), tools45.estimateCount(merged));
      }),
      runs(100),
    );
  });
});

describe('NIP-17', () => {
  test('a message that nostr-tools wraps is opened here', async () => {
    await fc.assert(
      fc.asyncProperty(secretKey, secretKey, text, async (mine, theirs, message) => {
        const wrap = tools17.wrapEvent(mine, { publicKey: publicKeyOf(theirs) }, message);
        const { rumor } = await openGift(JSON.parse(JSON.stringify(wrap)), keyHolder(theirs));
        assert.deepEqual([rumor.kind, rumor.content, rumor.pubkey], [14, message, publicKeyOf(mine)]);
      }),
      runs(15),
    );
  });

  test('a message that is wrapped here nostr-tools opens', async () => {
    await fc.assert(
      fc.asyncProperty(secretKey, secretKey, text, async (mine, theirs, content) => {
        const tags = [['p', publicKeyOf(theirs)]];
        const rumor = rumorOf({ pubkey: publicKeyOf(mine), created_at: T0, kind: 14, tags, content });
        const wrap = await giftWrap(rumor, publicKeyOf(theirs), keyHolder(mine), { now: T0 });
        assert.deepEqual(tools17.unwrapEvent(wrap, theirs), rumor);
      }),
      runs(15),
    );
  });
});

// nostr-tools has no NIP-26 any more: the token is made by noble, and the conditions are judged once more.
test('NIP-26: a delegation holds for what its conditions allow, and for no other delegatee', () => {
  const bound = fc.tuple(fc.constantFrom('<', '>'), fc.nat({ max: 10 }));
  const conditions = fc.record({
    kinds: fc.array(fc.nat({ max: 3 }), { maxLength: 2 }),
    bounds: fc.array(bound, { maxLength: 2 }),
  });
  fc.assert(
    fc.property(
      secretKey,
      hex32,
      hex32,
      conditions,
      fc.nat({ max: 3 }),
      fc.nat({ max: 10 }),
      (secret, pubkey, other, { kinds, bounds }, kind, created_at) => {
        fc.pre(pubkey !== other);
        const text = [
          ...kinds.map(each => `kind=${each}`),
          ...bounds.map(([sign, at]) => `created_at${sign}${at}`),
        ].join('&');
        const token = bytesToHex(schnorr.sign(hexToBytes(sha256Hex(delegationText(pubkey, text))), secret));
        const tags = [['delegation', publicKeyOf(secret), text, token]];
        const allowed =
          (kinds.length === 0 || kinds.includes(kind)) &&
          bounds.every(([sign, at]) => (sign === '<' ? created_at < at : created_at > at));
        assert.equal(checkDelegation({ tags, pubkey, kind, created_at }), allowed ? undefined : 'conditions');
        assert.equal(checkDelegation({ tags, pubkey: other, kind, created_at }), 'token');
      },
    ),
    runs(60),
  );
});
