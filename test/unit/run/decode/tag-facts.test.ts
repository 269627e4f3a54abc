import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeEntity } from '../../../../src/protocol/nip19.ts';
import { isoTime, tagFacts } from '../../../../src/run/decode/tag-facts.ts';

const hex = '3bf0c63fcb93463407af97a5e5ee64fa883d107ef9e558472c4eb9aaaefa459d';
const npub = encodeEntity({ type: 'npub', pubkey: hex });
const address = `30023:${hex}:x`;
const naddr = encodeEntity({ type: 'naddr', identifier: 'x', pubkey: hex, relays: [], kind: 30023 });

const CASES: readonly [tag: string[], facts: object][] = [
  [['e', hex, 'wss://r', 'reply', hex], { id: hex, relay: 'wss://r', marker: 'reply', author: hex }],
  [['e', hex, '', 'root'], { id: hex, marker: 'root' }],
  [['e', hex, 'wss://r', hex], { id: hex, relay: 'wss://r', author: hex }],
  [['E', hex, '', hex], { id: hex, author: hex }],
  [['p', hex, '', 'bob'], { pubkey: hex, petname: 'bob', npub }],
  [['p', 'alice'], { pubkey: 'alice' }],
  [['a', address], { address, kind_name: 'article', naddr }],
  [['q', hex, 'wss://r'], { id: hex, relay: 'wss://r' }],
  [['q', address], { address, kind_name: 'article', naddr }],
  [['d', ''], { identifier: '' }],
  [['t', 'nostr'], { hashtag: 'nostr' }],
  [['r', 'wss://r', 'read'], { url: 'wss://r', marker: 'read' }],
  [['k', '1'], { kind: '1', kind_name: 'note' }],
  [['k', '99999'], { kind: '99999' }],
  [['expiration', '1700000000'], { time: '1700000000', date: '2023-11-14T22:13:20Z' }],
  [['zap', hex, '', '2'], { pubkey: hex, weight: '2', npub }],
  [['client', 'nost', 'a', 'b'], { value: 'nost', more: ['a', 'b'] }],
  [['constructor', 'x'], { value: 'x' }],
  [['-'], {}],
];

for (const [tag, facts] of CASES)
  test(`${JSON.stringify(tag).slice(0, 40)} holds ${Object.keys(facts).join(' ') || 'nothing'}`, () => {
    assert.deepEqual(JSON.parse(JSON.stringify(tagFacts([tag])))[0], { name: tag[0], ...facts });
  });

test('an empty tag has an empty name', () => assert.deepEqual(tagFacts([[]]), [{ name: '' }]));

test('a second has a date as long as dates go', () => {
  assert.equal(isoTime(0), '1970-01-01T00:00:00Z');
  assert.equal(isoTime(8.64e12), '+275760-09-13T00:00:00Z');
  assert.equal(isoTime(8.64e12 + 1), undefined);
});
