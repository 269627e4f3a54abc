import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { inspect } from 'node:util';
import { loginsOf, Redactor } from '../../../src/output/redact.ts';
import { hexToBytes } from '../../../src/protocol/hex.ts';

const HEX = '67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa';
const OTHER = '7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e';
const NSEC = 'nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5';

function loaded(...secrets: string[]): Redactor {
  const redactor = new Redactor();
  for (const secret of secrets) redactor.addSecret(hexToBytes(secret));
  return redactor;
}

test('an nsec and an ncryptsec go, whole or damaged, in any case, wherever they stand', () => {
  const redactor = new Redactor();
  assert.equal(redactor.redact(`a ${NSEC} b`), 'a [redacted] b');
  assert.equal(redactor.redact(`"${NSEC.toUpperCase()}"`), '"[redacted]"');
  assert.equal(redactor.redact(`nostr:${NSEC}\n${NSEC}`), 'nostr:[redacted]\n[redacted]');
  assert.equal(redactor.redact(`${NSEC.slice(0, 30)}bio1${NSEC.slice(30)}!`), '[redacted]!');
  assert.equal(redactor.redact(`x=ncryptsec1${'q'.repeat(150)};`), 'x=[redacted];');
});

test('the secret of a URI goes, its other parameters stay', () => {
  const redactor = new Redactor();
  assert.equal(
    redactor.redact('"bunker://ab?relay=wss://a.com&secret=s3cr3t&x=1" failed'),
    '"bunker://ab?relay=wss://a.com&secret=[redacted]&x=1" failed',
  );
  assert.equal(
    redactor.redact(`nostr+walletconnect://ab?Secret=${OTHER}`),
    'nostr+walletconnect://ab?Secret=[redacted]',
  );
  assert.equal(
    redactor.redact('u=bunker%3A%2F%2Fab%3Fsecret%3Ds3cr3t'),
    'u=bunker%3A%2F%2Fab%3Fsecret%3D[redacted]',
  );
});

test('a loaded secret goes in hex of any case; other hex stays', () => {
  const redactor = loaded(HEX);
  assert.equal(redactor.redact(`id ${OTHER} key ${HEX}`), `id ${OTHER} key [redacted]`);
  assert.equal(redactor.redact(`0x${HEX.toUpperCase()}.`), '0x[redacted].');
  assert.equal(new Redactor().redact(HEX), HEX);
});

test('a loaded secret goes at any place inside a longer run of hex', () => {
  const redactor = loaded(HEX, OTHER);
  assert.equal(redactor.redact(`abc${HEX}def`), 'abc[redacted]def');
  assert.equal(redactor.redact(HEX + HEX.toUpperCase() + OTHER), '[redacted][redacted][redacted]');
  assert.equal(
    redactor.redact(`${HEX.slice(0, 63)}${HEX}${HEX.slice(1)}`),
    `${HEX.slice(0, 63)}[redacted]${HEX.slice(1)}`,
  );
  const long = 'f'.repeat(10_000);
  assert.equal(redactor.redact(long + OTHER + long), `${long}[redacted]${long}`);
});

test('a secret is redacted after its bytes were zeroed', () => {
  const bytes = hexToBytes(HEX);
  const redactor = new Redactor();
  redactor.addSecret(bytes);
  bytes.fill(0);
  assert.equal(redactor.redact(HEX), '[redacted]');
  assert.equal(redactor.redact('0'.repeat(64)), '0'.repeat(64));
});

test('the redactor itself shows and keeps no secret', () => {
  const redactor = loaded(HEX);
  assert.ok(!inspect(redactor, { showHidden: true, depth: null }).includes(HEX));
  assert.equal(JSON.stringify(redactor), '{}');
});

test('a secret goes in base64, too', () => {
  const text = Buffer.from(HEX, 'hex').toString('base64');
  assert.doesNotMatch(loaded(HEX).redact(`Basic ${text}.`), new RegExp(text.slice(0, 8)));
});

test('a key that was not read yet goes as it was typed, and in hex of any case', () => {
  const redactor = new Redactor();
  redactor.addKeyText(HEX.toUpperCase());
  assert.equal(redactor.redact(HEX), '[redacted]');
  redactor.addKeyText('hunter2');
  assert.equal(redactor.redact('hunter2'), '[redacted]');
});

test('a login goes as HTTP sends it; a user without a password is one', () => {
  const redactor = new Redactor();
  redactor.addLogin('me', 'hunter2');
  redactor.addLogin('t0ken', '');
  for (const text of [
    'hunter2',
    't0ken',
    ...['me:hunter2', 't0ken:'].map(login => Buffer.from(login).toString('base64')),
  ])
    assert.match(redactor.redact(text), /^\[redacted\]=*$/);
});

test('the logins of the proxy variables are found', () => {
  const env = {
    ALL_PROXY: 'socks5://me:p%40ss@localhost:1080',
    https_proxy: 'me:p@ss@x.com',
    http_proxy: 'http://token@x.com/',
    no_proxy: 'x.com,y.com',
    NOST_RELAYS: 'wss://a:b@x.com',
  };
  assert.deepEqual(
    [...loginsOf(env)],
    [
      ['me', 'p@ss'],
      ['me', 'p@ss'],
      ['token', ''],
    ],
  );
});

test('plain text is left alone', () => {
  const redactor = loaded(HEX);
  for (const text of ['', 'my nsec1 is gone', 'nsec1…', 'no secret here', 'secret= ', OTHER + OTHER]) {
    assert.equal(redactor.redact(text), text);
  }
});

describe('a text to hide', () => {
  const redactor = new Redactor();
  redactor.addText('pass"w/rd');
  redactor.addText('pass"w/rd and more');
  redactor.addText('abc');

  test('goes as it is, within JSON and percent-encoded; the longest first', () => {
    assert.equal(redactor.redact('x pass"w/rd y'), 'x [redacted] y');
    assert.equal(redactor.redact(JSON.stringify({ a: 'pass"w/rd' })), '{"a":"[redacted]"}');
    assert.equal(redactor.redact('http://me:pass%22w%2Frd@x'), 'http://me:[redacted]@x');
    assert.equal(redactor.redact('pass"w/rd and more'), '[redacted]');
  });

  test('of three letters would hide ordinary words, and stays', () =>
    assert.equal(redactor.redact('abc'), 'abc'));
});
