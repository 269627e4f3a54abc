// Every decoder of foreign text, with good texts to damage, and what may be thrown: one list for the thousands of the
// tests and the millions of the soak.
import assert from 'node:assert/strict';
import { bech32 } from '@scure/base';
import { InvalidTemplate, parseTemplate } from '../../src/output/template.ts';
import { InvalidInvoice, invoiceAmount, isInvoice, parseInvoice } from '../../src/protocol/bolt11.ts';
import { type Event, InvalidEvent, parseEventJson, stringifyEvent } from '../../src/protocol/event.ts';
import { compileFilter, InvalidFilter, parseFilter } from '../../src/protocol/filter.ts';
import { InvalidKind, parseAddress, parseKinds } from '../../src/protocol/kind.ts';
import {
  encodeClientMessage,
  encodeRelayMessage,
  InvalidMessage,
  parseClientMessage,
  parseRelayMessage,
} from '../../src/protocol/message.ts';
import { InvalidNip05, isNip05Like, nip05Url, parseNip05, readNip05 } from '../../src/protocol/nip05.ts';
import { InvalidMnemonic, parseMnemonic } from '../../src/protocol/nip06.ts';
import {
  InvalidRelayInformation,
  parseRelayInformation,
  relayInformationFaults,
} from '../../src/protocol/nip11.ts';
import { committedDifficulty } from '../../src/protocol/nip13.ts';
import { decodeEntity, type EncodableEntity, encodeEntity, InvalidEntity } from '../../src/protocol/nip19.ts';
import { decodeCode } from '../../src/protocol/nip21.ts';
import { delegationOf, meetsConditions } from '../../src/protocol/nip26.ts';
import { expirationFault, expirationOf } from '../../src/protocol/nip40.ts';
import { checkAuth } from '../../src/protocol/nip42.ts';
import {
  decodeHll,
  encodeHll,
  estimateHll,
  hllOffset,
  hllOffsetFor,
  mergeHll,
  newHll,
} from '../../src/protocol/nip45.ts';
import { InvalidConnectionUri, parseBunkerUri, parseClientUri } from '../../src/protocol/nip46.ts';
import { parseWalletUri } from '../../src/protocol/nip47.ts';
import { InvalidEncryptedKey, readEncryptedKeyHeader } from '../../src/protocol/nip49.ts';
import { compileSearch } from '../../src/protocol/nip50.ts';
import { inboxRelaysOf, relayListOf } from '../../src/protocol/nip65.ts';
import {
  canonicalIp,
  checkManagementCall,
  InvalidManagement,
  parseManagementCall,
  parseManagementResponse,
} from '../../src/protocol/nip86.ts';
import {
  checkHttpAuth,
  encodeHttpAuth,
  httpAuthTemplate,
  InvalidHttpAuth,
  parseHttpAuth,
} from '../../src/protocol/nip98.ts';
import { InvalidRelayUrl, meantUrl, normalizeRelayUrl, sameRelay } from '../../src/protocol/relay-url.ts';
import { InvalidDuration, InvalidTime, parseDuration, parseTime } from '../../src/protocol/time.ts';
import { explainEvent } from '../../src/run/decode/event-facts.ts';
import { explainWord } from '../../src/run/decode/explain.ts';
import { entityOfJson } from '../../src/run/events/code.ts';
import { checkFlagged, completeEvent, InvalidDraft, readDraft } from '../../src/run/events/draft.ts';
import { mutate } from './mutations.ts';
import { A, T0 } from './people.ts';

export interface Decoder {
  name: string;
  /** Texts that it takes. */
  seeds: readonly string[];
  /** A tenth of the runs: it takes milliseconds. */
  isSlow?: boolean;
  /** Whether they are JSON: then values in them are changed, too. */
  isJson?: boolean;
  /** Damages a text in its own way: for what a checksum protects. */
  damage?(text: string, next: () => number): string;
  /** Decodes, and asserts what must be so of what it gives. */
  decode(text: string): void;
  /** Classes of errors that are an answer. */
  expected: readonly (new (
    ...args: never[]
  ) => Error)[];
}

/** The text was no JSON, or not of the sort that the decoder is given: not its to judge. */
export class NotJson extends Error {}

/** The decoder said no, by a plain `Error` or by `undefined`. */
export class Refused extends Error {}

