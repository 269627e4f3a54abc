// NIP-04, NIP-44 and NIP-59: round trips, agreement with nostr-tools in both directions, and nothing but the typed error
// for anything else.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import * as tools04 from 'nostr-tools/nip04';
import * as tools44 from 'nostr-tools/nip44';
import * as tools59 from 'nostr-tools/nip59';
import { eventId } from '../../src/protocol/event.ts';
import { publicKeyOf } from '../../src/protocol/keys.ts';
import { decryptLegacy, encryptLegacy } from '../../src/protocol/nip04.ts';
import {
  conversationKey,
  decryptPayload,
  encryptPayload,
  InvalidPayload,
  paddedLength,
} from '../../src/protocol/nip44.ts';
import {
  giftWrap,
  InvalidWrap,
  keyHolder,
  MAX_BACKDATING,
  openGift,
  rumorOf,
} from '../../src/protocol/nip59.ts';
import { checkEvent } from '../../src/protocol/signature.ts';
import { runs, secretKey, template, text } from '../support/arbitraries.ts';
import { damagedGift, PLAIN_READER } from '../support/gifts.ts';
import { mutate, numbers } from '../support/mutations.ts';
import { authenticated, paddedAtRandom } from '../support/payloads.ts';
import { A, B, T0 } from '../support/people.ts';

const message = fc.oneof(
  { weight: 4, arbitrary: text.filter(value => value !== '') },
  fc.tuple(text, fc.nat({ max: 300 })).map(([value, times]) => `${value}x`.repeat(times + 1)),
);
/** nostr-tools drops a leading byte order mark from texts that it decrypts. */
const withoutMark = message.filter(value => !value.startsWith('\ufeff'));

describe('NIP-44', () => {
  test('what one side encrypts the other reads, and so does nostr-tools', () => {
    fc.assert(
      fc.property(secretKey, secretKey, message, (mine, theirs, words) => {
        const key = conversationKey(mine, publicKeyOf(theirs));
        assert.deepEqual(conversationKey(theirs, publicKeyOf(mine)), key);
        assert.deepEqual(tools44.getConversationKey(mine, publicKeyOf(theirs)), key);
        const payload = encryptPayload(words, key);
        assert.equal(decryptPayload(payload, key), words);
        assert.equal(decryptPayload(tools44.encrypt(words, key), key), words);
        if (!words.startsWith('\ufeff')) assert.equal(tools44.decrypt(payload, key), words);
      }),
      runs(20),
    );
  });

  test('the same nonce gives the same payload here and there', () => {
    fc.assert(
      fc.property(
        secretKey,
        fc.uint8Array({ minLength: 32, maxLength: 32 }),
        message,
        (key, nonce, words) => {
          assert.equal(encryptPayload(words, key, nonce), tools44.encrypt(words, key, nonce));
        },
      ),
      runs(200),
    );
  });

  test('padded lengths grow with the length, and never by half', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 32 - 2 }), length => {
        const padded = paddedLength(length);
        assert.ok(padded >= length && padded <= Math.max(32, length * 1.5) && padded % 32 === 0);
        assert.ok(paddedLength(length + 1) >= padded);
        assert.equal(paddedLength(padded), padded);
      }),
      runs(400),
    );
  });

  test('one changed byte is always found', () => {
    const key = conversationKey(A.secretKey, B.publicKey);
    fc.assert(
      fc.property(message, fc.nat(), fc.integer({ min: 1, max: 255 }), (words, at, change) => {
        const bytes = Buffer.from(encryptPayload(words, key), 'base64');
        bytes[at % bytes.length]! ^= change;
        assert.throws(() => decryptPayload(bytes.toString('base64'), key), InvalidPayload);
      }),
      runs(300),
    );
  });
});

describe('NIP-04', () => {
  test('what one side encrypts the other reads, and so does nostr-tools', () => {
    fc.assert(
      fc.property(secretKey, secretKey, withoutMark, (mine, theirs, words) => {
        const payload = encryptLegacy(words, mine, publicKeyOf(theirs));
        assert.equal(decryptLegacy(payload, theirs, publicKeyOf(mine)), words);
        assert.equal(tools04.decrypt(theirs, publicKeyOf(mine), payload), words);
        assert.equal(
          decryptLegacy(tools04.encrypt(theirs, publicKeyOf(mine), words), mine, publicKeyOf(theirs)),
          words,
        );
      }),
      runs(20),
    );
  });
});

