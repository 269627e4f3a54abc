// What people type: kinds, relay URLs, times. Anything gives a value or the typed error, and values are stable.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { eventAddress, InvalidKind, parseAddress, parseKinds } from '../../src/protocol/kind.ts';
import { parseRelayInformation, relayInformationFaults } from '../../src/protocol/nip11.ts';
import { addToHll, encodeHll, hllOffset, mergeHll, newHll } from '../../src/protocol/nip45.ts';
import { quote } from '../../src/protocol/quote.ts';
import { InvalidRelayUrl, normalizeRelayUrl, sameRelay } from '../../src/protocol/relay-url.ts';
import { InvalidDuration, InvalidTime, parseDuration, parseTime } from '../../src/protocol/time.ts';
import { hex32, kind, runs, tags, text } from '../support/arbitraries.ts';

const urlish = fc.oneof(
  text,
  fc.webUrl({ validSchemes: ['ws', 'wss', 'http', 'https'], withQueryParameters: true, withFragments: true }),
  fc.tuple(fc.constantFrom('wss://', 'ws:/', '', '//', 'ftp://'), text).map(parts => parts.join('')),
  fc.tuple(fc.domain(), fc.nat({ max: 70000 })).map(([domain, port]) => `${domain}:${port}`),
);

describe('input', () => {
  test('a relay URL is normalised once and for all, or refused', () => {
    fc.assert(
      fc.property(urlish, value => {
        try {
          const url = normalizeRelayUrl(value);
          assert.match(url, /^wss?:\/\/[^/\s@#]+[^\s#]*$/);
          assert.equal(normalizeRelayUrl(url), url);
          assert.ok(sameRelay(value, url));
          assert.doesNotThrow(() => new URL(url));
        } catch (error) {
          assert.ok(error instanceof InvalidRelayUrl, String(error));
        }
      }),
      runs(400),
    );
  });

  test('kinds written as numbers and ranges read back', () => {
    fc.assert(
      fc.property(kind, fc.nat({ max: 30 }), (first, length) => {
        const last = Math.min(first + length, 65535);
        const kinds = parseKinds(`${first}-${last}`);
        assert.deepEqual([kinds[0], kinds.at(-1), kinds.length], [first, last, last - first + 1]);
        assert.deepEqual(parseKinds(kinds.join(',')), kinds);
      }),
      runs(100),
    );
  });

  test('any text gives kinds, a time, a duration, or its typed error', () => {
    const typed = fc.oneof(text, fc.stringMatching(/^[0-9a-z:,.TZ-]{0,25}$/));
    const parsers: [parse: (value: string) => unknown, error: new (...args: never[]) => Error][] = [
      [parseKinds, InvalidKind],
      [value => parseTime(value, 1_700_000_000), InvalidTime],
      [parseDuration, InvalidDuration],
    ];
    fc.assert(
      fc.property(typed, fc.constantFrom(...parsers), (value, [parse, expected]) => {
        try {
          parse(value);
        } catch (error) {
          assert.ok(error instanceof expected, String(error));
        }
      }),
      runs(300),
    );
  });

  test('a time written as ISO 8601 is the same second', () => {
    fc.assert(
      fc.property(fc.nat({ max: 4_000_000_000 }), seconds => {
        assert.equal(parseTime(new Date(seconds * 1000).toISOString(), 0), seconds);
        assert.equal(parseTime(String(seconds), 0), seconds);
      }),
      runs(100),
    );
  });

  test('an address splits into what it was made of', () => {
    fc.assert(
      fc.property(hex32, tags, fc.constantFrom(0, 3, 10002, 30000, 39999), (pubkey, list, addressable) => {
        const event = { kind: addressable, pubkey, tags: list };
        const address = parseAddress(eventAddress(event)!);
        const d = list.find(tag => tag[0] === 'd')?.[1] ?? '';
        assert.deepEqual(address, { kind: addressable, pubkey, identifier: addressable < 30000 ? '' : d });
      }),
      runs(100),
    );
  });

  test('a relay document of any JSON is read without harm, and its view has no faults', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('name', 'limitation', 'fees', 'x', 'supported_nips'), fc.jsonValue()),
        document => {
          assert.deepEqual(relayInformationFaults(parseRelayInformation(document)), []);
        },
      ),
      runs(100),
    );
  });

  test('registers do not care for order, and merging is the same as counting together', () => {
    fc.assert(
      fc.property(fc.array(hex32), fc.array(hex32), text, (a, b, value) => {
        const offset = hllOffset(value);
        assert.ok(offset >= 8 && offset <= 23);
        const count = (pubkeys: string[]) =>
          pubkeys.reduce((hll, pubkey) => addToHll(hll, pubkey, offset), newHll());
        assert.equal(encodeHll(mergeHll(count(a), count(b))), encodeHll(count([...b, ...a].reverse())));
      }),
      runs(50),
    );
  });

  test('a quoted value is short, on one line and harmless to a terminal', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string({ unit: 'binary', maxLength: 300 })), value => {
        const quoted = quote(value);
        assert.ok(quoted.length <= 81);
        assert.ok(!/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/.test(quoted));
      }),
      runs(200),
    );
  });
});
