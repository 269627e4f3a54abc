// A million damaged inputs for every decoder of foreign text: nothing but the typed error ever comes out, what passes is
// what it claims to be, and the time grows with the length alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEventValues } from '../../src/input/event-values.ts';
import { eventId } from '../../src/protocol/event.ts';
import { decryptLegacy, encryptLegacy, isLegacyPayload } from '../../src/protocol/nip04.ts';
import { conversationKey, decryptPayload, encryptPayload, InvalidPayload } from '../../src/protocol/nip44.ts';
import { InvalidWrap, openGift } from '../../src/protocol/nip59.ts';
import { DECODERS } from '../support/decoders.ts';
import { costOf, fuzz, longTexts } from '../support/fuzzing.ts';
import { damagedGift, PLAIN_READER } from '../support/gifts.ts';
import { mutate, numbers } from '../support/mutations.ts';
import { takeDamagedFrames } from '../support/negentropy.ts';
import { authenticated, paddedAtRandom } from '../support/payloads.ts';
import { A, B, T0 } from '../support/people.ts';

const RUNS = 1_000_000;
const SEED = 20261122;

/** No frame of a negotiation takes longer, also where the machine is busy. */
const MOST_MS = 1000;

for (const decoder of DECODERS)
  test(`a million: ${decoder.name}`, t =>
    t.diagnostic(`taken: ${fuzz(decoder, decoder.isSlow ? RUNS / 10 : RUNS, SEED)}`));

/** A quarter of it in a time that grows with the square would be sixteen times as long. */
const [SHORT, LONG] = [1 << 15, 1 << 18];

for (const decoder of DECODERS)
  test(`the time grows with the length alone: ${decoder.name}`, () => {
    const long = longTexts(decoder, LONG);
    for (const [i, text] of longTexts(decoder, SHORT).entries()) {
      costOf(decoder, text); // warm
      const once = Math.max(costOf(decoder, text), 10);
      const whole = costOf(decoder, long[i]!);
      const factor = LONG / SHORT;
      assert.ok(
        whole < once * factor * 3,
        `${JSON.stringify(text.slice(0, 60))}: ${once} ms, then ${whole} ms`,
      );
    }
  });

test('a million payloads of NIP-44', t => {
  const key = conversationKey(A.secretKey, B.publicKey);
  const nonce = new Uint8Array(32);
  const seeds = ['x', 'hello', 'y'.repeat(200)].map(text => encryptPayload(text, key, nonce));
  const decode = (text: string) =>
    assert.equal(encryptPayload(decryptPayload(text, key), key, nonce), text.trim());
  t.diagnostic(`taken: ${fuzz({ name: 'NIP-44', seeds, decode, expected: [InvalidPayload] }, RUNS, SEED)}`);
});

test('a million payloads of NIP-44 with the right MAC', t => {
  const key = conversationKey(A.secretKey, B.publicKey);
  const next = numbers(45);
  let taken = 0;
  for (let i = 0; i < RUNS; i++) {
    const padded = paddedAtRandom(next);
    try {
      decryptPayload(authenticated(padded, key), key);
      taken++;
    } catch (error) {
      if (!(error instanceof InvalidPayload))
        throw new Error(`input ${i}: ${Buffer.from(padded).toString('hex')}`, { cause: error });
    }
  }
  assert.ok(taken > RUNS / 20);
  t.diagnostic(`taken: ${taken}`);
});

test('a million payloads of NIP-04', t => {
  const [secretKey, pubkey] = [A.secretKey, B.publicKey];
  const seed = encryptLegacy('hello', secretKey, pubkey, new Uint8Array(16));
  const decode = (text: string) => {
    if (!isLegacyPayload(text)) throw new InvalidPayload('format', 'none');
    const [ciphertext, iv] = text.split('?iv=');
    // The curve would take an hour: only what passes the form goes to the cipher.
    if (ciphertext!.length % 4 !== 0 || iv!.length !== 24) throw new InvalidPayload('format', 'none');
    decryptLegacy(text, secretKey, pubkey);
  };
  t.diagnostic(
    `taken: ${fuzz({ name: 'NIP-04', seeds: [seed], decode, expected: [InvalidPayload] }, RUNS, SEED)}`,
  );
});

