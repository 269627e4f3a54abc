// A million damaged inputs for every parser of foreign text: nothing but the typed error ever comes out, and what
// passes is what it claims to be.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEventValues } from '../../src/input/event-values.ts';
import { eventId, InvalidEvent, parseEventJson, stringifyEvent } from '../../src/protocol/event.ts';
import {
  encodeClientMessage,
  encodeRelayMessage,
  InvalidMessage,
  parseClientMessage,
  parseRelayMessage,
} from '../../src/protocol/message.ts';
import { decryptLegacy, encryptLegacy, isLegacyPayload } from '../../src/protocol/nip04.ts';
import { decodeEntity, encodeEntity, InvalidEntity } from '../../src/protocol/nip19.ts';
import { conversationKey, decryptPayload, encryptPayload, InvalidPayload } from '../../src/protocol/nip44.ts';
import { InvalidWrap, openGift } from '../../src/protocol/nip59.ts';
import { damagedGift, PLAIN_READER } from '../support/gifts.ts';
import { mutate, numbers } from '../support/mutations.ts';
import { takeDamagedFrames } from '../support/negentropy.ts';
import { authenticated, paddedAtRandom } from '../support/payloads.ts';
import { A, B, T0 } from '../support/people.ts';

const RUNS = 1_000_000;
const event = A.note('hello "world"\n\u{1f600}', T0, [
  ['e', 'a'.repeat(64), 'wss://r', 'root'],
  ['t', 'x'],
]);
const json = JSON.stringify(event);
const id = event.id;

/** Runs one parser over damaged seeds; returns how many inputs it still took. */
function fuzz(
  seeds: string[],
  parse: (text: string) => void,
  expected: new (...args: never[]) => Error,
): number {
  const next = numbers(20261122);
  let taken = 0;
  for (let i = 0; i < RUNS; i++) {
    const text = mutate(seeds[i % seeds.length]!, next);
    try {
      parse(text);
      taken++;
    } catch (error) {
      if (!(error instanceof expected))
        throw new Error(`input ${i}: ${JSON.stringify(text)}`, { cause: error });
      if (error.message.length > 2000)
        throw new Error(`input ${i}: a message of ${error.message.length} characters`);
    }
  }
  assert.ok(
    taken > RUNS / 1000,
    `only ${taken} inputs got through: the damage is too great to test anything`,
  );
  return taken;
}

test('a million relay frames', t => {
  const seeds = [
    `["EVENT","s",${json}]`,
    `["OK","${id}",true,"duplicate: x"]`,
    '["EOSE","s",["finish"]]',
    '["CLOSED","s","auth-required: x"]',
    '["NOTICE","x"]',
    '["AUTH","c"]',
    '["COUNT","s",{"count":1}]',
    '["NEG-MSG","s","6100000200"]',
    '["NEG-ERR","s","blocked: x",5]',
  ];
  t.diagnostic(
    `taken: ${fuzz(seeds, text => void encodeRelayMessage(parseRelayMessage(text)), InvalidMessage)}`,
  );
});

test('a million client frames', t => {
  const filter = `{"ids":["${id}"],"kinds":[1],"#t":["x"],"since":1,"limit":5}`;
  const seeds = [
    `["EVENT",${json}]`,
    `["REQ","s",${filter},{}]`,
    `["COUNT","s",${filter}]`,
    '["CLOSE","s"]',
    `["AUTH",${json}]`,
    `["NEG-OPEN","s",${filter},"6100000200"]`,
    '["NEG-MSG","s","6100000200"]',
    '["NEG-CLOSE","s"]',
  ];
  t.diagnostic(
    `taken: ${fuzz(seeds, text => void encodeClientMessage(parseClientMessage(text)), InvalidMessage)}`,
  );
});

test('a million events', t => {
  const parse = (text: string) => {
    const parsed = parseEventJson(text);
    assert.deepEqual(parseEventJson(stringifyEvent(parsed)), parsed);
  };
  t.diagnostic(`taken: ${fuzz([json], parse, InvalidEvent)}`);
});

test('a million NIP-19 codes', t => {
  const seeds = [
    encodeEntity({ type: 'npub', pubkey: id }),
    encodeEntity({ type: 'nevent', id, relays: ['wss://r.example'], author: id, kind: 1 }),
    encodeEntity({ type: 'naddr', identifier: 'x', pubkey: id, relays: [], kind: 30023 }),
  ];
  t.diagnostic(`taken: ${fuzz(seeds, text => void decodeEntity(text), InvalidEntity)}`);
});

test('a million payloads of NIP-44', t => {
  const key = conversationKey(A.secretKey, B.publicKey);
  const nonce = new Uint8Array(32);
  const seeds = ['x', 'hello', 'y'.repeat(200)].map(text => encryptPayload(text, key, nonce));
  const parse = (text: string) =>
    assert.equal(encryptPayload(decryptPayload(text, key), key, nonce), text.trim());
  t.diagnostic(`taken: ${fuzz(seeds, parse, InvalidPayload)}`);
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
  const parse = (text: string) => {
    if (!isLegacyPayload(text)) throw new InvalidPayload('format', 'none');
    const [ciphertext, iv] = text.split('?iv=');
    // The curve would take an hour: only what passes the form goes to the cipher.
    if (ciphertext!.length % 4 !== 0 || iv!.length !== 24) throw new InvalidPayload('format', 'none');
    decryptLegacy(text, secretKey, pubkey);
  };
  t.diagnostic(`taken: ${fuzz([seed], parse, InvalidPayload)}`);
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
  const taken = takeDamagedFrames(RUNS, 77);
  assert.ok(taken > RUNS / 20);
  t.diagnostic(`taken: ${taken}`);
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

test('a hundred thousand lines in damaged files never lose a good line', async () => {
  const next = numbers(7);
  const good = '{"good":1}';
  for (let file = 0; file < 1000; file++) {
    const lines: string[] = [];
    for (let i = 0; i < 50; i++) lines.push(mutate(json, next).replaceAll('\n', ' '), good);
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
