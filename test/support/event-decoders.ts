// Decoders of events, frames and filters, and of what the tags of events say.

import assert from 'node:assert/strict';
import { type Event, InvalidEvent, parseEventJson, stringifyEvent } from '../../src/protocol/event.ts';
import { compileFilter, InvalidFilter, parseFilter } from '../../src/protocol/filter.ts';
import {
  encodeClientMessage,
  encodeRelayMessage,
  InvalidMessage,
  parseClientMessage,
  parseRelayMessage,
} from '../../src/protocol/message.ts';
import { committedDifficulty } from '../../src/protocol/nip13.ts';
import { decodeEntity } from '../../src/protocol/nip19.ts';
import { delegationOf, meetsConditions } from '../../src/protocol/nip26.ts';
import { expirationFault, expirationOf } from '../../src/protocol/nip40.ts';
import { checkAuth } from '../../src/protocol/nip42.ts';
import { hllOffsetFor } from '../../src/protocol/nip45.ts';
import { compileSearch } from '../../src/protocol/nip50.ts';
import { inboxRelaysOf, relayListOf } from '../../src/protocol/nip65.ts';
import {
  checkHttpAuth,
  encodeHttpAuth,
  httpAuthTemplate,
  InvalidHttpAuth,
  parseHttpAuth,
} from '../../src/protocol/nip98.ts';
import { normalizeRelayUrl } from '../../src/protocol/relay-url.ts';
import { explainEvent } from '../../src/run/decode/event-facts.ts';
import { checkFlagged, completeEvent, InvalidDraft, readDraft } from '../../src/run/events/draft.ts';
import { type Decoder, EVENT, ID, must, NotJson, NPUB, NSEC, parsed, Refused } from './decoder.ts';
import { mutate } from './mutations.ts';
import { A, T0 } from './people.ts';

const JSON_EVENT = JSON.stringify(EVENT);

const FILTER = `{"ids":["${ID}"],"authors":["${A.publicKey}"],"kinds":[1,2],"#t":["x"],"since":1,"until":9,"limit":5,"search":"x"}`;

const HTTP_AUTH = encodeHttpAuth(A.sign(httpAuthTemplate({ method: 'GET', url: 'https://x.example/' }, T0)));

const SIGNER = { publicKey: A.publicKey, isRevealedBy: (text: string) => text.includes(A.secretHex) };

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

export const EVENT_DECODERS: readonly Decoder[] = [
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
      must(offset === undefined || (offset >= 8 && offset <= 23), 'an offset is 8 to 23');
    },
    expected: [InvalidFilter, NotJson],
  },
  {
    name: 'searches (NIP-50)',
    seeds: ['nostr best', 'language:en WORLD', '"hello" world', ''],
    decode(text) {
      assert.equal(typeof compileSearch(text)(EVENT.content), 'boolean');
      must(!/^\S+$/.test(text) || text.includes(':') || compileSearch(text)(text), 'a word finds itself');
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
      must(!JSON.stringify(event.tags).includes(NSEC) && !event.content.includes(NSEC), 'it tells a secret');
    },
    // What has no UTF-8 form has no id.
    expected: [InvalidDraft, InvalidEvent, NotJson],
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
      must(until === undefined || Number.isSafeInteger(until), 'an expiration is whole');
      assert.equal(typeof (expirationFault(event) ?? ''), 'string');
      const bits = committedDifficulty(event);
      must(Number.isInteger(bits) && bits >= 0 && bits <= 256, 'bits are 0 to 256');
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
      must(!holds || text === '' || /^(?:(?:kind=|created_at[<>])\d+(?:&|$))+$/.test(text), text);
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
      assert.equal(typeof fault, 'string'); // it has no signature
    },
    expected: [NotJson],
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
];
