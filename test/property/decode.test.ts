// What decode reads beside NIP-19: agreement with nostr-tools on random URIs and invoices, one slip in a code is always
// found, and a link is the code in it.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bech32 } from '@scure/base';
import fc from 'fast-check';
import { nip47 } from 'nostr-tools';
import { parseBunkerInput, toBunkerURL } from 'nostr-tools/nip46';
import { getSatoshisAmountFromBolt11 } from 'nostr-tools/nip57';
import { invoiceClaims, parseInvoice } from '../../src/protocol/bolt11.ts';
import { nearbyTexts } from '../../src/protocol/mistyped.ts';
import { type EncodableEntity, encodeEntity } from '../../src/protocol/nip19.ts';
import { decodeCode } from '../../src/protocol/nip21.ts';
import { parseBunkerUri } from '../../src/protocol/nip46.ts';
import { parseWalletUri } from '../../src/protocol/nip47.ts';
import { normalizeRelayUrl } from '../../src/protocol/relay-url.ts';
import { hex32, kind, record, runs, secretKey } from '../support/arbitraries.ts';
import { type Field, makeInvoice, NEEDED } from '../support/invoices.ts';

const relay = fc.webUrl({ validSchemes: ['wss'], withQueryParameters: true }).filter(url => {
  try {
    return normalizeRelayUrl(url) !== '';
  } catch {
    return false;
  }
});
const relays = fc.uniqueArray(relay, { minLength: 1, maxLength: 4, selector: normalizeRelayUrl });
const code: fc.Arbitrary<string> = fc
  .oneof(
    record({ type: fc.constant('npub' as const), pubkey: hex32 }),
    record({ type: fc.constant('nevent' as const), id: hex32, relays, author: hex32, kind }),
  )
  .map(entity => encodeEntity(entity as EncodableEntity));

describe('nostr-tools agrees', () => {
  test('on URIs of signers', async () => {
    const pointer = fc.record({ pubkey: hex32, relays, secret: fc.option(fc.string({ minLength: 1 })) });
    await fc.assert(
      fc.asyncProperty(pointer, async given => {
        const uri = toBunkerURL(given);
        const theirs = await parseBunkerInput(uri);
        fc.pre(theirs !== null); // it takes no + in a query
        const { secret, ...rest } = parseBunkerUri(uri);
        assert.deepEqual(
          { ...rest, secret: secret ?? null },
          { ...theirs, relays: theirs.relays.map(normalizeRelayUrl) },
        );
      }),
      runs(200),
    );
  });

  test('on URIs of wallets', () => {
    fc.assert(
      fc.property(hex32, relays, hex32, (pubkey, urls, secret) => {
        const query = new URLSearchParams([
          ...urls.map((url): [string, string] => ['relay', url]),
          ['secret', secret],
        ]);
        const uri = `nostr+walletconnect://${pubkey}?${query}`;
        const theirs = nip47.parseConnectionString(uri);
        const ours = parseWalletUri(uri);
        assert.deepEqual([ours.pubkey, ours.secret], [theirs.pubkey, theirs.secret]);
        assert.deepEqual(ours.relays, urls.map(normalizeRelayUrl));
      }),
      runs(200),
    );
  });

  test('on the amounts of invoices', () => {
    const amount = fc.tuple(fc.integer({ min: 1, max: 99_999 }), fc.constantFrom('m', 'u', 'n', '0p'));
    fc.assert(
      fc.property(amount, fc.nat({ max: 2 ** 34 }), ([number, unit], time) => {
        const invoice = makeInvoice(`lnbc${number}${unit}`, time, NEEDED);
        const satoshis = getSatoshisAmountFromBolt11(invoice);
        assert.ok(Math.abs(invoiceClaims(invoice).amountMsat! - satoshis * 1000) < 1e-3 * satoshis, invoice);
      }),
      runs(50),
    );
  });
});

test('an invoice says what went into it, whatever else is in it', () => {
  const bytes = fc.uint8Array({ maxLength: 60 });
  const other: fc.Arbitrary<Field> = fc.tuple(fc.constantFrom('f', '9', 'm', 'q', 'z', 'h', 'p'), bytes);
  fc.assert(
    fc.property(
      fc.array(other, { maxLength: 4 }),
      fc.nat({ max: 2 ** 34 }),
      secretKey,
      (others, time, key) => {
        const fields = [...NEEDED, ...others];
        const invoice = parseInvoice(makeInvoice('lnbcrt5n', time, fields, key));
        assert.deepEqual([invoice.createdAt, invoice.amountMsat, invoice.description], [time, 500, 'coffee']);
        assert.equal(invoice.paymentHash, '01'.repeat(32));
        const signer = makeInvoice('lnbcrt5n', time, [...fields, ['n', hexBytes(invoice.payee)]], key);
        assert.equal(parseInvoice(signer).payee, invoice.payee);
      },
    ),
    runs(25),
  );
});

const hexBytes = (hex: string) => Uint8Array.from(Buffer.from(hex, 'hex'));

test('one slip in a code is found, and whatever is found has a right checksum', () => {
  const letters = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
  fc.assert(
    fc.property(code, fc.nat(), fc.nat({ max: 31 }), fc.nat({ max: 3 }), (text, at, letter, slip) => {
      const [prefix, data] = [text.slice(0, text.indexOf('1')), text.slice(text.indexOf('1') + 1)];
      const i = at % (data.length - 1);
      const [before, two] = [data.slice(0, i), data.slice(i, i + 2)];
      const after = data.slice(i + 2);
      const other = letters[letter]!;
      const wrong = [two[1], other + two[1], other + two, `${two[1]}${two[0]}`][slip];
      const found = nearbyTexts(prefix, before + wrong + after);
      assert.ok(found.includes(text));
      for (const other of found) assert.ok(bech32.decodeUnsafe(other, false), other);
    }),
    runs(500),
  );
});

test('the link of a client is the code in it', () => {
  const host = fc.domain();
  const way = fc.constantFrom('/', '/e/', '/#/n/', '/?id=', '/@', '/open?u=nostr%3A', '/a/b/');
  const rest = fc.constantFrom('', '/', '?x=1', '#y', '&z', '.html');
  fc.assert(
    fc.property(code, host, way, rest, fc.boolean(), (text, name, before, after, isSchemed) => {
      const link = `${isSchemed ? 'https://' : ''}${name}${before}${text}${after}`;
      assert.deepEqual(decodeCode(link), decodeCode(text));
    }),
    runs(200),
  );
});