const ID = 'a'.repeat(64);
const EVENT = A.note('hello "world"\n\u{1f600}', T0, [
  ['e', ID, 'wss://r', 'root'],
  ['t', 'x'],
]);
const JSON_EVENT = JSON.stringify(EVENT);
const FILTER = `{"ids":["${ID}"],"authors":["${A.publicKey}"],"kinds":[1,2],"#t":["x"],"since":1,"until":9,"limit":5,"search":"x"}`;
const NSEC = encodeEntity({ type: 'nsec', secretKey: A.secretKey });
const NPUB = encodeEntity({ type: 'npub', pubkey: A.publicKey });
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
const HTTP_AUTH = encodeHttpAuth(A.sign(httpAuthTemplate({ method: 'GET', url: 'https://x.example/' }, T0)));
const MNEMONIC = 'leader monkey parrot ring guide accident before fence cannon height naive bean';

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new NotJson();
  }
}

/** Tags as an event that passed the parser has them. */
const tagsOf = (text: string): Event => {
  const tags = parsed(text);
  if (
    !Array.isArray(tags) ||
    !tags.every(tag => Array.isArray(tag) && tag.every(part => typeof part === 'string'))
  )
    throw new NotJson();
  return { ...EVENT, tags };
};

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

const SIGNER = { publicKey: A.publicKey, isRevealedBy: (text: string) => text.includes(A.secretHex) };

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

