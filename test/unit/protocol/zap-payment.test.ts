// What is paid: the invoice that was asked for and no other, and everybody their share.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sha256Hex } from '../../../src/protocol/crypto.ts';
import { hexToBytes } from '../../../src/protocol/hex.ts';
import { checkZapInvoice, zapShares } from '../../../src/protocol/zap-payment.ts';
import { type Field, makeInvoice, NEEDED } from '../../support/invoices.ts';
import { A, B, C, T0 } from '../../support/people.ts';

const REQUEST = '{"kind":9734}';
const HASH: Field = ['h', hexToBytes(sha256Hex(REQUEST))];
const [PAYMENT, SECRET] = NEEDED as [Field, Field];

describe('an invoice for a zap', () => {
  const check = (invoice: string, now = T0) =>
    checkZapInvoice(invoice, { amountMsat: 21_000, request: REQUEST, now });
  const make = (prefix: string, field = HASH) => makeInvoice(prefix, T0, [PAYMENT, SECRET, field]);

  test('is taken when it is for the request', () =>
    assert.equal(check(make('lnbc210n')).expiresAt, T0 + 3600));

  const WRONG: readonly [fault: string, message: RegExp, invoice: string, now?: number][] = [
    ['invoice', /holds no invoice: not a BOLT-11/, 'hello'],
    ['network', /for testnet, not for bitcoin/, make('lntb210n')],
    ['amount', /of 22000 msat, not of 21000 msat/, make('lnbc220n')],
    ['amount', /of no amount, not of 21000 msat/, make('lnbc')],
    [
      'description_hash',
      /for another request: .* is a{64}, not/,
      make('lnbc210n', ['h', new Uint8Array(32).fill(0xaa)]),
    ],
    ['description_hash', /it holds the description "coffee"/, make('lnbc210n', NEEDED[2])],
    ['expired', /expired 5 s ago/, make('lnbc210n'), T0 + 3605],
  ];
  for (const [fault, message, invoice, now] of WRONG)
    test(`is refused: ${fault}, ${message}`, () =>
      assert.throws(() => check(invoice, now), { name: 'WrongInvoice', fault, message }));
});

describe('shares of a zap', () => {
  const zap = (key: string, ...more: string[]) => ['zap', key, 'wss://r.example', ...more];
  const shares = (tags: string[][], amountMsat = 100_000) =>
    zapShares({ pubkey: A.publicKey, tags }, amountMsat).map(share => [share.recipient, share.amountMsat]);

  test('by weight, equal without any, and nothing for who has none where others have', () => {
    assert.deepEqual(shares([zap(B.publicKey, '1'), zap(C.publicKey, '3')]), [
      [B.publicKey, 25_000],
      [C.publicKey, 75_000],
    ]);
    assert.deepEqual(shares([zap(B.publicKey), zap(C.publicKey)]), [
      [B.publicKey, 50_000],
      [C.publicKey, 50_000],
    ]);
    assert.deepEqual(shares([zap(B.publicKey), zap(C.publicKey, '0.5')]), [[C.publicKey, 100_000]]);
  });

  test('come to the amount, and whoever is named twice is paid once', () => {
    assert.deepEqual(shares([zap(B.publicKey, '1'), zap(C.publicKey, '1'), zap(A.publicKey, '1')], 10_000), [
      [B.publicKey, 4000],
      [C.publicKey, 3000],
      [A.publicKey, 3000],
    ]);
    assert.deepEqual(shares([zap(B.publicKey, '1'), zap(C.publicKey, '1'), zap(B.publicKey, '2')], 4000), [
      [B.publicKey, 3000],
      [C.publicKey, 1000],
    ]);
  });

  test('what is no key or no weight counts for nothing; then the author is paid', () => {
    for (const tags of [[], [zap('x', '1')], [zap(B.publicKey, '-1')], [zap(B.publicKey, '1e9')]])
      assert.deepEqual(shares(tags), [[A.publicKey, 100_000]]);
  });
});
