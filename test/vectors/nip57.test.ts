// BOLT-11 as zaps carry it: the examples of its document, and the invoices of real zap receipts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidInvoice, type Invoice, invoiceClaims, parseInvoice } from '../../src/protocol/bolt11.ts';
import { judgeReceipt, zapRequestFault } from '../../src/protocol/nip57.ts';
import { checkZapInvoice } from '../../src/protocol/zap-payment.ts';
import { describeVectors, describeWhole, vectorJson, vectorLines } from '../support/vectors.ts';

const LETTERS: Record<Invoice['network'], string> = {
  bitcoin: 'bc',
  testnet: 'tb',
  signet: 'tbs',
  regtest: 'bcrt',
  simnet: 'sb',
};

/** In the words of the vectors. */
function asVector(invoice: Invoice): object {
  const { network, amountMsat, createdAt, expiresAt } = invoice;
  return {
    network: LETTERS[network],
    amount_msat: amountMsat === undefined ? null : String(amountMsat),
    timestamp: createdAt,
    expiry: expiresAt - createdAt,
    payment_hash: invoice.paymentHash,
    payment_secret: invoice.paymentSecret,
    ...(invoice.description !== undefined && { description: invoice.description }),
    ...(invoice.descriptionHash !== undefined && { description_hash: invoice.descriptionHash }),
  };
}

/** The address, or the node, that the title of an example names. */
const named = (title: string, what: RegExp) => what.exec(title)?.[1];

describeWhole(
  'nip57/bolt11.json',
  ({ valid, invalid, nostr_tools_amounts }) => {
    for (const { title, invoice, decoded } of valid)
      test(`reads: ${title.slice(0, 70)}`, () => {
        const read = parseInvoice(invoice);
        assert.deepEqual(asVector(read), { expiry: 3600, ...decoded });
        const address = named(title, /fallback (?:\([^)]*\) )?address (\w+)/);
        assert.deepEqual(read.fallbacks, address === undefined ? [] : [address]);
        const [, first, then] = /via nodes (\w+) then (\w+)/.exec(title) ?? [];
        if (first !== undefined)
          assert.deepEqual(
            read.routes[0]!.map(hop => hop.pubkey),
            [first, then],
          );
        const highS = '02d0139ce7427d6dfffd26a326c18be754ef1e64672b42694ba5b23ef6e6e7803d';
        const signer = '03e7156ae33b0a208d0744199163177e909e80176e55d97a2f221ede0f934dd9ad';
        assert.equal(read.payee, title.includes('high-S') ? highS : signer);
        assert.deepEqual(parseInvoice(`lightning:${invoice}`), read);
      });

    const REASONS: readonly [title: RegExp, reason: RegExp][] = [
      [/checksum/, /checksum/],
      [/no 1/, /not a BOLT-11 invoice/],
      [/mixed case/, /mixes upper and lower case/],
      [/not recoverable/, /signature .* not recoverable/],
      [/too short/, /too short/],
      [/multiplier/, /"2500x" has an unknown multiplier/],
      [/sub-millisatoshi/, /"2500000001p" is less than a thousandth of a satoshi/],
      [/`s` field/, /no payment secret/],
      [/high-S/, /not canonical \(high S\)/],
    ];

    for (const { title, invoice } of invalid)
      test(`refuses: ${title}`, () => {
        const [, reason] = REASONS.find(([about]) => about.test(title))!;
        assert.throws(() => parseInvoice(invoice), { name: 'InvalidInvoice', message: reason });
      });

    for (const { invoice, sats, decoded } of nostr_tools_amounts)
      test(`reads an amount of ${sats} sats`, () => {
        assert.deepEqual(asVector(parseInvoice(invoice)), { expiry: 3600, ...decoded });
        assert.equal(invoiceClaims(invoice).amountMsat, sats * 1000);
      });
  },
  { prose: ['simple_decoder'] },
);

describeVectors('nip57/real-receipts.jsonl', () => {
  for (const line of vectorLines('nip57/real-receipts.jsonl')) {
    const { receipt, analysis } = JSON.parse(line);
    test(`the invoice of ${receipt.id.slice(0, 8)}`, () => {
      const invoice = receipt.tags.find(([name]: string[]) => name === 'bolt11')[1];
      assert.equal(String(invoiceClaims(invoice).amountMsat), analysis.bolt11.amount_msat);
      // Some wallets write what nobody can pay into a receipt.
      if (analysis.bolt11.payment_hash === undefined)
        return void assert.throws(() => parseInvoice(invoice), InvalidInvoice);
      assert.deepEqual(asVector(parseInvoice(invoice)), { expiry: 3600, ...analysis.bolt11 });
    });
  }
});

describeVectors('nip57/real-receipts.jsonl, judged', () => {
  for (const line of vectorLines('nip57/real-receipts.jsonl')) {
    const { receipt, analysis } = JSON.parse(line);
    const tag = (name: string) => receipt.tags.find((tag: string[]) => tag[0] === name)?.[1];
    const judge = (nostrPubkey: string) =>
      judgeReceipt(receipt, { providers: new Map([[tag('p'), { nostrPubkey, lnurl: 'lnurl1other' }]]) });

    test(`the receipt ${receipt.id.slice(0, 8)}`, () => {
      const { fault, warnings, amountMsat, sender } = judge(receipt.pubkey);
      const request = JSON.parse(tag('description'));
      assert.equal(fault, undefined);
      assert.equal(sender, request.pubkey);
      assert.equal(String(amountMsat), analysis.bolt11.amount_msat);
      assert.equal(!warnings.includes('description_hash'), analysis.description_hash_matches);
      assert.equal(warnings.includes('preimage'), analysis.preimage_matches_payment_hash === false);
      assert.equal(zapRequestFault(request, { amountMsat: amountMsat! }), undefined);
      assert.equal(judge('ab'.repeat(32)).fault, 'provider');
      if (!analysis.description_hash_matches) return;
      const now = analysis.bolt11.timestamp;
      const wanted = { amountMsat: amountMsat!, request: tag('description'), now };
      assert.equal(checkZapInvoice(tag('bolt11'), wanted).descriptionHash, analysis.description_sha256);
      assert.throws(() => checkZapInvoice(tag('bolt11'), { ...wanted, request: `${wanted.request} ` }), {
        fault: 'description_hash',
      });
    });
  }
});

describeVectors('nip57/nip57-spec-example.json', () => {
  test('the sample of the NIP, which does not verify, is refused', () => {
    const { bolt11, description } = vectorJson('nip57/nip57-spec-example.json');
    const recipient = '32e1827635450ebb3c5a7d12c1f8e7b2b514439ac10a67eef3d9fd9c5c68e245';
    const tags = [
      ['p', recipient],
      ['bolt11', bolt11],
      ['description', description],
    ];
    const provider = 'ab'.repeat(32);
    const receipt = { id: '', pubkey: provider, created_at: 1, kind: 9735, tags, content: '', sig: '' };
    const providers = new Map([[recipient, { nostrPubkey: provider, lnurl: '' }]]);
    assert.equal(judgeReceipt(receipt, { providers }).fault, 'request_id');
  });
});
