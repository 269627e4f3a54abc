import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hexToBytes } from '../../../src/protocol/hex.ts';
import {
  checkHttpAuth,
  encodeHttpAuth,
  HTTP_AUTH_WINDOW,
  type HttpAuthExpectation,
  type HttpAuthRequest,
  httpAuthTemplate,
  InvalidHttpAuth,
  parseHttpAuth,
} from '../../../src/protocol/nip98.ts';
import { signEvent } from '../../../src/protocol/signature.ts';

const SECRET = hexToBytes('0000000000000000000000000000000000000000000000000000000000000003');
const NOW = 1_700_000_000;
const BODY = new TextEncoder().encode('{"a": 1}');
const REQUEST = { method: 'POST', url: 'https://x.com/a?b=1', body: BODY };

const signed = (request: HttpAuthRequest, createdAt = NOW) =>
  signEvent(httpAuthTemplate(request, createdAt), SECRET);

function verdict(request: HttpAuthRequest, expected: Partial<HttpAuthExpectation> = {}): string | undefined {
  return checkHttpAuth(parseHttpAuth(encodeHttpAuth(signed(request))), { ...REQUEST, now: NOW, ...expected });
}

test('what a client signs for a request is accepted for it', () => {
  assert.equal(verdict(REQUEST), undefined);
  assert.equal(verdict(REQUEST, { payloadRequired: true }), undefined);
  assert.equal(verdict({ ...REQUEST, method: 'post' }), undefined);
  assert.equal(verdict({ method: 'GET', url: REQUEST.url }, { method: 'get', body: undefined }), undefined);
});

test('a minute either way is allowed, a second more is not', () => {
  for (const sign of [-1, 1]) {
    const at = (seconds: number) =>
      checkHttpAuth(signed(REQUEST, NOW + sign * seconds), { ...REQUEST, now: NOW });
    assert.equal(at(HTTP_AUTH_WINDOW), undefined);
    assert.match(at(HTTP_AUTH_WINDOW + 1) ?? '', /minute/);
  }
});

test('the URL is compared exactly; a place may have several', () => {
  for (const url of [
    'https://x.com/a',
    'https://x.com/a?b=1#c',
    'https://X.com/a?b=1',
    'http://x.com/a?b=1',
    '',
  ])
    assert.match(verdict({ ...REQUEST, url }) ?? '', /u tag/, url);
  const wss = 'wss://x.com/';
  assert.equal(verdict({ ...REQUEST, url: wss }, { url: ['https://x.com/', wss] }), undefined);
  assert.match(verdict({ ...REQUEST, url: wss }, { url: [] }) ?? '', /u tag/);
});

test('the payload is the hash of the bytes, and may be demanded', () => {
  const other = new TextEncoder().encode('{"a":1}');
  assert.match(verdict(REQUEST, { body: other }) ?? '', /hash of the body/);
  assert.match(verdict(REQUEST, { body: undefined }) ?? '', /hash of the body/);
  const without = { method: 'POST', url: REQUEST.url };
  assert.equal(verdict(without), undefined);
  assert.equal(verdict(without, { payloadRequired: true }), 'the payload tag is missing');
});

test('what was changed after it was signed is told', () => {
  const event = signed(REQUEST);
  const expected = { ...REQUEST, now: NOW };
  assert.equal(checkHttpAuth({ ...event, content: 'x' }, expected), 'the id does not verify');
  assert.equal(checkHttpAuth({ ...event, sig: '00'.repeat(64) }, expected), 'the signature does not verify');
});

describe('a header', () => {
  const EVENT = signed(REQUEST);
  const header = encodeHttpAuth(EVENT);
  const code = header.slice('Nostr '.length);

  test('is read with any case of its scheme, any blanks, padding or none', () => {
    for (const text of [header, `nostr ${code}`, `NOSTR   ${code} `, header.replace(/=+$/, '')])
      assert.deepEqual(parseHttpAuth(text), EVENT, text);
  });

  const json = (text: string | Uint8Array) => `Nostr ${Buffer.from(text).toString('base64')}`;
  for (const [text, reason] of [
    ['', /scheme/],
    ['Nostr', /scheme/],
    ['Nostr ', /scheme/],
    [`Bearer ${code}`, /scheme/],
    [`Nostr ${code} ${code}`, /scheme/],
    [`Nostr ${code}====`, /base64/],
    ['Nostr a', /base64/],
    ['Nostr ====', /base64/],
    [json('x'), /JSON/],
    [json(Uint8Array.of(0xff, 0xfe)), /UTF-8/],
    [json('[]'), /object/],
    [json('{}'), /id must be/],
    [`Nostr ${'A'.repeat(70_000)}`, /longer than/],
    [`Nostr${' '.repeat(60_000)}x\n`, /scheme/],
  ] as [string, RegExp][]) {
    test(`that is ${JSON.stringify(text).slice(0, 40)} is refused`, () => {
      assert.throws(
        () => parseHttpAuth(text),
        (error: Error) => error instanceof InvalidHttpAuth && reason.test(error.message),
      );
    });
  }
});
