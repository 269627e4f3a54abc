// Decoders of what providers, wallets and strangers say of payments.
import assert from 'node:assert/strict';
import { InvalidEvent, parseEventJson } from '../../src/protocol/event.ts';
import {
  addressUrl,
  decodeLnurl,
  encodeLnurl,
  InvalidLnurl,
  invoiceUrl,
  parsePayEndpoint,
} from '../../src/protocol/lnurl.ts';
import { balanceIn, InvalidResponse, parseResponse, paymentIn } from '../../src/protocol/nip47.ts';
import { judgeReceipt, zapRequest } from '../../src/protocol/nip57.ts';
import { zapShares } from '../../src/protocol/zap-payment.ts';
import { type Decoder, ID, must, NotJson, parsed } from './decoder.ts';
import { makeInvoice, NEEDED } from './invoices.ts';
import { A, B, T0 } from './people.ts';

const LNURL = encodeLnurl('https://example.com/.well-known/lnurlp/bob');
const DETAILS = { relays: ['wss://r.example'], amountMsat: 21_000, lnurl: LNURL, comment: 'hi', now: T0 };
const REQUEST = A.sign(zapRequest({ recipient: B.publicKey, event: B.note('x') }, DETAILS));
const RECEIPT = B.sign({
  kind: 9735,
  tags: [
    ...REQUEST.tags.filter(([name]) => /^[ep]$/.test(name!)),
    ['bolt11', makeInvoice('lnbc210n', T0, NEEDED)],
    ['description', JSON.stringify(REQUEST)],
    ['preimage', ID],
    ['zap', A.publicKey, 'wss://r.example', '1.5'],
  ],
});
const PROVIDERS = new Map([[B.publicKey, { nostrPubkey: B.publicKey, lnurl: LNURL }]]);

export const PAYMENT_DECODERS: readonly Decoder[] = [
  {
    name: 'lightning addresses and LNURLs',
    seeds: ['bob@example.com', 'Bob+tips@pay.example.com:8443', LNURL, `lightning:${LNURL.toUpperCase()}`],
    decode(text) {
      const url = /^(?:lightning:)?lnurl/i.test(text) ? decodeLnurl(text) : addressUrl(text);
      assert.equal(new URL(url).protocol, 'https:');
      assert.equal(decodeLnurl(encodeLnurl(url)), url);
    },
    expected: [InvalidLnurl],
  },
  {
    name: 'documents of providers (LUD-06)',
    isJson: true,
    seeds: [
      `{"tag":"payRequest","callback":"https://example.com/pay?u=1","minSendable":1000,"maxSendable":100000000,"allowsNostr":true,"nostrPubkey":"${A.publicKey}"}`,
      '{"status":"ERROR","reason":"nobody"}',
    ],
    decode(text) {
      const { callback, minSendable, maxSendable } = parsePayEndpoint(parsed(text));
      must(minSendable <= maxSendable, 'some amount is taken');
      const url = invoiceUrl(callback, { amountMsat: 1, request: '{"&":"="}', lnurl: LNURL });
      assert.deepEqual(new URL(url).searchParams.getAll('nostr').at(-1), '{"&":"="}');
    },
    expected: [InvalidLnurl, NotJson],
  },
  {
    name: 'responses of wallets (NIP-47)',
    seeds: [
      '{"result_type":"get_balance","result":{"balance":10000},"error":null}',
      `{"result_type":"get_balance","result":{"preimage":"${ID}","fees_paid":7,"state":"settled","balance":1}}`,
      '{"result_type":"get_balance","error":{"code":"OTHER","message":"no"}}',
    ],
    decode(text) {
      const { result, error } = parseResponse(text, 'get_balance');
      if (error) return must(error.message.length <= 200, 'a reason is a line');
      paymentIn(result);
      must(balanceIn(result) >= 0, 'a balance is not negative');
    },
    expected: [InvalidResponse],
  },
  {
    name: 'receipts (NIP-57)',
    isSlow: true,
    isJson: true,
    seeds: [JSON.stringify(RECEIPT)],
    decode(text) {
      const receipt = parseEventJson(text);
      const { fault, amountMsat } = judgeReceipt(receipt, { providers: PROVIDERS });
      must(fault !== undefined || (amountMsat ?? 0) > 0, 'a zap has an amount');
      const shares = zapShares(receipt, 21_000);
      assert.equal(
        shares.reduce((sum, share) => sum + share.amountMsat, 0),
        21_000,
      );
    },
    expected: [InvalidEvent],
  },
];
