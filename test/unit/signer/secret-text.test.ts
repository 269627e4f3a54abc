import assert from 'node:assert/strict';
import test from 'node:test';
import { inspect } from 'node:util';
import { SignerError } from '../../../src/errors.ts';
import { bytesToHex } from '../../../src/protocol/hex.ts';
import { holdsConnection, holdsNsec, parseSecretKey, secretForm } from '../../../src/signer/secret-text.ts';

const HEX = '67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa';
const NSEC = 'nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5';
const NPUB = 'npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg';
const NCRYPTSEC =
  'ncryptsec1qgg9947rlpvqu76pj5ecreduf9jxhselq2nae2kghhvd5g7dgjtcxfqtd67p9m0w57lspw8gsq6yphnm8623nsl8xn9j4jdzz84zm3frztj3z7s35vpzmqf6ksu8r89qk5z2zxfmu5gv8th8wclt0h4p';
const CURVE_ORDER = 'fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141';
const BUNKER = `bunker://${HEX}?relay=wss://relay.example.com&secret=opensesame`;

/** The error for `text`, after a check that nothing of it can be read from the error. */
function failure(text: string): SignerError {
  try {
    parseSecretKey(text, 'SOURCE');
  } catch (error) {
    assert.ok(error instanceof SignerError, inspect(error));
    const shown = inspect(error, { depth: null, showHidden: true }) + error.stack;
    for (let at = 0; at + 12 <= text.length; at += 4) {
      assert.ok(!shown.toLowerCase().includes(text.slice(at, at + 12).toLowerCase()), shown);
    }
    assert.match(error.message, /^SOURCE /);
    return error;
  }
  assert.fail('it was accepted');
}

test('an nsec and 64 hex digits give the same key, in any case and with white space around', () => {
  for (const text of [NSEC, NSEC.toUpperCase(), HEX, HEX.toUpperCase(), ` ${NSEC}\r\n`, `\t${HEX}\n`]) {
    assert.equal(bytesToHex(parseSecretKey(text, 'SOURCE')), HEX);
  }
});

test('the form of a secret is known by its beginning', () => {
  const forms = [NSEC, HEX, NCRYPTSEC, BUNKER, NPUB, 'BUNKER://x', 'hunter2', '', `${HEX}0`].map(secretForm);
  assert.deepEqual(forms, [
    'nsec',
    'hex',
    'ncryptsec',
    'bunker',
    'npub',
    'bunker',
    'unknown',
    'unknown',
    'unknown',
  ]);
});

test('a number outside the range of the curve is refused', () => {
  for (const text of ['00'.repeat(32), CURVE_ORDER, 'ff'.repeat(32)]) {
    assert.equal(failure(text).code, 'bad_secret');
  }
  const last = `${CURVE_ORDER.slice(0, -1)}0`;
  assert.equal(bytesToHex(parseSecretKey(last, 'SOURCE')), last);
});

test('an nsec with one wrong character anywhere is refused and never quoted', () => {
  for (let at = 5; at < NSEC.length; at++) {
    const wrong = NSEC[at] === 'q' ? 'p' : 'q';
    const error = failure(NSEC.slice(0, at) + wrong + NSEC.slice(at + 1));
    assert.match(error.message, /damaged nsec/);
    assert.equal(error.cause, undefined);
  }
});

test('a truncated, lengthened or mixed-case nsec is refused and never quoted', () => {
  for (const text of [NSEC.slice(0, -1), `${NSEC}q`, `Nsec1${NSEC.slice(5)}`, 'nsec1', `${NSEC} ${NSEC}`]) {
    assert.match(failure(text).message, /damaged nsec/);
  }
});

test('where a plain key belongs, an encrypted key and a remote signer are recognised and refused', () => {
  assert.equal(failure(NCRYPTSEC).code, 'unsupported_secret');
  assert.match(failure(NCRYPTSEC).message, /encrypted key \(ncryptsec\), where a plain one belongs/);
  assert.equal(failure(BUNKER).code, 'unsupported_secret');
  assert.match(failure(BUNKER).message, /bunker:\/\/ address/);
});

test('a public key, a password and nothing at all are told apart', () => {
  assert.match(failure(NPUB).message, /public key/);
  assert.match(failure('correct horse battery staple').message, /neither an nsec nor 64 hex digits/);
  assert.match(failure(HEX.slice(1)).message, /neither an nsec nor 64 hex digits/);
  assert.match(failure('  \n').message, /is empty/);
});

test('a whole nsec is found wherever it stands; a damaged or shortened one is no key', () => {
  for (const text of [
    NSEC,
    NSEC.toUpperCase(),
    `x${NSEC}`,
    `nostr:${NSEC}?`,
    `nsec1 and ${NSEC}, mine`,
    `${NSEC}${NSEC}`,
  ]) {
    assert.equal(holdsNsec(text), true, text);
  }
  for (const text of ['', 'nsec1', NPUB, HEX, NSEC.slice(0, -1), `${NSEC.slice(0, -1)}q`, NCRYPTSEC]) {
    assert.equal(holdsNsec(text), false, text);
  }
});

test('twelve words are told the way of a seed phrase', () => {
  const words = 'one two three four five six seven eight nine ten eleven twelve';
  assert.match(failure(words).hint ?? '', /key import --mnemonic/);
  assert.equal(failure('one two').hint, undefined);
});

test('a URI that lets others spend or sign is found in a text, however long that is', () => {
  const secret = 'secret=abcdefgh';
  for (const [text, holds] of [
    [`bunker://ab?${secret}`, true],
    [`see NOSTR+WALLETCONNECT:ab?relay=wss://x&${secret}.`, true],
    [`nostrwalletconnect:${'a'.repeat(2000)}?${secret}`, true],
    [`bunker:${'a'.repeat(2001)}?${secret}`, false],
    [`bunker://ab bunker: ?${secret}`, false],
    [`bunker://ab?secret=short bunker:;${secret}`, true],
    [`bunker:?secret=bunker:?${secret}`, true],
    [`?${secret} bunker://ab`, false],
    [`${'bunker:'.repeat(300_000)} ?${secret}`, false],
    [`${`?${secret}`.repeat(100_000)}bunker:`, false],
  ] as const)
    assert.equal(holdsConnection(text), holds, text.slice(0, 60));
});
