// Decoders of codes: most of them hold a checksum, which damage must not stop at.

import assert from 'node:assert/strict';
import { bech32 } from '@scure/base';
import { InvalidInvoice, invoiceClaims, isInvoice, parseInvoice } from '../../src/protocol/bolt11.ts';
import { parseAddress } from '../../src/protocol/kind.ts';
import { InvalidMnemonic, parseMnemonic } from '../../src/protocol/nip06.ts';
import { decodeEntity, type EncodableEntity, encodeEntity, InvalidEntity } from '../../src/protocol/nip19.ts';
import { decodeCode } from '../../src/protocol/nip21.ts';
import { InvalidConnectionUri, parseBunkerUri, parseClientUri } from '../../src/protocol/nip46.ts';
import { parseWalletUri } from '../../src/protocol/nip47.ts';
import { InvalidEncryptedKey, readEncryptedKeyHeader } from '../../src/protocol/nip49.ts';
import { normalizeRelayUrl } from '../../src/protocol/relay-url.ts';
import { explainWord } from '../../src/run/decode/explain.ts';
import { entityOfJson } from '../../src/run/events/code.ts';
import { type Decoder, ID, must, NotJson, NPUB, NSEC, parsed, Refused } from './decoder.ts';
import { A } from './people.ts';

const CODES = [
  NPUB,
  NSEC,
  encodeEntity({ type: 'note', id: ID }),
  encodeEntity({ type: 'nprofile', pubkey: A.publicKey, relays: ['wss://r.example'] }),
  encodeEntity({ type: 'nevent', id: ID, relays: ['wss://r.example'], author: A.publicKey, kind: 1 }),
  encodeEntity({ type: 'naddr', identifier: 'x', pubkey: A.publicKey, relays: [], kind: 30023 }),
];

const NCRYPTSEC =
  'ncryptsec1qgg9947rlpvqu76pj5ecreduf9jxhselq2nae2kghhvd5g7dgjtcxfqtd67p9m0w57lspw8gsq6yphnm8623nsl8xn9j4jdzz84zm3frztj3z7s35vpzmqf6ksu8r89qk5z2zxfmu5gv8th8wclt0h4p';

/** The first example of BOLT-11. */
const INVOICE =
  'lnbc1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpl2pkx2ctnv5sxxmmwwd5kgetjypeh2ursdae8g6twvus8g6rfwvs8qun0dfjkxaq9qrsgq357wnc5r2ueh7ck6q93dj32dlqnls087fxdwk8qakdyafkq3yap9us6v52vjjsrvywa6rt52cm9r9zqt8r2t7mlcwspyetp5h2tztugp9lfyql';

const MNEMONIC = 'leader monkey parrot ring guide accident before fence cannon height naive bean';

/** The entity of a value; a refusal is a plain error, and tells no secret. */
function entityOf(value: unknown): EncodableEntity {
  try {
    return entityOfJson(value, {});
  } catch (error) {
    const { message } = error as Error;
    if (Object.getPrototypeOf(error) !== Error.prototype) throw error;
    assert.doesNotMatch(message, new RegExp(A.secretHex.slice(0, 32), 'i'));
    throw new Refused(message);
  }
}

/** The five-bit groups damaged, under a checksum that is right. */
function wordsUnderChecksum(text: string, next: () => number): string {
  const { prefix, words } = bech32.decode(text as `x1${string}`, false);
  for (let i = next() % 3; i >= 0; i--) {
    const at = next() % words.length;
    if (next() % 3 === 0) words.splice(at, next() % 2, next() % 32);
    else words[at] = next() % 32;
  }
  const prefixes = [
    'ln',
    'lntb',
    'lnbc1m',
    'lnbc2500u',
    'lnbc9999999999999p',
    'lnbc01',
    'lnxx',
    `${prefix}0`,
    '1',
  ];
  return bech32.encode(next() % 4 === 0 ? prefixes[next() % prefixes.length]! : prefix, words, false);
}

/** The payload damaged, under a checksum that is right. */
function underChecksum(text: string, next: () => number): string {
  const { prefix, words } = bech32.decode(text.toLowerCase() as `x1${string}`, false);
  const bytes = [...bech32.fromWords(words)];
  for (let i = next() % 3; i >= 0; i--) {
    const at = next() % bytes.length;
    if (next() % 3 === 0) bytes.splice(at, next() % 2, next() % 256);
    else bytes[at] = next() % (next() % 2 === 0 ? 256 : 6);
  }
  return bech32.encode(prefix, bech32.toWords(Uint8Array.from(bytes)), false);
}

const BUNKER = `bunker://${ID}?relay=wss%3A%2F%2Fr.example&relay=ws://127.0.0.1:80/x&secret=s3cr3t`;
const CLIENT = `nostrconnect://${ID}?relay=wss://r.example&secret=s3cr3t&perms=sign_event:1,nip44_encrypt&name=My+App`;
const WALLET = `nostr+walletconnect:${ID}?relay=wss://r.example&secret=${A.secretHex}&lud16=a@b.c`;