describe('NIP-59', () => {
  test('a gift is the rumor, for its reader, here and in nostr-tools', async () => {
    await fc.assert(
      fc.asyncProperty(template, secretKey, secretKey, async (draft, mine, theirs) => {
        const rumor = rumorOf({ ...draft, pubkey: publicKeyOf(mine) });
        const wrap = await giftWrap(rumor, publicKeyOf(theirs), keyHolder(mine), { now: T0 });
        assert.equal(checkEvent(wrap), undefined);
        assert.ok(wrap.created_at <= T0 && wrap.created_at > T0 - MAX_BACKDATING);
        const { rumor: opened, seal } = await openGift(wrap, keyHolder(theirs));
        assert.deepEqual(opened, rumor);
        assert.ok(![wrap.pubkey, seal.id].includes(seal.pubkey));
        assert.deepEqual(tools59.unwrapEvent(wrap, theirs), rumor);
      }),
      runs(12),
    );
  });

  test('what nostr-tools wraps is opened, every check made', async () => {
    await fc.assert(
      fc.asyncProperty(template, secretKey, secretKey, async (draft, mine, theirs) => {
        const wrap = tools59.wrapEvent(draft, mine, publicKeyOf(theirs));
        const plain = JSON.parse(JSON.stringify(wrap));
        const { rumor } = await openGift(plain, keyHolder(theirs));
        assert.deepEqual(rumor, rumorOf({ ...draft, pubkey: publicKeyOf(mine) }));
      }),
      runs(12),
    );
  });

  test('nobody but its reader opens it', async () => {
    await fc.assert(
      fc.asyncProperty(template, secretKey, secretKey, async (draft, theirs, other) => {
        fc.pre(publicKeyOf(theirs) !== publicKeyOf(other));
        const rumor = rumorOf({ ...draft, pubkey: A.publicKey });
        const wrap = await giftWrap(rumor, publicKeyOf(theirs), keyHolder(A.secretKey), { now: T0 });
        await assert.rejects(openGift(wrap, keyHolder(other)), InvalidWrap);
      }),
      runs(10),
    );
  });
});

describe('thousands of damaged inputs give what was meant or the typed error, and never another', () => {
  const RUNS = runs(1000).numRuns;
  const key = conversationKey(A.secretKey, B.publicKey);

  test('payloads of NIP-44', () => {
    const next = numbers(44);
    const seeds = ['x', 'hello', 'y'.repeat(300)].map(words =>
      encryptPayload(words, key, new Uint8Array(32)),
    );
    for (let i = 0; i < RUNS; i++) {
      const payload = mutate(seeds[i % seeds.length]!, next);
      try {
        assert.equal(encryptPayload(decryptPayload(payload, key), key, new Uint8Array(32)), payload);
      } catch (error) {
        assert.ok(error instanceof InvalidPayload, `${i}: ${String(error)}`);
      }
    }
  });

  test('payloads of NIP-44 with the right MAC', () => {
    const next = numbers(45);
    let taken = 0;
    for (let i = 0; i < RUNS; i++) {
      const padded = paddedAtRandom(next);
      try {
        const words = Buffer.from(decryptPayload(authenticated(padded, key), key));
        assert.deepEqual(words, Buffer.from(padded.subarray(2, 2 + words.length)));
        assert.equal(padded.length, 2 + paddedLength(words.length));
        taken++;
      } catch (error) {
        assert.ok(error instanceof InvalidPayload && error.fault === 'content', `${i}: ${String(error)}`);
      }
    }
    assert.ok(taken > RUNS / 20, String(taken));
  });

  test('payloads of NIP-04', () => {
    const next = numbers(4);
    const seed = encryptLegacy('hello', A.secretKey, B.publicKey, new Uint8Array(16));
    for (let i = 0; i < RUNS / 10; i++) {
      try {
        decryptLegacy(mutate(seed, next), B.secretKey, A.publicKey);
      } catch (error) {
        assert.ok(error instanceof InvalidPayload, `${i}: ${String(error)}`);
      }
    }
  });

  test('seals and rumors', async () => {
    const next = numbers(59);
    for (let i = 0; i < RUNS; i++) {
      const wrap = damagedGift(i, next);
      try {
        const { rumor } = await openGift(wrap, PLAIN_READER, () => undefined);
        assert.equal(eventId(rumor), rumor.id);
        assert.equal(rumor.pubkey, A.publicKey);
      } catch (error) {
        assert.ok(error instanceof InvalidWrap, `${i}: ${String(error)}`);
        assert.ok(error.message.length < 300, error.message);
      }
    }
  });
});
