import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nip47 } from 'nostr-tools';
import { decryptLegacy } from '../../../src/protocol/nip04.ts';
import {
  InvalidConnectionUri,
  InvalidResponse,
  parseResponse,
  parseWalletUri,
  paymentIn,
  readWalletInfo,
  responseFault,
  stringifyRequest,
  walletRequest,
} from '../../../src/protocol/nip47.ts';
import { A, B, C } from '../../support/people.ts';
import { describeVectors, vectorJson } from '../../support/vectors.ts';

const key = 'ab'.repeat(32);
const uri = (secret: string) =>
  `nostr+walletconnect:${key}?relay=wss://r.example&lud16=a%40b.c&secret=${secret}`;

test('a wallet names its lightning address, and its secret is a key', () => {
  const wallet = { pubkey: key, relays: ['wss://r.example'], secret: '01'.repeat(32), lud16: 'a@b.c' };
  assert.deepEqual(parseWalletUri(uri('01'.repeat(32))), wallet);
  for (const secret of ['', '01', 'x'.repeat(64), '01'.repeat(33)])
    assert.throws(
      () => parseWalletUri(uri(secret)),
      (error: Error) =>
        error instanceof InvalidConnectionUri && (secret === '' || !error.message.includes(secret)),
    );
});

describeVectors('nip46-47/uris.json', () => {
  test('the example of a wallet', () => {
    const { uri, wallet_pubkey, relays, secret } = vectorJson('nip46-47/uris.json').nwc;
    assert.deepEqual(parseWalletUri(uri), { pubkey: wallet_pubkey, relays, secret, lud16: undefined });
  });
});

test('a wallet is spoken to in the best way that it names', () => {
  const info = (...tags: string[][]) => readWalletInfo({ content: '', tags }).encryption;
  assert.equal(info(), 'nip04');
  assert.equal(info(['encryption', 'nip04 nip44_v2']), 'nip44_v2');
  assert.equal(info(['encryption', 'nip04']), 'nip04');
  assert.equal(info(['encryption', 'nip44_v3']), undefined);
});

test('a request is what nostr-tools makes, and its URI what nostr-tools reads', async () => {
  const text = uri(A.secretHex);
  assert.equal(nip47.parseConnectionString(text).secret, parseWalletUri(text).secret);
  const theirs = await nip47.makeNwcRequestEvent(B.publicKey, A.secretKey, 'lnbc1x');
  const request = stringifyRequest({ method: 'pay_invoice', params: { invoice: 'lnbc1x' } });
  assert.equal(decryptLegacy(theirs.content, B.secretKey, A.publicKey), request);
  const ours = walletRequest({
    wallet: B.publicKey,
    content: '',
    encryption: 'nip04',
    now: 1,
    expiration: 2,
  });
  assert.equal(ours.kind, theirs.kind);
  assert.deepEqual(
    ours.tags.filter(([name]) => name !== 'expiration'),
    theirs.tags.filter(([name]) => name === 'p'),
  );
});

test('only the wallet answers, to us, about the request', () => {
  const asked = { wallet: B.publicKey, client: A.publicKey, request: '00'.repeat(32) };
  const tags = [
    ['p', A.publicKey],
    ['e', asked.request],
  ];
  assert.equal(responseFault(B.sign({ kind: 23195, tags }), asked), undefined);
  assert.equal(responseFault(B.sign({ kind: 23197, tags }), asked), 'kind');
  assert.equal(responseFault(C.sign({ kind: 23195, tags }), asked), 'wallet');
  assert.equal(responseFault(B.sign({ kind: 23195, tags: tags.slice(1) }), asked), 'client');
  assert.equal(responseFault(B.sign({ kind: 23195, tags: tags.slice(0, 1) }), asked), 'request');
});

test('a response is a result or an error, and its text is never quoted', () => {
  const parse = (value: unknown) => parseResponse(JSON.stringify(value), 'pay_invoice');
  assert.deepEqual(parse({ error: {}, result: { preimage: 'x' } }), {
    error: { code: 'OTHER', message: '' },
    result: { preimage: 'x' },
  });
  assert.deepEqual(parse({ error: {} }), { error: { code: 'OTHER', message: '' } });
  assert.deepEqual(parse({ error: null, result: {} }), { result: {} });
  for (const value of [null, 7, [], {}, { result: null }, { error: 'x', result: {} }])
    assert.throws(() => parse(value), InvalidResponse);
  assert.throws(() => parseResponse('{"secret', 'pay_invoice'), { message: 'the response is not JSON' });
});

test('a payment is told by its preimage, or by the word of the wallet', () => {
  assert.deepEqual(paymentIn({ preimage: 'x', fees_paid: -1, state: 'expired' }), {
    preimage: undefined,
    feesMsat: undefined,
    state: 'unknown', // of an invoice, not of a payment
  });
  assert.equal(paymentIn({ state: 'pending', settled_at: 5 }).state, 'pending');
  assert.equal(paymentIn({ type: 'outgoing', state: 'failed' }).state, 'failed');
  // Our own invoice at the wallet of the same node: what it says of that is no word about our payment.
  assert.equal(paymentIn({ type: 'incoming', state: 'failed' }).state, 'unknown');
  assert.equal(paymentIn({ type: 'incoming', state: 'settled' }).state, 'settled');
});
