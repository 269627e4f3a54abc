import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Event, EventTemplate } from '../../../src/protocol/event.ts';
import { publicKeyOf } from '../../../src/protocol/keys.ts';
import { conversationKey, encryptPayload } from '../../../src/protocol/nip44.ts';
import {
  backdated,
  EPHEMERAL_WRAP_KIND,
  giftWrap,
  InvalidWrap,
  keyHolder,
  MAX_BACKDATING,
  openGift,
  type Rumor,
  recipientOf,
  rumorOf,
  SEAL_KIND,
  stringifyRumor,
  WRAP_KIND,
  wrapSeal,
} from '../../../src/protocol/nip59.ts';
import { checkEvent } from '../../../src/protocol/signature.ts';
import { overwrittenFrom } from '../../support/overwritten.ts';
import { A, B, C, type Person, T0, withBrokenSignature } from '../../support/people.ts';

const a = keyHolder(A.secretKey);
const b = keyHolder(B.secretKey);
const RUMOR = rumorOf({
  pubkey: A.publicKey,
  created_at: T0,
  kind: 14,
  tags: [['p', B.publicKey]],
  content: 'hi',
});

/** The gift of a text in the place of a rumor, sealed by somebody for B; `seal` changes the seal before it is signed. */
async function giftOf(text: string, by: Person = A, seal: Partial<EventTemplate> = {}): Promise<Event> {
  const content = await keyHolder(by.secretKey).nip44Encrypt(B.publicKey, text);
  return wrapSeal(by.sign({ kind: SEAL_KIND, content, ...seal }), B.publicKey, { now: T0 });
}

/** A gift of B's whose wrap holds this text. */
function wrapOf(text: string, changed: Partial<EventTemplate> = {}): Event {
  const content = encryptPayload(text, conversationKey(C.secretKey, B.publicKey));
  return C.sign({ kind: WRAP_KIND, tags: [['p', B.publicKey]], content, ...changed });
}

const refused = (wrap: Event, reason: RegExp) =>
  assert.rejects(openGift(wrap, b), error => {
    assert.ok(error instanceof InvalidWrap, String(error));
    assert.match(error.message, reason);
    assert.ok(error.message.startsWith(`${error.layer}: `));
    return true;
  });

describe('a gift', () => {
  test('is opened by its reader alone, and is the rumor', async () => {
    const wrap = await giftWrap(RUMOR, B.publicKey, a, { now: T0 });
    const { rumor, seal } = await openGift(wrap, b);
    assert.deepEqual(rumor, RUMOR);
    assert.equal(seal.pubkey, A.publicKey);
    assert.deepEqual(seal.tags, []);
    assert.deepEqual([wrap.kind, recipientOf(wrap)], [WRAP_KIND, B.publicKey]);
    assert.equal(checkEvent(wrap), undefined);
    await assert.rejects(
      openGift(wrap, keyHolder(C.secretKey)),
      /^InvalidWrap: wrap: it cannot be decrypted: invalid MAC/,
    );
  });

  test('shows nobody who sent it: keys, nonces and times are new each time', async () => {
    const wraps = await Promise.all(
      Array.from({ length: 20 }, () => giftWrap(RUMOR, B.publicKey, a, { now: T0 })),
    );
    const seals = (await Promise.all(wraps.map(wrap => openGift(wrap, b)))).map(({ seal }) => seal);
    for (const pubkey of wraps.map(({ pubkey }) => pubkey)) assert.ok(pubkey !== A.publicKey);
    assert.equal(new Set(wraps.map(({ pubkey }) => pubkey)).size, 20);
    for (const events of [wraps, seals]) {
      const times = events.map(({ created_at }) => created_at);
      assert.ok(times.every(time => time <= T0 && time > T0 - MAX_BACKDATING));
      assert.ok(new Set(times).size > 15);
      assert.equal(new Set(events.map(({ content }) => content.slice(0, 44))).size, 20);
    }
    assert.notDeepEqual(
      wraps.map(({ created_at }) => created_at),
      seals.map(({ created_at }) => created_at),
    );
  });

  test('may be one that relays do not store', async () => {
    const wrap = await giftWrap(RUMOR, B.publicKey, a, { now: T0, kind: EPHEMERAL_WRAP_KIND });
    assert.equal(wrap.kind, EPHEMERAL_WRAP_KIND);
    assert.deepEqual((await openGift(wrap, b)).rumor, RUMOR);
  });

  test('is made of one’s own rumors, for keys that are keys', async () => {
    await assert.rejects(giftWrap(RUMOR, B.publicKey, b, { now: T0 }), /rumor: it is by/);
    await assert.rejects(giftWrap(RUMOR, 'f'.repeat(64), a, { now: T0 }), { fault: 'key' });
    await assert.rejects(giftWrap(RUMOR, 'bob', a, { now: T0 }), { fault: 'key' });
  });

  test('may be sealed with an expiration (NIP-17)', async () => {
    const wrap = await giftOf(stringifyRumor(RUMOR), A, { tags: [['expiration', '1800000000']] });
    assert.deepEqual((await openGift(wrap, b)).rumor, RUMOR);
  });
});

