import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hexToBytes } from '../../../src/protocol/hex.ts';
import { AUTH_KIND, AUTH_WINDOW, authTemplate, checkAuth } from '../../../src/protocol/nip42.ts';
import { signEvent } from '../../../src/protocol/signature.ts';

const SECRET = hexToBytes('0000000000000000000000000000000000000000000000000000000000000003');
const NOW = 1_700_000_000;
const EXPECTED = { challenge: 'abc', relayUrl: 'ws://127.0.0.1:7447', now: NOW };

function verdict(relay: string, createdAt = NOW, challenge = 'abc'): string | undefined {
  return checkAuth(signEvent(authTemplate(challenge, relay, createdAt), SECRET), EXPECTED);
}

test('what a client signs from the template is accepted by the relay that asked', () => {
  assert.equal(verdict('ws://127.0.0.1:7447'), undefined);
  assert.equal(authTemplate('abc', 'ws://x', 1).kind, AUTH_KIND);
});

test('ten minutes either way are allowed, a second more is not', () => {
  for (const sign of [-1, 1]) {
    assert.equal(verdict(EXPECTED.relayUrl, NOW + sign * AUTH_WINDOW), undefined);
    assert.match(verdict(EXPECTED.relayUrl, NOW + sign * (AUTH_WINDOW + 1)) ?? '', /ten minutes/);
  }
});

test('scheme and path do not count, host and port do', () => {
  assert.equal(verdict('wss://127.0.0.1:7447/some/path'), undefined);
  for (const relay of ['ws://127.0.0.1', 'ws://127.0.0.1:7448', 'ws://localhost:7447', 'nonsense', '']) {
    assert.match(verdict(relay) ?? '', /another relay/, relay);
  }
});

test('an empty challenge is not a wild card', () => {
  assert.match(verdict(EXPECTED.relayUrl, NOW, '') ?? '', /challenge/);
});

test('a changed event is told by its id', () => {
  const event = signEvent(authTemplate('abc', EXPECTED.relayUrl, NOW), SECRET);
  assert.equal(checkAuth({ ...event, content: 'x' }, EXPECTED), 'the id does not verify');
});
