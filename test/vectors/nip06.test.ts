// The published seed phrases: BIP-39 and BIP-32 show that the libraries behind NIP-06 are sound, NIP-06 that we are.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HDKey } from '@scure/bip32';
import { entropyToMnemonic, mnemonicToSeed } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { bytesToHex, hexToBytes } from '../../src/protocol/hex.ts';
import { publicKeyOf } from '../../src/protocol/keys.ts';
import { InvalidMnemonic, parseMnemonic, secretKeyOfMnemonic } from '../../src/protocol/nip06.ts';
import { encodeEntity } from '../../src/protocol/nip19.ts';
import { describeWhole } from '../support/vectors.ts';

describeWhole('nip06/nip06.json', ({ cases, extended, must_fail }) => {
  for (const { mnemonic, passphrase, account, path, seckey, pubkey, nsec, npub, source } of cases) {
    test(`${mnemonic.split(' ').slice(0, 3).join(' ')}…, account ${account} (${source})`, async () => {
      const secretKey = await secretKeyOfMnemonic(mnemonic, { passphrase, account });
      assert.equal(bytesToHex(secretKey), seckey);
      assert.equal(publicKeyOf(secretKey), pubkey);
      assert.equal(encodeEntity({ type: 'nsec', secretKey }), nsec);
      assert.equal(encodeEntity({ type: 'npub', pubkey }), npub);
      assert.equal(path, `m/44'/1237'/${account}'/0/0`);
    });
  }

  test('the extended keys of an account', async () => {
    const seed = await mnemonicToSeed(extended.mnemonic);
    const account = HDKey.fromMasterSeed(seed).derive("m/44'/1237'/0'");
    assert.equal(account.privateExtendedKey, extended.account_xprv);
    assert.equal(account.publicExtendedKey, extended.account_xpub);
    assert.equal(bytesToHex(await secretKeyOfMnemonic(extended.mnemonic)), extended.seckey_0_0);
    assert.equal(publicKeyOf(hexToBytes(extended.seckey_0_0)), extended.pubkey);
  });

  for (const { mnemonic, note } of must_fail) {
    test(`refuses: ${note}`, () => assert.rejects(secretKeyOfMnemonic(mnemonic), InvalidMnemonic));
  }
});

describeWhole('nip06/bip39.vectors.json', ({ english }) => {
  for (const [entropy, mnemonic, seed] of english) {
    test(`${mnemonic.split(' ').length} words from ${entropy.slice(0, 16)}…`, async () => {
      assert.equal(entropyToMnemonic(hexToBytes(entropy), wordlist), mnemonic);
      assert.equal(parseMnemonic(mnemonic), mnemonic);
      assert.equal(bytesToHex(await mnemonicToSeed(mnemonic, 'TREZOR')), seed);
    });
  }
});

describeWhole('nip06/bip32.json', ({ vectors }) => {
  for (const { vector, seed, chains = [], invalid = [] } of vectors) {
    for (const { path, xpub, xprv } of chains) {
      test(`vector ${vector}, ${path}`, () => {
        const node = HDKey.fromMasterSeed(hexToBytes(seed)).derive(path.replaceAll('H', "'"));
        assert.equal(node.privateExtendedKey, xprv);
        assert.equal(node.publicExtendedKey, xpub);
      });
    }
    for (const [key, note] of invalid) {
      test(`vector ${vector} refuses ${note}`, () => assert.throws(() => HDKey.fromExtendedKey(key)));
    }
  }
});
