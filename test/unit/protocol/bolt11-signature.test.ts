import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { bech32 } from '@scure/base';
import { SIGNATURE_WORDS, signerOf } from '../../../src/protocol/bolt11-signature.ts';
import { bytesToHex } from '../../../src/protocol/hex.ts';
import { makeInvoice, NEEDED, NODE } from '../../support/invoices.ts';

const node = secp256k1.getPublicKey(NODE);
const { words } = bech32.decode(makeInvoice('lnbc', 1_700_000_000, NEEDED) as `lnbc1${string}`, false);

test('the signer is recovered, and is the payee that is named', () => {
  for (const named of [undefined, node])
    assert.deepEqual(signerOf('lnbc', words, named), { signer: bytesToHex(node) });
});

test('another payee, another prefix and another word are not what was signed', () => {
  assert.match(signerOf('lnbc', words, new Uint8Array(33)).fault!, /not by the payee/);
  assert.match(signerOf('lnbc1m', words, node).fault!, /not by the payee/);
  assert.match(signerOf('lnbc', words.with(20, (words[20]! + 1) % 32), node).fault!, /not by the payee/);
});

test('the number of the key decides where nobody is named', () => {
  const [number] = words.slice(-1);
  const other = signerOf('lnbc', [...words.slice(0, -1), number! ^ 1], undefined);
  assert.notEqual(other.signer, bytesToHex(node));
  assert.match(signerOf('lnbc', [...words.slice(0, -1), number! | 31], undefined).fault!, /not recoverable/);
  assert.match(
    signerOf('lnbc', [...words.slice(0, -SIGNATURE_WORDS), ...Array(104).fill(31)], undefined).fault!,
    /none/,
  );
});