export const DECODERS: readonly Decoder[] = [
  {
    name: 'relay frames',
    isJson: true,
    seeds: [
      `["EVENT","s",${JSON_EVENT}]`,
      `["OK","${ID}",true,"duplicate: x"]`,
      '["EOSE","s",["finish"]]',
      '["CLOSED","s","auth-required: x"]',
      '["NOTICE","x"]',
      '["AUTH","c"]',
      '["COUNT","s",{"count":1,"hll":"00"}]',
      '["NEG-MSG","s","6100000200"]',
      '["NEG-ERR","s","blocked: x",5]',
    ],
    decode: text => void encodeRelayMessage(parseRelayMessage(text)),
    expected: [InvalidMessage],
  },
  {
    name: 'client frames',
    isJson: true,
    seeds: [
      `["EVENT",${JSON_EVENT}]`,
      `["REQ","s",${FILTER},{}]`,
      `["COUNT","s",${FILTER}]`,
      '["CLOSE","s"]',
      `["AUTH",${JSON_EVENT}]`,
      `["NEG-OPEN","s",${FILTER},"6100000200"]`,
      '["NEG-MSG","s","6100000200"]',
      '["NEG-CLOSE","s"]',
    ],
    decode: text => void encodeClientMessage(parseClientMessage(text)),
    expected: [InvalidMessage],
  },
  {
    name: 'events',
    isJson: true,
    seeds: [JSON_EVENT],
    decode(text) {
      const event = parseEventJson(text);
      assert.deepEqual(parseEventJson(stringifyEvent(event)), event);
    },
    expected: [InvalidEvent],
  },
  {
    name: 'filters, and what they match',
    isJson: true,
    seeds: [FILTER, '{"kinds":[1]}', `{"#e":["${ID}"],"#t":["x","y"]}`, '{}'],
    decode(text) {
      const filter = parseFilter(parsed(text));
      assert.deepEqual(parseFilter(JSON.parse(JSON.stringify(filter))), filter);
      assert.equal(typeof compileFilter(filter)(EVENT), 'boolean');
      const offset = hllOffsetFor([filter]);
      assert.ok(offset === undefined || (offset >= 8 && offset <= 23));
    },
    expected: [InvalidFilter, NotJson],
  },
  {
    name: 'searches (NIP-50)',
    seeds: ['nostr best', 'language:en WORLD', '"hello" world', ''],
    decode(text) {
      assert.equal(typeof compileSearch(text)(EVENT.content), 'boolean');
      assert.ok(!/^\S+$/.test(text) || text.includes(':') || compileSearch(text)(text));
    },
    expected: [],
  },
  {
    name: 'drafts',
    isJson: true,
    seeds: [
      '{"content":"hello"}',
      `{"kind":30023,"tags":[["d","x"],["expiration","${T0}"]],"content":"x","created_at":${T0}}`,
      `{"pubkey":"${NPUB}","kind":7,"content":"+","id":"","sig":""}`,
      '{"kind":0,"content":"{\\"name\\":\\"a\\"}"}',
      `{"kind":1,"content":"${NSEC}"}`,
    ],
    decode(text) {
      const value = parsed(text);
      if (typeof value !== 'object' || value === null) throw new NotJson();
      const { filled, claims } = readDraft(value, { tags: [['t', 'flag']] });
      checkFlagged(filled);
      const event = completeEvent(filled, SIGNER, { now: () => T0 }, claims);
      const whole = parseEventJson(JSON.stringify({ ...event, sig: EVENT.sig }));
      assert.equal(whole.pubkey, A.publicKey);
      assert.ok(!JSON.stringify(event.tags).includes(NSEC) && !event.content.includes(NSEC));
    },
    // What has no UTF-8 form has no id.
    expected: [InvalidDraft, InvalidEvent, NotJson],
  },
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
      assert.ok(entity.type !== 'nsec' || /^\s*nsec1/i.test(text), 'a secret behind a scheme');
    },
    expected: [InvalidEntity],
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
        assert.ok(relays.length > 0 && relays.every(relay => normalizeRelayUrl(relay) === relay));
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
        assert.ok(isTyped || !problem.includes(A.secretHex.slice(0, 12)), problem);
        if (!facts) throw new Refused(problem);
        assert.equal(typeof JSON.stringify(facts), 'string');
      }
    },
    expected: [Refused],
  },
  {
    name: 'events that decode explains',
    isJson: true,
    seeds: [
      JSON_EVENT,
      `{"kind":30023,"pubkey":"${ID}","tags":[["d","x"],["a","30023:${ID}:x"],["q","${ID}"],["k","1"],["expiration","1"]],"created_at":1}`,
      `{"kind":1111,"tags":[["E","${ID}","","${ID}"],["p","${ID}"],["zap","${ID}","","1"],["imeta","url x","m y"],[]]}`,
    ],
    decode(text) {
      const value = parsed(text);
      if (typeof value !== 'object' || value === null) throw new NotJson();
      const { facts } = explainEvent(value, () => true);
      if (!facts) throw new Refused();
      assert.deepEqual(facts['valid'], facts['problem'] === undefined);
      for (const field of ['nevent', 'naddr', 'npub'])
        if (facts[field] !== undefined) assert.equal(decodeEntity(facts[field] as string).type, field);
    },
    expected: [Refused, NotJson],
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
      assert.equal(decodeEntity(encodeEntity(entityOf(value))).type, (value as { type: string }).type);
    },
    expected: [Refused, InvalidEntity, NotJson],
  },
  {
    name: 'names (NIP-05)',
    seeds: ['bob@example.com', 'example.com', '_@sub.example.com:8080', 'a.b-c_d@x.y.z'],
    decode(text) {
      assert.equal(typeof isNip05Like(text), 'boolean');
      const name = parseNip05(text);
      assert.deepEqual(parseNip05(`${name.local}@${name.domain}`), name);
      const { host, protocol, pathname } = new URL(nip05Url(name));
      assert.deepEqual([protocol, pathname], ['https:', '/.well-known/nostr.json']);
      assert.equal(host, name.domain.replace(/:443$/, ''));
    },
    expected: [InvalidNip05],
  },
  {
    name: 'documents of names (NIP-05)',
    isJson: true,
    seeds: [
      `{"names":{"bob":"${A.publicKey}","__proto__":"${ID}"},"relays":{"${A.publicKey}":["wss://r.example"]}}`,
      `{"names":{"bob":"${NPUB}"},"relays":[]}`,
    ],
    decode(text) {
      const document = parsed(text);
      for (const name of ['bob', '__proto__', 'constructor', 'toString'])
        try {
          const { pubkey, relays } = readNip05(document, name);
          assert.match(pubkey, /^[0-9a-f]{64}$/);
          assert.ok(relays.every(relay => typeof relay === 'string'));
        } catch (error) {
          if (name === 'bob' || !(error instanceof InvalidNip05)) throw error;
        }
    },
    expected: [InvalidNip05, NotJson],
  },
  {
    name: 'documents of relays (NIP-11)',
    isJson: true,
    seeds: [
      '{"name":"r","supported_nips":[1,11],"limitation":{"max_limit":500,"auth_required":true},"fees":{"admission":[{"amount":1,"unit":"msats"}]}}',
    ],
    decode(text) {
      const document = parsed(text);
      assert.ok(relayInformationFaults(document).every(fault => fault.length < 500));
      const information = parseRelayInformation(document);
      assert.deepEqual(parseRelayInformation(JSON.parse(JSON.stringify(information))), information);
    },
    expected: [InvalidRelayInformation, NotJson],
  },
  {
    name: 'relay lists (NIP-65, NIP-17)',
    isJson: true,
    seeds: [
      '[["r","wss://A.example/"],["r","wss://b.example","read"],["r","ws://c.example:80/x","write"],["r","wss://d.example",""]]',
      '[["relay","wss://inbox.example"],["relay","wss://inbox.example/"],["r"],[]]',
    ],
    decode(text) {
      const list = tagsOf(text);
      const { read, write } = relayListOf(list);
      for (const urls of [read, write, inboxRelaysOf(list)]) {
        assert.equal(new Set(urls).size, urls.length);
        for (const url of urls) assert.equal(normalizeRelayUrl(url), url);
      }
    },
    expected: [NotJson],
  },
  {
    name: 'tags of time, work and delegation (NIP-13, 26, 40)',
    isJson: true,
    seeds: [
      '[["expiration","1700000000"],["nonce","1","20"]]',
      `[["delegation","${A.publicKey}","kind=1&created_at>5","${EVENT.sig}"]]`,
      '[["expiration","1e9"],["delegation"],["nonce"]]',
    ],
    decode(text) {
      const event = tagsOf(text);
      const until = expirationOf(event);
      assert.ok(until === undefined || Number.isSafeInteger(until));
      assert.equal(typeof (expirationFault(event) ?? ''), 'string');
      const bits = committedDifficulty(event);
      assert.ok(Number.isInteger(bits) && bits >= 0 && bits <= 256);
      const delegation = delegationOf(event);
      if (delegation) assert.equal(typeof meetsConditions(event, delegation.conditions), 'boolean');
    },
    expected: [NotJson],
  },
  {
    name: 'conditions of a delegation (NIP-26)',
    seeds: [
      'kind=1&created_at>1674834236&created_at<1677426236',
      'kind=0&kind=1',
      '',
      'created_at>1700000000',
    ],
    decode(text) {
      const holds = meetsConditions(EVENT, text);
      // Nothing is allowed by a condition that is not one of the three.
      assert.ok(!holds || text === '' || /^(?:(?:kind=|created_at[<>])\d+(?:&|$))+$/.test(text), text);
    },
    expected: [],
  },
  {
    name: 'answers to a challenge (NIP-42)',
    isJson: true,
    seeds: [
      '[["relay","wss://r.example"],["challenge","c"]]',
      '[["relay","wss://r.example/"],["challenge"],[]]',
    ],
    decode(text) {
      const event = { ...tagsOf(text), kind: 22242, id: '', sig: '' };
      const fault = checkAuth(event, { challenge: 'c', relayUrl: 'wss://r.example', now: T0 });
      assert.ok(typeof fault === 'string'); // it has no signature
    },
    expected: [NotJson],
  },
  {
    name: 'counts (NIP-45)',
    seeds: ['00'.repeat(256), '39'.repeat(256), '01ef070505060806'.repeat(32)],
    decode(text) {
      const offset = hllOffset(text);
      assert.ok(offset >= 8 && offset <= 23);
      const hll = decodeHll(text);
      if (!hll) throw new Refused();
      assert.equal(encodeHll(hll), text);
      assert.ok(estimateHll(mergeHll(newHll(), hll)) >= 0);
    },
    expected: [Refused],
  },
  {
    name: 'IP addresses',
    seeds: ['::ffff:1.2.3.4', '2001:db8::1', '127.0.0.1', 'fe80::1%eth0'],
    decode(text) {
      const ip = canonicalIp(text);
      if (ip === undefined) throw new Refused();
      assert.equal(canonicalIp(ip), ip);
    },
    expected: [Refused],
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
    decode: text => assert.ok(readEncryptedKeyHeader(text).logN <= 22),
    expected: [InvalidEncryptedKey],
  },
  {
    name: 'seed phrases (NIP-06)',
    seeds: [MNEMONIC, ` ${MNEMONIC.toUpperCase()}\n`],
    decode: text => assert.equal(parseMnemonic(parseMnemonic(text)), parseMnemonic(text)),
    expected: [InvalidMnemonic],
  },
  {
    name: 'amounts of invoices (BOLT-11)',
    seeds: [INVOICE, INVOICE.toUpperCase(), `lightning:${INVOICE}`],
    damage: text => text,
    decode(text) {
      assert.equal(typeof isInvoice(text), 'boolean');
      const amount = invoiceAmount(text);
      assert.ok(amount === undefined || Number.isSafeInteger(amount));
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
      assert.ok(Number.isSafeInteger(createdAt) && expiresAt >= createdAt);
      assert.match(`${paymentHash} ${payee}`, /^[0-9a-f]{64} 0[23][0-9a-f]{64}$/);
    },
    expected: [InvalidInvoice],
  },
  {
    name: 'authorizations (NIP-98)',
    seeds: [HTTP_AUTH, HTTP_AUTH.replace('Nostr', 'nostr')],
    // The event damaged, in base64 that is right.
    damage: (text, next) =>
      `Nostr ${Buffer.from(mutate(Buffer.from(text.slice(6), 'base64').toString(), next)).toString('base64')}`,
    decode(text) {
      const event = parseHttpAuth(text);
      assert.deepEqual(parseHttpAuth(encodeHttpAuth(event)), event);
      assert.equal(
        typeof checkHttpAuth(event, { method: 'GET', url: 'https://x.example/', now: T0 + 1000 }),
        'string',
      );
    },
    expected: [InvalidHttpAuth],
  },
  {
    name: 'management (NIP-86)',
    isJson: true,
    seeds: [
      `{"method":"banpubkey","params":["${A.publicKey}","spam"]}`,
      '{"method":"allowkind","params":[1]}',
      '{"method":"blockip","params":["::ffff:1.2.3.4"]}',
      '{"method":"supportedmethods"}',
    ],
    decode(text) {
      const { method, params } = checkManagementCall(parseManagementCall(text));
      assert.deepEqual(checkManagementCall({ method, params: [...params] }).params, params);
    },
    expected: [InvalidManagement],
  },
  {
    name: 'answers of management (NIP-86)',
    isJson: true,
    seeds: ['{"result":true,"error":""}', '{"error":"no"}', '{"result":[{"pubkey":"x"}]}'],
    decode: text => assert.equal(Object.keys(parseManagementResponse(text)).length, 1),
    expected: [InvalidManagement],
  },
  {
    name: 'relay URLs',
    seeds: [
      'wss://Relay.example/',
      'relay.example',
      'localhost:80',
      'wss://[::1]:7447/a/b?c=d#e',
      'ws//x.example',
    ],
    decode(text) {
      meantUrl(text);
      const url = normalizeRelayUrl(text);
      assert.equal(normalizeRelayUrl(url), url);
      assert.ok(sameRelay(text, url) && /^wss?:\/\/[^@/?#\s]+(?:[/?#]\S*)?$/.test(url));
    },
    expected: [InvalidRelayUrl],
  },
  {
    name: 'kinds',
    seeds: ['1', '30000-30009,article', 'note,0-9', 'Group-State'],
    decode: text =>
      assert.ok(parseKinds(text).every(kind => Number.isInteger(kind) && kind >= 0 && kind < 65_536)),
    expected: [InvalidKind],
  },
  {
    name: 'times and durations',
    seeds: ['1700000000', '2h30m', '2023-11-14T22:13:20Z', 'yesterday', '2023-11-14', '1w'],
    decode(text) {
      assert.ok(Number.isSafeInteger(parseTime(text, T0)) && parseTime(text, T0) >= 0);
      assert.ok(parseDuration(text) >= 0);
    },
    expected: [InvalidTime, InvalidDuration],
  },
  {
    name: 'templates',
    seeds: ['%{date} %{npub} %{content}\\n', '%%%{tag.t}\\t\\\\'],
    decode: text => void parseTemplate(text).map(piece => piece(EVENT, 'wss://r.example')),
    expected: [InvalidTemplate],
  },
];