test('a million gifts', async t => {
  const next = numbers(59);
  let taken = 0;
  for (let i = 0; i < RUNS; i++) {
    const wrap = damagedGift(i, next);
    try {
      const { rumor } = await openGift(wrap, PLAIN_READER, () => undefined);
      assert.ok(eventId(rumor) === rumor.id && rumor.pubkey === A.publicKey);
      taken++;
    } catch (error) {
      if (!(error instanceof InvalidWrap))
        throw new Error(`input ${i}: ${JSON.stringify(wrap.content)}`, { cause: error });
      if (error.message.length > 300) throw new Error(`input ${i}: a message of ${error.message.length}`);
    }
  }
  assert.ok(taken > RUNS / 1000);
  t.diagnostic(`taken: ${taken}`);
});

test('a million negentropy frames', t => {
  const start = performance.now();
  const { taken, longestMs } = takeDamagedFrames(RUNS, 77);
  const rate = Math.round(RUNS / ((performance.now() - start) / 1000));
  const peakMb = Math.round(process.resourceUsage().maxRSS / 1024);
  assert.ok(taken > RUNS / 20);
  assert.ok(longestMs < MOST_MS, `one took ${longestMs} ms`);
  t.diagnostic(`taken: ${taken}; ${rate}/s, the longest ${longestMs.toFixed(1)} ms, ${peakMb} MB at most`);
});

test('the time to decrypt grows with the length alone, whatever the input', () => {
  const key = conversationKey(A.secretKey, B.publicKey);
  const kinds: ((length: number) => string)[] = [
    length => encryptPayload('a'.repeat(length), key),
    length => 'A'.repeat(length),
    length => '='.repeat(length),
    length => '?iv='.repeat(length / 4),
    length => `${'A'.repeat(length)}?iv=${'A'.repeat(22)}==`,
  ];
  const took = (payload: string) => {
    const start = process.cpuUsage();
    try {
      if (isLegacyPayload(payload)) decryptLegacy(payload, A.secretKey, B.publicKey);
      else decryptPayload(payload, key);
    } catch (error) {
      assert.ok(error instanceof InvalidPayload);
    }
    const { user, system } = process.cpuUsage(start);
    return user + system;
  };
  for (const [i, make] of kinds.entries()) {
    const [short, long] = [make(1 << 20), make(1 << 24)];
    took(short); // warm
    const once = Math.max(took(short), 20_000);
    const whole = took(long);
    assert.ok(whole < once * 16 * 4, `kind ${i}: ${once} µs for 1 MiB, ${whole} µs for 16 MiB`);
  }
});

const EVENT = JSON.stringify(A.note('hello "world"\n\u{1f600}', T0, [['t', 'x']]));

test('a hundred thousand lines in damaged files never lose a good line', async () => {
  const next = numbers(7);
  const good = '{"good":1}';
  for (let file = 0; file < 1000; file++) {
    const lines: string[] = [];
    for (let i = 0; i < 50; i++) lines.push(mutate(EVENT, next).replaceAll('\n', ' '), good);
    const text = Buffer.from(lines.join('\n'));
    const cut = next() % text.length;
    let found = 0;
    for await (const items of readEventValues(chunks(text.subarray(0, cut), text.subarray(cut)))) {
      for (const item of items)
        if ('value' in item && JSON.stringify(item.value).includes('"good":1')) found++;
    }
    assert.ok(found >= 50, `file ${file}: ${found} of 50 good lines`);
  }
});

async function* chunks(...parts: Buffer[]): AsyncGenerator<Buffer> {
  yield* parts;
}