describe('a wrap is refused', () => {
  test('when it is of another kind', () => refused(A.note('x'), /^wrap: kind 1 is no gift wrap/));

  test('when its id or its signature is wrong', async () => {
    const wrap = await giftWrap(RUMOR, B.publicKey, a, { now: T0 });
    await refused({ ...wrap, created_at: 1 }, /^wrap: the id is not the hash/);
    await refused(withBrokenSignature(wrap), /^wrap: the signature is not/);
  });

  test('when it is no payload at all', () =>
    refused(
      C.sign({ kind: WRAP_KIND, content: 'hello' }),
      /^wrap: it cannot be decrypted: invalid payload length/,
    ));
});

describe('a seal is refused', () => {
  test('when it is no event', async () => {
    await refused(wrapOf('a secret'), /^seal: not JSON$/);
    await refused(wrapOf('["a secret"]'), /^seal: an event must be a JSON object$/);
    await refused(wrapOf('{"id":"a secret"}'), /^seal: id must be 64 lower-case hex digits$/);
  });

  test('when it is of another kind', async () =>
    refused(await giftOf(stringifyRumor(RUMOR), A, { kind: 14 }), /^seal: kind 14 is no seal/));

  test('when it has tags', async () =>
    refused(await giftOf(stringifyRumor(RUMOR), A, { tags: [['p', B.publicKey]] }), /^seal: it has tags/));

  test('when its id or its signature is wrong', async () => {
    const content = await a.nip44Encrypt(B.publicKey, stringifyRumor(RUMOR));
    const seal = A.sign({ kind: SEAL_KIND, content });
    await refused(wrapOf(JSON.stringify({ ...seal, created_at: 1 })), /^seal: the id is not the hash/);
    await refused(wrapOf(JSON.stringify(withBrokenSignature(seal))), /^seal: the signature is not/);
  });

  test('when it was sealed for somebody else', async () => {
    const content = await a.nip44Encrypt(C.publicKey, stringifyRumor(RUMOR));
    await refused(await giftOf('x', A, { content }), /^seal: it cannot be decrypted: invalid MAC/);
  });
});

describe('a rumor is refused', () => {
  const holding = (rumor: object) => giftOf(JSON.stringify(rumor));

  test('when somebody else sealed it', async () =>
    refused(await giftOf(stringifyRumor(RUMOR), C), /^rumor: it says it is by .*, but .* sealed it/));

  test('when it is signed', async () => {
    const signed = A.sign({ kind: 14, content: 'hi' });
    await refused(await holding(signed), /^rumor: it is signed/);
    await refused(await holding({ ...RUMOR, sig: null }), /^rumor: it is signed/);
    const { rumor } = await openGift(await holding({ ...RUMOR, sig: '' }), b);
    assert.deepEqual(rumor, RUMOR);
  });

  test('when its id is wrong or missing', async () => {
    await refused(await holding({ ...RUMOR, content: 'ho' }), /^rumor: the id is not the hash of the rest/);
    const { id: _, ...withoutId } = RUMOR;
    await refused(await holding(withoutId), /^rumor: id must be 64 lower-case hex digits, it is missing/);
  });

  test('when it is no event, and what it says is not repeated', async () => {
    for (const text of ['a secret', '["a secret"]', '{"id":"a secret"}', 'null', '"a secret"']) {
      await assert.rejects(openGift(await giftOf(text), b), (error: Error) => {
        assert.match(error.message, /^rumor: /);
        return !error.message.includes('secret') && error.cause === undefined;
      });
    }
  });

  test('when it is nested a hundred thousand times', async () => {
    const [open, close] = ['[', ']'].map(bracket => bracket.repeat(100_000));
    await refused(await giftOf(`{"id":${open}${close}}`), /^rumor: id must be 64 lower-case hex digits$/);
    await refused(await giftOf(open!), /^rumor: not JSON$/);
  });

  test('when it has no UTF-8 form', async () => {
    const lone = { ...RUMOR, content: '\ud800' } satisfies Rumor;
    await refused(await holding(lone), /^rumor: the event holds a lone surrogate/);
  });
});

test('times are spread over two days, and never lie before 1970', () => {
  assert.equal(backdated(T0, Uint8Array.of(255, 255, 255, 255)) > T0 - MAX_BACKDATING, true);
  assert.equal(backdated(5, Uint8Array.of(0, 0, 1, 0)), 0);
});

test('a holder overwrites what it shares with others', t => {
  const key = Buffer.from(conversationKey(A.secretKey, B.publicKey)).toString('hex');
  const overwritten = overwrittenFrom(t);
  const payload = a.nip44Encrypt(B.publicKey, 'hi') as string;
  assert.ok(overwritten.splice(0).includes(key), 'after encryption');
  assert.equal(b.nip44Decrypt(A.publicKey, payload), 'hi');
  assert.ok(overwritten.splice(0).includes(key), 'after decryption');
  assert.throws(() => b.nip44Decrypt(A.publicKey, `${payload.slice(0, -4)}AAAA`));
  assert.ok(overwritten.includes(key), 'after a failure');
});

test('the key of a wrap is overwritten', async t => {
  const overwritten = overwrittenFrom(t);
  const { pubkey } = await giftWrap(RUMOR, B.publicKey, a, { now: T0 });
  const keys = overwritten.filter(hex => hex.length === 64 && !/^0+$/.test(hex));
  assert.ok(keys.some(hex => publicKeyOf(Buffer.from(hex, 'hex')) === pubkey));
});
