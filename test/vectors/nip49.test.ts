// The published encrypted keys of NIP-49, read and (from log_n 16) written again byte for byte.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bech32 } from '@scure/base';
import { bytesToHex, hexToBytes } from '../../src/protocol/hex.ts';
import {
  decryptKey,
  encryptKey,
  InvalidEncryptedKey,
  readEncryptedKeyHeader,
  WrongPassphrase,
} from '../../src/protocol/nip49.ts';
import { describeWhole } from '../support/vectors.ts';

interface Case {
  password: string;
  seckey: string;
  log_n: number;
  key_security_byte: number;
  ncryptsec: string;
}

describeWhole('nip49/nip49.json', ({ payload_layout, spec, cases, must_fail, nfkc }) => {
  const payloadOf = (code: string) =>
    bech32.fromWords(bech32.decode(code as `ncryptsec1${string}`, false).words);
  const all: Case[] = [{ ...spec, key_security_byte: undefined }, ...cases];

  test(`the layout is ${payload_layout}`, () => {
    const bytes = payloadOf(spec.ncryptsec);
    assert.match(payload_layout, new RegExp(`^version 0x0${bytes[0]} .* = ${bytes.length} bytes$`));
    assert.equal(bytes[1], spec.log_n);
  });

  for (const { password, password_utf8_hex, password_nfkc_utf8_hex } of cases) {
    test(`the forms of the passphrase ${password}`, () => {
      assert.equal(Buffer.from(password).toString('hex'), password_utf8_hex);
      assert.equal(Buffer.from(password.normalize('NFKC')).toString('hex'), password_nfkc_utf8_hex);
    });
  }

  for (const { password, seckey, log_n, key_security_byte, ncryptsec } of all) {
    test(`opens ${ncryptsec.slice(0, 28)}…, log_n ${log_n}`, async () => {
      const { logN, security } = readEncryptedKeyHeader(ncryptsec);
      assert.equal(logN, log_n);
      if (key_security_byte !== undefined) {
        assert.equal(security, ['insecure', 'secure', 'untracked'][key_security_byte]);
      }
      assert.equal(bytesToHex(await decryptKey(ncryptsec, password)), seckey);
    });
  }

  test('writes the example of the NIP again byte for byte', async () => {
    const payload = payloadOf(spec.ncryptsec);
    const written = await encryptKey(hexToBytes(spec.seckey), spec.password, {
      logN: spec.log_n,
      security: 'insecure',
      salt: payload.subarray(2, 18),
      nonce: payload.subarray(18, 42),
    });
    assert.equal(written, spec.ncryptsec);
  });

  for (const { ncryptsec, password, note } of must_fail) {
    test(`refuses: ${note}`, async () => {
      const wanted = note.startsWith('wrong password') ? WrongPassphrase : InvalidEncryptedKey;
      await assert.rejects(decryptKey(ncryptsec, password), wanted);
    });
  }

  test('a passphrase opens in either of its Unicode forms', async () => {
    const typed = Buffer.from(nfkc.input_utf8_hex, 'hex').toString();
    const normalized = Buffer.from(nfkc.normalized_utf8_hex, 'hex').toString();
    const secretKey = hexToBytes(spec.seckey);
    const code = await encryptKey(secretKey, typed, { logN: 16 });
    assert.deepEqual(Uint8Array.from(await decryptKey(code, normalized)), secretKey);
  });
});
