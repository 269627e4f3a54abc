// NIP-57: what a zap request says, what a provider refuses (Appendix D), and what is no zap (Appendix F), each by its name.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeZapReceipt, makeZapRequest, validateZapRequest } from 'nostr-tools/nip57';
import { sha256Hex } from '../../../src/protocol/crypto.ts';
import type { Event } from '../../../src/protocol/event.ts';
import { hexToBytes } from '../../../src/protocol/hex.ts';
import {
  judgeReceipt,
  type ReceiptContext,
  type ZapTarget,
  zapRequest,
  zapRequestFault,
} from '../../../src/protocol/nip57.ts';
import { makeInvoice, NEEDED } from '../../support/invoices.ts';
import { A, B, C, T0 } from '../../support/people.ts';

const DETAILS = {
  relays: ['wss://r.example'],
  amountMsat: 21_000,
  lnurl: 'lnurl1x',
  comment: 'thanks',
  now: T0,
};
const NOTE = B.note('zap me');
const ARTICLE = B.sign({ kind: 30023, tags: [['d', 'x']] });

const requestFor = (target: ZapTarget, tags: string[][] = []): Event => {
  const template = zapRequest(target, DETAILS);
  return A.sign({ ...template, tags: [...template.tags, ...tags] });
};

/** The invoice of a request. */
const invoiceOf = (request: string, prefix = 'lnbc210n'): string =>
  makeInvoice(prefix, T0, [...NEEDED.slice(0, 2), ['h', hexToBytes(sha256Hex(request))]]);

const CONTEXT: ReceiptContext = {
  providers: new Map([[B.publicKey, { nostrPubkey: C.publicKey, lnurl: 'lnurl1x' }]]),
};

interface Receipt {
  request?: Event | string;
  invoice?: string;
  tags?: string[][];
  without?: string;
  by?: typeof C;
  kind?: number;
}

/** A receipt that is right but for what is said. */
function receipt({
  request = requestFor({ recipient: B.publicKey }),
  invoice,
  tags = [],
  without = '',
  by = C,
  kind = 9735,
}: Receipt): Event {
  const description = typeof request === 'string' ? request : JSON.stringify(request);
  const copied = typeof request === 'string' ? [] : request.tags.filter(([name]) => /^[aep]$/.test(name!));
  const all = [
    ...copied,
    ['bolt11', invoice ?? invoiceOf(description)],
    ['description', description],
    ...tags,
  ].filter(([name]) => name !== without);
  return by.sign({ kind, tags: all });
}

describe('a zap request', () => {
  test('names an event, its address and its kind', () => {
    assert.deepEqual(zapRequest({ recipient: B.publicKey, event: ARTICLE }, DETAILS).tags.slice(3), [
      ['p', B.publicKey],
      ['e', ARTICLE.id],
      ['a', `30023:${B.publicKey}:x`],
      ['k', '30023'],
    ]);
  });

  test('is what nostr-tools makes and takes', () => {
    const ours = zapRequest({ recipient: B.publicKey }, DETAILS);
    const theirs = makeZapRequest({
      pubkey: B.publicKey,
      amount: 21_000,
      comment: 'thanks',
      relays: DETAILS.relays,
    });
    const sorted = (tags: string[][]) => tags.map(tag => tag.join(' ')).sort();
    assert.deepEqual(sorted(ours.tags.filter(([name]) => name !== 'lnurl')), sorted(theirs.tags));
    for (const event of [undefined, NOTE, ARTICLE])
      assert.equal(validateZapRequest(JSON.stringify(requestFor({ recipient: B.publicKey, event }))), null);
    assert.equal(zapRequestFault(A.sign({ ...theirs, created_at: T0 }), { amountMsat: 21_000 }), undefined);
  });

  const p = ['p', B.publicKey];
  const relays = ['relays', 'wss://r.example'];
  const FAULTS: readonly [fault: string, tags: string[][], context?: object][] = [
    ['request_tags', []],
    ['request_recipient', [relays]],
    ['request_recipient', [relays, p, p]],
    ['request_recipient', [relays, ['p', 'AB'.repeat(32)]]],
    ['request_event', [relays, p, ['e', 'x']]],
    ['request_event', [relays, p, ['e', NOTE.id], ['e', NOTE.id]]],
    ['request_address', [relays, p, ['a', 'x']]],
    ['request_relays', [p, ['relays']]],
    ['request_amount', [relays, p, ['amount', '21']], { amountMsat: 21_000 }],
    ['request_receipt_key', [relays, p, ['P', A.publicKey]], { provider: C.publicKey }],
    ['request_receipt_key', [relays, p, ['P', A.publicKey], ['P', A.publicKey]]],
  ];
  for (const [fault, tags, context] of FAULTS)
    test(`is refused: ${fault}, ${tags.length} tags`, () =>
      assert.equal(zapRequestFault(A.sign({ kind: 9734, tags }), context), fault));

  test('is refused when it is altered, or of another kind', () => {
    const right = requestFor({ recipient: B.publicKey });
    assert.equal(zapRequestFault({ ...right, content: 'x' }), 'request_id');
    assert.equal(zapRequestFault({ ...right, sig: right.sig.replace(/^../, '00') }), 'request_signature');
    assert.equal(zapRequestFault(A.note('x')), 'request_kind');
  });
});

