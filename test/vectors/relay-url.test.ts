// Published normalisations. go-nostr cuts the slash at a path's end; here that is another relay, so it is put back.
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
      const kept = text.endsWith('/') ? `${expected}/` : expected;
      assert.ok(sameRelay(text, kept));
      assert.ok(sameRelay(normalizeRelayUrl(text), kept));
      assert.equal(normalizeRelayUrl(normalizeRelayUrl(text)), normalizeRelayUrl(text));
    });
  }
});
