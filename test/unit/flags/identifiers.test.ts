import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { parseAddressOf, parseEventId, parsePubkey, parseTagValue } from '../../../src/flags/identifiers.ts';
import { encodeEntity } from '../../../src/protocol/nip19.ts';

const hex = '3bf0c63fcb93463407af97a5e5ee64fa883d107ef9e558472c4eb9aaaefa459d';
const npub = encodeEntity({ type: 'npub', pubkey: hex });
const nprofile = encodeEntity({ type: 'nprofile', pubkey: hex, relays: ['wss://r.x.com'] });
const note = encodeEntity({ type: 'note', id: hex });
const nevent = encodeEntity({ type: 'nevent', id: hex, relays: [] });
const naddr = encodeEntity({ type: 'naddr', identifier: 'a:b', pubkey: hex, relays: [], kind: 30023 });

describe('what people write for a person', () => {
  for (const text of [hex, hex.toUpperCase(), npub, npub.toUpperCase(), nprofile, `nostr:${npub}`]) {
    test(`${text.slice(0, 20)}… is the key`, () => assert.equal(parsePubkey(text), hex));
  }

  for (const text of ['', 'alice', hex.slice(1), `${hex}0`, `${npub}x`, note, nevent, naddr]) {
    test(`${text.slice(0, 20) || 'nothing'} is not taken for a key`, () =>
      assert.throws(() => parsePubkey(text)));
  }

  test('the link of a web client is the key in it, and one without is refused as such', () => {
    assert.equal(parsePubkey(`https://primal.net/p/${nprofile}`), hex);
    assert.throws(() => parsePubkey(`https://primal.net/e/${note}`), /is a note, not a public key/);
    assert.throws(() => parsePubkey('https://primal.net/alice'), /the link to "primal\.net" holds no code/);
  });

  test('a mistyped npub is refused for its checksum, not sent', () => {
    assert.throws(() => parsePubkey(`${npub.slice(0, -1)}q`), /checksum/);
  });
});

describe('what people write for an event', () => {
  for (const text of [hex, note, nevent, `nostr:${nevent}`]) {
    test(`${text.slice(0, 20)}… is the id`, () => assert.equal(parseEventId(text), hex));
  }

  test('a person is no event', () => assert.throws(() => parseEventId(npub), /is an npub, not an event id/));
  test('a note is no person', () => assert.throws(() => parsePubkey(note), /is a note, not a public key/));
});

describe('what people write for an address', () => {
  test('an address is itself, an naddr is decoded', () => {
    assert.equal(parseAddressOf(`30023:${hex}:a:b`), `30023:${hex}:a:b`);
    assert.equal(parseAddressOf(naddr), `30023:${hex}:a:b`);
  });

  test('an address with a short key is refused', () => assert.throws(() => parseAddressOf('30023:abc:x')));
});

describe('tag values', () => {
  test('tags of ids, keys and addresses are decoded, others are verbatim', () => {
    assert.equal(parseTagValue('p', npub), hex);
    assert.equal(parseTagValue('e', note), hex);
    assert.equal(parseTagValue('a', naddr), `30023:${hex}:a:b`);
    assert.equal(parseTagValue('q', nevent), hex);
    assert.equal(parseTagValue('q', naddr), `30023:${hex}:a:b`);
    assert.equal(parseTagValue('q', `https://habla.news/a/${naddr}`), `30023:${hex}:a:b`);
    assert.equal(parseTagValue('q', `https://njump.me/${nevent}`), hex);
    assert.equal(parseTagValue('t', npub), npub);
    assert.equal(parseTagValue('constructor', 'x'), 'x');
  });

  test('a secret is never a value of such a tag, nor quoted', () => {
    const nsec = encodeEntity({ type: 'nsec', secretKey: new Uint8Array(32).fill(7) });
    assert.throws(
      () => parseTagValue('p', nsec),
      (error: Error) => !error.message.includes(nsec.slice(5)),
    );
  });
});
