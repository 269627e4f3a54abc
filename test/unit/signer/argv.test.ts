import assert from 'node:assert/strict';
import test from 'node:test';
import { inspect } from 'node:util';
import { UsageError } from '../../../src/errors.ts';
import { refuseSecretsInArgv } from '../../../src/signer/argv.ts';

const HEX = '67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa';
const NSEC = 'nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5';
const NCRYPTSEC =
  'ncryptsec1qgg9947rlpvqu76pj5ecreduf9jxhselq2nae2kghhvd5g7dgjtcxfqtd67p9m0w57lspw8gsq6yphnm8623nsl8xn9j4jdzz84zm3frztj3z7s35vpzmqf6ksu8r89qk5z2zxfmu5gv8th8wclt0h4p';

const REFUSED: readonly (readonly [what: string, argument: string])[] = [
  ['an nsec', NSEC],
  ['an nsec in capitals', NSEC.toUpperCase()],
  ['an nsec in mixed case', `Nsec1${NSEC.slice(5)}`],
  ['an nsec with a wrong last character', `${NSEC.slice(0, -1)}b`],
  ['an nsec with a few characters cut off', NSEC.slice(0, -6)],
  ['an nsec as the value of a flag', `--sec-file=${NSEC}`],
  ['an nsec glued to a short flag', `-m${NSEC}`],
  ['a nostr: URI of an nsec', `nostr:${NSEC}`],
  ['an nsec in the middle of a text', `look: ${NSEC}, mine`],
  ['an nsec in JSON', `{"content":"${NSEC}"}`],
  ['a percent-encoded nsec', NSEC.replace('1', '%31')],
  ['a link with an nsec in disguise', `https://njump.me/%6E%73%65%63%31${NSEC.slice(5)}`],
  [
    'an nsec in a link within a link',
    `https://x.com/?to=https%3A%2F%2Fy.com%2F${NSEC.replace('1', '%2531')}`,
  ],
  ['an ncryptsec', NCRYPTSEC],
  ['a bunker address with a secret', `bunker://${HEX}?relay=wss%3A%2F%2Fa.com&secret=opensesame`],
  ['a wallet connection', `nostr+walletconnect://${HEX}?secret=${HEX}&relay=wss://a.com`],
  ['a secret whose name is percent-encoded', `bunker://${HEX}?s%65cret=opensesame`],
  ['a client connection', `--uri=nostrconnect://${HEX}?relay=wss://a.com&Secret=opensesame`],
];

for (const [what, argument] of REFUSED) {
  test(`${what} on the command line is refused, and not repeated`, () => {
    assert.throws(
      () => refuseSecretsInArgv(['publish', argument, 'wss://relay.example.com']),
      (error: unknown) => {
        assert.ok(error instanceof UsageError);
        assert.equal(error.code, 'secret_in_argv');
        assert.match(error.message, /^argument 2 holds /);
        assert.match(error.hint!, /--sec-file.*--sec-fd.*--prompt-sec.*NOSTR_SECRET_KEY.*decode.*stdin/);
        const shown = inspect(error).toLowerCase();
        for (const part of [NSEC.slice(5, 20), NCRYPTSEC.slice(10, 30), HEX, 'opensesame']) {
          assert.ok(!shown.includes(part));
        }
        return true;
      },
    );
  });
}

test('a long text without a blank is looked through in one pass', { timeout: 60_000 }, () => {
  refuseSecretsInArgv([`${'a'.repeat(4_000_000)}secret=`, `${'a.'.repeat(2_000_000)}?secret=x`]);
});

test('texts that only talk about secrets, and public codes, pass', () => {
  refuseSecretsInArgv([
    'publish',
    '-m',
    'my nsec1 is gone',
    'nsec1…',
    'nsec1abc',
    'ncryptsec1 is NIP-49',
    'the secret=value form',
    'https://example.com/?secret=',
    'npub10elfcs4fr0l0r8af98jlmgdh9c8tcxjvz9qkw038js35mp4dma8qzvjptg',
    HEX,
    `bunker://${HEX}?relay=wss://a.com`,
    'wss://relay.example.com/?token=1',
    '',
  ]);
});

test('no arguments at all pass', () => {
  refuseSecretsInArgv([]);
});

test('the longest command lines are searched in time that grows with their length alone', () => {
  const words = ['a', 'a:', '1:', 'a:secret=', 'nsec1-', '?secret='].map(part =>
    part.repeat(120_000 / part.length),
  );
  refuseSecretsInArgv(words);
  for (const word of words) {
    assert.throws(() => refuseSecretsInArgv([`${word} a:?secret=x`]), { code: 'secret_in_argv' });
  }
});
