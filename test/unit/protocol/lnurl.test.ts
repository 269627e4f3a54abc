// LNURL-pay: what is no address, no LNURL and no document of a recipient.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  addressUrl,
  decodeLnurl,
  encodeLnurl,
  InvalidLnurl,
  invoiceUrl,
  parsePayEndpoint,
  readInvoiceAnswer,
} from '../../../src/protocol/lnurl.ts';
import { A } from '../../support/people.ts';

test('a lightning address leads to one https URL, and nowhere else', () => {
  assert.equal(
    addressUrl(' Bob+Tips@Pay.Example.com:8443 '),
    'https://pay.example.com:8443/.well-known/lnurlp/bob+tips',
  );
  for (const text of [
    '@x.com',
    'a@b@x.com',
    'a/b@x.com',
    'bob@localhost',
    'bob@x.com/y',
    'bob@0x7f.1',
    'bob@x.com:99999',
    'a?b@x.com',
  ])
    assert.throws(() => addressUrl(text), InvalidLnurl, text);
});

test('an LNURL holds an https URL', () => {
  const url = 'https://service.com/api?q=3fc3645b439ce8e7';
  assert.equal(decodeLnurl(`lightning:${encodeLnurl(url).toUpperCase()}`), url);
  for (const other of ['http://service.com/', 'https://u:p@service.com/', 'file:///etc/passwd', 'x'])
    assert.throws(() => decodeLnurl(encodeLnurl(other)), /not an https URL/, other);
  assert.throws(() => decodeLnurl('lnurl1'.padEnd(9000, 'q')), InvalidLnurl);
});

const RIGHT = {
  tag: 'payRequest',
  callback: 'https://x.com/pay',
  minSendable: 1000,
  maxSendable: 2000,
  allowsNostr: true,
  nostrPubkey: A.publicKey,
};

test('the key of a provider is 64 lower-case hex digits and a point of the curve, or there is none', () => {
  assert.equal(parsePayEndpoint(RIGHT).nostrPubkey, A.publicKey);
  for (const nostrPubkey of [undefined, A.publicKey.toUpperCase(), 'ff'.repeat(32), 7, `${A.publicKey} `])
    assert.equal(parsePayEndpoint({ ...RIGHT, nostrPubkey }).nostrPubkey, undefined);
  for (const allowsNostr of [undefined, 'true', 1])
    assert.equal(parsePayEndpoint({ ...RIGHT, allowsNostr }).allowsNostr, false);
});

test('a document of another kind says what it lacks', () => {
  const WRONG: readonly [document: unknown, message: RegExp][] = [
    [null, /no JSON object/],
    [[RIGHT], /no JSON object/],
    [{ ...RIGHT, tag: 'withdrawRequest' }, /its tag is "withdrawRequest"/],
    [{ ...RIGHT, callback: 'http://x.com/pay' }, /the callback is not an https URL/],
    [{ ...RIGHT, callback: undefined }, /the callback is not an https URL/],
    [{ ...RIGHT, minSendable: '1000' }, /minSendable is no whole number of msat: "1000"/],
    [{ ...RIGHT, maxSendable: 1e300 }, /maxSendable/],
    [{ ...RIGHT, minSendable: 3000 }, /takes no amount/],
    [{ status: 'error', reason: 'a\nb' }, /the provider says: "a\\nb"/],
  ];
  for (const [document, message] of WRONG)
    assert.throws(() => parsePayEndpoint(document), { name: 'InvalidLnurl', message });
});

test('an invoice is asked for with the query that the callback has, and without its fragment', () => {
  const url = invoiceUrl('https://x.com/pay?user=b%2Bc#top', {
    amountMsat: 1,
    request: '{"a":"ü&"}',
    lnurl: 'lnurl1x',
  });
  const { searchParams, hash } = new URL(url);
  assert.deepEqual(
    [...searchParams],
    [
      ['user', 'b+c'],
      ['amount', '1'],
      ['nostr', '{"a":"ü&"}'],
      ['lnurl', 'lnurl1x'],
    ],
  );
  assert.equal(hash, '');
  assert.throws(() => readInvoiceAnswer({ pr: 7 }), /holds no invoice/);
});
