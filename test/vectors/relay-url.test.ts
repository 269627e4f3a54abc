// Published normalisations. Libraries disagree on the trailing slash, so spellings are compared without it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidRelayUrl, normalizeRelayUrl, sameRelay } from '../../src/protocol/relay-url.ts';
import { describeVectors, vectorJson } from '../support/vectors.ts';

describeVectors('messages/url-normalization-go-nostr.json', () => {
  const { cases } = vectorJson('messages/url-normalization-go-nostr.json') as { cases: [string, string][] };

  for (const [text, expected] of cases) {
    if (text === '') {
      // go-nostr lets nothing through as nothing; for us it is no relay.
      test('nothing is no relay', () => assert.throws(() => normalizeRelayUrl(''), InvalidRelayUrl));
      continue;
    }
    test(`${text} is ${expected}`, () => {
      assert.ok(sameRelay(text, expected));
      assert.ok(sameRelay(normalizeRelayUrl(text), expected));
      assert.equal(normalizeRelayUrl(normalizeRelayUrl(text)), normalizeRelayUrl(text));
    });
  }
});