describe('a zap receipt', () => {
  test('tells who paid how much, and what they said', () => {
    const preimage = ['preimage', '00'.repeat(32)];
    const { fault, warnings, amountMsat, sender, comment } = judgeReceipt(receipt({}), CONTEXT);
    assert.deepEqual(
      { fault, warnings, amountMsat, sender, comment },
      { fault: undefined, warnings: [], amountMsat: 21_000, sender: A.publicKey, comment: 'thanks' },
    );
    const odd = receipt({
      request: requestFor({ recipient: B.publicKey }),
      invoice: invoiceOf('another request'),
      tags: [preimage, ['P', B.publicKey]],
    });
    const other = new Map([[B.publicKey, { nostrPubkey: C.publicKey, lnurl: 'lnurl1y' }]]);
    assert.deepEqual(judgeReceipt(odd, { providers: other }), {
      ...judgeReceipt(odd, CONTEXT),
      fault: undefined,
      warnings: ['description_hash', 'lnurl', 'preimage', 'sender'],
    });
  });

  test('of nostr-tools is one', () => {
    const zapRequest = JSON.stringify(requestFor({ recipient: B.publicKey, event: NOTE }));
    const template = makeZapReceipt({
      zapRequest,
      bolt11: invoiceOf(zapRequest),
      paidAt: new Date(T0 * 1000),
    });
    const judged = judgeReceipt(C.sign(template), { ...CONTEXT, event: NOTE });
    assert.deepEqual([judged.fault, judged.warnings], [undefined, []]);
  });

  const right = requestFor({ recipient: B.publicKey, event: NOTE });
  const FAULTS: readonly [fault: string, what: Receipt, context?: Partial<ReceiptContext>][] = [
    ['kind', { kind: 1 }],
    ['provider', { by: A }],
    ['recipient', { without: 'p' }],
    ['recipient', { request: requestFor({ recipient: A.publicKey }) }],
    ['recipient', { tags: [['p', A.publicKey]] }],
    ['no_invoice', { without: 'bolt11' }],
    ['bad_invoice', { invoice: 'lnbc1x' }],
    ['no_amount', { invoice: invoiceOf('{}', 'lnbc') }],
    ['network', { invoice: invoiceOf('{}', 'lntb210n') }],
    ['no_request', { without: 'description' }],
    ['bad_request', { request: '{', tags: [['p', B.publicKey]] }],
    ['request_kind', { request: B.note('x', T0, [['p', B.publicKey]]) }],
    ['request_id', { request: { ...right, content: 'more' } }],
    ['request_signature', { request: { ...right, sig: '00'.repeat(64) } }],
    ['amount', { invoice: invoiceOf('{}', 'lnbc220n') }],
    ['event', { request: right, without: 'e' }],
    ['event', { request: right }, { event: B.note('another') }],
    ['event', {}, { event: NOTE }],
    ['address', { request: requestFor({ recipient: B.publicKey, event: ARTICLE }), without: 'a' }],
    [
      'address',
      { request: requestFor({ recipient: B.publicKey, event: ARTICLE }) },
      { event: B.sign({ kind: 30023, tags: [['d', 'y']] }) },
    ],
  ];
  for (const [i, [fault, what, context]] of FAULTS.entries())
    test(`is refused: ${fault} (${i})`, () =>
      assert.equal(judgeReceipt(receipt(what), { ...CONTEXT, ...context }).fault, fault));

  test('for an older version of an article is one for the article', () => {
    const newer = B.sign({ kind: 30023, tags: [['d', 'x']], content: 'better' });
    const old = receipt({ request: requestFor({ recipient: B.publicKey, event: ARTICLE }) });
    assert.equal(judgeReceipt(old, { ...CONTEXT, event: newer }).fault, undefined);
  });
});
