import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hexToBytes } from '../../../../src/protocol/hex.ts';
import { encodeEntity } from '../../../../src/protocol/nip19.ts';
import { explainWord } from '../../../../src/run/decode/explain.ts';
import type { Wishes } from '../../../../src/run/decode/facts.ts';
import { makeInvoice, NEEDED } from '../../../support/invoices.ts';

const hex = '3bf0c63fcb93463407af97a5e5ee64fa883d107ef9e558472c4eb9aaaefa459d';
const secret = '67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa';
const pubkey = '7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e';
const npub = encodeEntity({ type: 'npub', pubkey: hex });
const note = encodeEntity({ type: 'note', id: hex });
const nsec = encodeEntity({ type: 'nsec', secretKey: hexToBytes(secret) });

const PIPED: Wishes = { reveal: false, asId: false, asPubkey: false, isTyped: false };
const TYPED = { ...PIPED, isTyped: true };
const facts = async (word: string, wishes = PIPED) => (await explainWord(word, wishes)).facts;
const problem = async (word: string, wishes = PIPED) => (await explainWord(word, wishes)).problem ?? '';

describe('a word', () => {
  test('that is a code is told at once, without a promise', () => {
    assert.deepEqual(explainWord(npub, PIPED), { facts: { type: 'npub', pubkey: hex } });
    assert.deepEqual(explainWord(`https://njump.me/${note}`, PIPED), { facts: { type: 'note', id: hex } });
  });

  test('of 64 hex digits is what a flag says, both on the command line, and nothing on stdin', async () => {
    assert.deepEqual(await facts(hex.toUpperCase(), { ...PIPED, asId: true }), {
      type: 'note',
      id: hex,
      note,
    });
    assert.deepEqual(await facts(hex, { ...PIPED, asPubkey: true }), { type: 'npub', pubkey: hex, npub });
    const both = { type: 'hex', id: hex, note, pubkey: hex, npub };
    assert.deepEqual(await facts(hex, TYPED), both);
    assert.deepEqual(await facts(hex, { ...PIPED, asId: true, asPubkey: true }), both);
    assert.match(await problem(hex), /--as-id or --as-pubkey/);
    assert.match(await problem(hex.slice(1), TYPED), /^63 hex digits are neither/);
  });

  test('that is a secret key names its public key, and itself only where that is wished', async () => {
    const told = { type: 'nsec', npub: encodeEntity({ type: 'npub', pubkey }), pubkey };
    assert.deepEqual(await facts(nsec), told);
    assert.deepEqual(await facts(nsec, { ...PIPED, reveal: true }), { ...told, secret_key: secret });
  });

  test('that is a URI with a secret says that it has one, and which only where that is wished', async () => {
    const uri = `bunker://${hex}?relay=wss://r.example&secret=s3cr3t`;
    const told = { type: 'bunker', pubkey: hex, npub, relays: ['wss://r.example'], has_secret: true };
    assert.deepEqual(await facts(uri), told);
    assert.deepEqual(await facts(uri, { ...PIPED, reveal: true }), { ...told, secret: 's3cr3t' });
    assert.equal((await facts(uri.replace('&secret=s3cr3t', '')))?.['has_secret'], false);
    const wallet = `nostr+walletconnect://${hex}?relay=wss://r.example&secret=${secret}`;
    assert.equal((await facts(wallet))?.['client_pubkey'], pubkey);
    assert.ok(!JSON.stringify(await facts(wallet)).includes(secret));
  });

  test('that is an invoice says what is paid', async () => {
    const invoice = makeInvoice('lnbc20u', 1_700_000_000, NEEDED);
    const { type, amount_msat, description, expires } = (await facts(`lightning:${invoice}`))!;
    assert.deepEqual([type, amount_msat, description], ['bolt11', 2_000_000, 'coffee']);
    assert.equal(expires, '2023-11-14T23:13:20Z');
  });

  test('that is an encrypted key says what it says without its passphrase', async () => {
    const code =
      'ncryptsec1qgg9947rlpvqu76pj5ecreduf9jxhselq2nae2kghhvd5g7dgjtcxfqtd67p9m0w57lspw8gsq6yphnm8623nsl8xn9j4jdzz84zm3frztj3z7s35vpzmqf6ksu8r89qk5z2zxfmu5gv8th8wclt0h4p';
    assert.deepEqual(await facts(code), {
      type: 'ncryptsec',
      version: 2,
      log_n: 16,
      key_security: 'insecure',
    });
    assert.equal(await problem(`${code.slice(0, -1)}q`), 'a damaged ncryptsec: a character is wrong');
  });

  test('that is none says why, with what was meant', async () => {
    assert.match(await problem(`${npub.slice(0, -1)}q`), new RegExp(`did you mean ${npub}\\?$`));
    assert.match(await problem('bob@x.example', TYPED), /nost nip05 bob@x\.example prints$/);
    assert.match(await problem('hello', TYPED), /"hello"/);
    assert.match(await problem('lnbc1qqqq'), /checksum/);
  });

  test('that may be a secret is never in the message', async () => {
    for (const word of [
      secret,
      secret.slice(1),
      nsec.slice(0, -1),
      `${nsec}q`,
      nsec.replace('nsec', 'nsac'),
      nsec.slice(5),
      'abandon',
      'correct-horse-battery',
      `bunker://${hex}?secret=${secret}`,
      `nostr+walletconnect://${hex}?relay=wss://x&secret=${secret.slice(1)}`,
      `nostrconnect://x?secret=correct-horse-battery`,
      `https://x.example/${nsec}`,
      `nostr:${nsec}`,
    ])
      for (const wishes of [PIPED, ...(word.length > 12 ? [TYPED] : [])])
        assert.doesNotMatch(await problem(word, wishes), /67dea2ed|vl029mgpsp|abandon|horse/, word);
  });
});
