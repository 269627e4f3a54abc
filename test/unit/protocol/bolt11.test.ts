import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { bech32 } from '@scure/base';
import { InvalidInvoice, isInvoice, MAX_INVOICE, parseInvoice } from '../../../src/protocol/bolt11.ts';
import { bytesToHex } from '../../../src/protocol/hex.ts';
import { makeInvoice, NEEDED, NODE } from '../../support/invoices.ts';

const TIME = 1_700_000_000;
const refuses = (text: string, why: RegExp) =>
  assert.throws(
    () => parseInvoice(text),
    (error: Error) => error instanceof InvalidInvoice && why.test(error.message),
  );

describe('an invoice', () => {
  const node = secp256k1.getPublicKey(NODE);

  test('says who is paid, how much, for what and until when', () => {
    const invoice = parseInvoice(makeInvoice('lnbcrt2500u', TIME, [...NEEDED, ['x', [1, 28]], ['c', [2]]]));
    assert.deepEqual(
      { ...invoice },
      {
        network: 'regtest',
        amountMsat: 250_000_000,
        createdAt: TIME,
        expiresAt: TIME + 60,
        paymentHash: '01'.repeat(32),
        paymentSecret: '02'.repeat(32),
        description: 'coffee',
        descriptionHash: undefined,
        payee: bytesToHex(node),
        minFinalCltvExpiry: 2,
        features: [],
        fallbacks: [],
        routes: [],
        metadata: undefined,
      },
    );
  });

  for (const [prefix, msat] of [
    ['lnbc1', 1e11],
    ['lnbc1m', 1e8],
    ['lnbc20u', 2e6],
    ['lnbc3n', 300],
    ['lnbc10p', 1],
    ['lntbs', undefined],
    ['lnsb5n', 500],
    ['lntb900719925474099n', 900719925474099 * 100],
  ] as const)
    test(`${prefix} asks for ${msat ?? 'any amount'}`, () => {
      const text = makeInvoice(prefix, TIME, NEEDED);
      if (msat !== undefined && !Number.isSafeInteger(msat)) refuses(text, /is too large/);
      else assert.equal(parseInvoice(text).amountMsat, msat);
    });

  for (const amount of ['0u', '05u', '1x', '11p', 'u', '1uu', '1-', '1.5u', '9007199254740993m'])
    test(`an amount of ${amount} is refused`, () =>
      refuses(makeInvoice(`lnbc${amount}`, TIME, NEEDED), /the amount|not a BOLT-11 invoice/));

  test('lacks nothing that a payer needs', () => {
    for (const [letter, why] of [
      ['p', /no payment hash/],
      ['s', /no payment secret/],
      ['d', /no description/],
    ] as const)
      refuses(
        makeInvoice(
          'lnbc',
          TIME,
          NEEDED.filter(([name]) => name !== letter),
        ),
        why,
      );
  });

  test('may name its payee, who must have signed it', () => {
    assert.equal(parseInvoice(makeInvoice('lnbc', TIME, [...NEEDED, ['n', node]])).payee, bytesToHex(node));
    refuses(
      makeInvoice('lnbc', TIME, [...NEEDED, ['n', node]], new Uint8Array(32).fill(8)),
      /not by the payee/,
    );
    refuses(makeInvoice('lnbc', TIME, [...NEEDED, ['n', new Uint8Array(33).fill(2)]]), /not by the payee/);
  });

  test('of several fields of a name the first counts, and of those of a wrong length none', () => {
    const invoice = parseInvoice(
      makeInvoice('lnbc', TIME, [
        ['p', new Uint8Array(31)],
        ['h', [1]],
        ...NEEDED,
        ['p', new Uint8Array(32)],
      ]),
    );
    assert.equal(invoice.paymentHash, '01'.repeat(32));
    assert.equal(invoice.descriptionHash, undefined);
  });

  test('with a field that runs past its end, that is no UTF-8, badly padded or too large a number is refused', () => {
    const time = [0, 0, 0, 0, 0, 0, 0];
    refuses(makeInvoice('lnbc', TIME, [...NEEDED, ['x', Array(12).fill(31)]]), /too large a number/);
    refuses(makeInvoice('lnbc', TIME, [['d', Uint8Array.of(0xff)], ...NEEDED]), /not UTF-8/);
    refuses(makeInvoice('lnbc', TIME, [['p', Array(52).fill(31)], ...NEEDED]), /badly padded/);
    const cut = makeInvoice('lnbc', TIME, NEEDED);
    const words = [...time, 1, 31, 31, 0, ...Array(104).fill(0)];
    refuses(encode('lnbc', words), /ends in the middle of its field p/);
    refuses(encode('lnbc', words.slice(5)), /too short/);
    refuses(`${cut.slice(0, -1)}b`, /checksum/);
  });

  test('that is too long is refused before it is read', () => {
    refuses(`lnbc1${'q'.repeat(MAX_INVOICE)}`, /longer than/);
    assert.ok(!isInvoice('lnbcx'));
  });
});

function encode(prefix: string, words: number[]): string {
  return bech32.encode(prefix as 'a', words, false);
}