export const CODE_DECODERS: readonly Decoder[] = [
  {
    name: 'codes (NIP-19)',
    seeds: CODES,
    damage: underChecksum,
    decode(text) {
      const entity = decodeEntity(text);
      if (entity.type !== 'nrelay') assert.deepEqual(decodeEntity(encodeEntity(entity)), entity);
    },
    expected: [InvalidEntity],
  },
  {
    name: 'URIs and links (NIP-21)',
    seeds: [
      ...CODES,
      ...CODES.map(code => `nostr:${code}`),
      `https://njump.me/${NPUB}`,
      `primal.net/p/${NPUB}?x=1#y`,
      `https://x.example/#/n/${CODES[4]}`,
    ],
    decode(text) {
      const entity = decodeCode(text);
      must(entity.type !== 'nsec' || /^\s*nsec1/i.test(text), 'a secret behind a scheme');
    },
    expected: [InvalidEntity],
  },
  {
    name: 'the JSON of encode',
    isJson: true,
    seeds: [
      `{"type":"npub","pubkey":"${A.publicKey}"}`,
      `{"type":"note","id":"${ID}"}`,
      `{"type":"nprofile","pubkey":"${A.publicKey}","relays":["wss://r.example"]}`,
      `{"type":"nevent","id":"${ID}","relays":[],"author":"${A.publicKey}","kind":1}`,
      `{"type":"naddr","identifier":"x","pubkey":"${A.publicKey}","kind":30023,"relays":["wss://r.example"]}`,
      `{"type":"nsec","secret_key":"${A.secretHex}"}`,
    ],
    decode(text) {
      const value = parsed(text);
      const code = decodeEntity(encodeEntity(entityOf(value))).type;
      const { type } = value as { type: string };
      assert.equal(code, type === 'event' ? 'nevent' : type); // what decode says of an event becomes its nevent
    },
    expected: [Refused, InvalidEntity, NotJson],
  },
  {
    name: 'addresses',
    seeds: [`30023:${ID}:x:y`, `0:${ID}:`],
    decode(text) {
      const address = parseAddress(text);
      if (!address) throw new Refused();
      assert.equal(`${address.kind}:${address.pubkey}:${address.identifier}`, text);
    },
    expected: [Refused],
  },
  {
    name: 'encrypted keys (NIP-49)',
    seeds: [NCRYPTSEC, NCRYPTSEC.toUpperCase()],
    damage: underChecksum,
    decode: text => must(readEncryptedKeyHeader(text).logN <= 22, 'log_n is bounded'),
    expected: [InvalidEncryptedKey],
  },
  {
    name: 'seed phrases (NIP-06)',
    seeds: [MNEMONIC, ` ${MNEMONIC.toUpperCase()}\n`],
    decode: text => assert.equal(parseMnemonic(parseMnemonic(text)), parseMnemonic(text)),
    expected: [InvalidMnemonic],
  },
  {
    name: 'claims of invoices (BOLT-11)',
    seeds: [INVOICE, INVOICE.toUpperCase(), `lightning:${INVOICE}`],
    damage: text => text,
    decode(text) {
      assert.equal(typeof isInvoice(text), 'boolean');
      const { amountMsat, paymentHash, descriptionHash } = invoiceClaims(text);
      must(amountMsat === undefined || Number.isSafeInteger(amountMsat), 'an amount is whole');
      for (const hash of [paymentHash, descriptionHash])
        must(hash === undefined || /^[0-9a-f]{64}$/.test(hash), 'a hash has 32 bytes');
    },
    expected: [InvalidInvoice],
  },
  {
    name: 'invoices (BOLT-11)',
    isSlow: true,
    seeds: [INVOICE],
    damage: wordsUnderChecksum,
    decode(text) {
      const { createdAt, expiresAt, paymentHash, payee } = parseInvoice(text);
      must(Number.isSafeInteger(createdAt) && expiresAt >= createdAt, 'it expires after it was made');
      assert.match(`${paymentHash} ${payee}`, /^[0-9a-f]{64} 0[23][0-9a-f]{64}$/);
    },
    expected: [InvalidInvoice],
  },
  {
    name: 'URIs of signers and wallets (NIP-46, NIP-47)',
    seeds: [BUNKER, CLIENT, WALLET],
    decode(text) {
      const parse = /^bunker/i.test(text)
        ? parseBunkerUri
        : /^nostrc/i.test(text)
          ? parseClientUri
          : parseWalletUri;
      try {
        const { pubkey, relays } = parse(text);
        assert.match(pubkey, /^[0-9a-f]{64}$/);
        must(
          relays.length > 0 && relays.every(relay => normalizeRelayUrl(relay) === relay),
          'relays are URLs',
        );
      } catch (error) {
        assert.doesNotMatch((error as Error).message, new RegExp(`s3cr3t|${A.secretHex.slice(0, 12)}`));
        throw error;
      }
    },
    expected: [InvalidConnectionUri],
  },
  {
    name: 'words that decode explains at once',
    seeds: [
      ...CODES.filter(code => code !== NSEC),
      `https://njump.me/${NPUB}`,
      ID,
      A.secretHex,
      'a@b.example',
      BUNKER,
    ],
    damage: (text, next) =>
      next() % 2 === 0 ? text.toUpperCase() : text.replace(/[0-9a-f]/, (next() % 16).toString(16)),
    decode(text) {
      for (const isTyped of [true, false]) {
        const told = explainWord(text, { reveal: false, asId: false, asPubkey: false, isTyped });
        if (told instanceof Promise) throw new Refused(); // the decoders above are behind it
        const { facts, problem = '' } = told;
        must(isTyped || !problem.includes(A.secretHex.slice(0, 12)), problem);
        if (!facts) throw new Refused(problem);
        assert.equal(typeof JSON.stringify(facts), 'string');
      }
    },
    expected: [Refused],
  },
];
