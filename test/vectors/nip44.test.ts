// The published vectors of NIP-44 and NIP-04. Where the official file of NIP-44 and the newer text differ (lengths
// from 65,536 on), the text counts: vectors/README.md.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { bytesToHex, hexToBytes } from '../../src/protocol/hex.ts';
import { publicKeyOf } from '../../src/protocol/keys.ts';
import { decryptLegacy, encryptLegacy } from '../../src/protocol/nip04.ts';
import {
  conversationKey,
  decryptPayload,
  encryptPayload,
  InvalidPayload,
  messageKeys,
  paddedLength,
} from '../../src/protocol/nip44.ts';
import { authenticated } from '../support/payloads.ts';
import { describeWhole } from '../support/vectors.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

for (const file of ['nip44/nip44.vectors.json', 'nip44/nip44.vectors.nostr-tools-2026-08.json']) {
  describeWhole(file, ({ v2: { valid, invalid } }) => {
    test(`${valid.get_conversation_key.length} conversation keys`, () => {
      for (const { sec1, pub2, conversation_key } of valid.get_conversation_key) {
        assert.equal(bytesToHex(conversationKey(hexToBytes(sec1), pub2)), conversation_key);
      }
    });

    test(`${valid.get_message_keys.keys.length} sets of message keys`, () => {
      const key = hexToBytes(valid.get_message_keys.conversation_key);
      for (const wanted of valid.get_message_keys.keys) {
        const { chachaKey, chachaNonce, hmacKey } = messageKeys(key, hexToBytes(wanted.nonce));
        assert.deepEqual([chachaKey, chachaNonce, hmacKey].map(bytesToHex), [
          wanted.chacha_key,
          wanted.chacha_nonce,
          wanted.hmac_key,
        ]);
      }
    });

    test(`${valid.calc_padded_len.length} padded lengths`, () => {
      for (const [length, padded] of valid.calc_padded_len) assert.equal(paddedLength(length), padded);
    });

    for (const { sec1, sec2, conversation_key, nonce, plaintext, payload } of valid.encrypt_decrypt) {
      test(`encrypts and decrypts ${payload.slice(0, 20)}…`, () => {
        const key = conversationKey(hexToBytes(sec1), publicKeyOf(hexToBytes(sec2)));
        assert.equal(bytesToHex(key), conversation_key);
        assert.equal(encryptPayload(plaintext, key, hexToBytes(nonce)), payload);
        assert.equal(decryptPayload(payload, key), plaintext);
      });
    }

    for (const vector of valid.encrypt_decrypt_long_msg) {
      const text = (vector.pattern ?? vector.letter).repeat(vector.repeat);
      test(`${text.length} characters`, () => {
        const key = hexToBytes(vector.conversation_key);
        const payload = encryptPayload(text, key, hexToBytes(vector.nonce));
        if (vector.plaintext_sha256) assert.equal(sha256(text), vector.plaintext_sha256);
        if (vector.payload_checksum_sha256) assert.equal(sha256(payload), vector.payload_checksum_sha256);
        if (vector.payload_sha256) assert.equal(sha256(payload), vector.payload_sha256);
        assert.equal(decryptPayload(payload, key), text);
      });
    }

    for (const { sec1, pub2, note } of invalid.get_conversation_key) {
      test(`no conversation key: ${note}`, () =>
        assert.throws(() => conversationKey(hexToBytes(sec1), pub2), InvalidPayload));
    }

    for (const { conversation_key, nonce, plaintext, payload, note } of invalid.decrypt) {
      test(`does not decrypt: ${note}`, () => {
        const key = hexToBytes(conversation_key);
        if (plaintext !== '') assert.notEqual(encryptPayload(plaintext, key, hexToBytes(nonce)), payload);
        assert.throws(
          () => decryptPayload(payload, key),
          (error: Error) => {
            assert.ok(error instanceof InvalidPayload);
            assert.ok(error.message.startsWith(note.replace(/: \d+$/, '')), error.message);
            return true;
          },
        );
      });
    }

    test('of the lengths said to fail only 0 still does', () => {
      const key = new Uint8Array(32).fill(1);
      for (const length of invalid.encrypt_msg_lengths) {
        if (length === 0) assert.throws(() => encryptPayload('', key), InvalidPayload);
        else assert.equal(decryptPayload(encryptPayload('a'.repeat(length), key), key).length, length);
      }
    });

    test('payloads too short to be any are refused', () => {
      for (const length of invalid.decrypt_msg_lengths ?? []) {
        const payload = Buffer.alloc(length, 2).toString('base64');
        assert.throws(() => decryptPayload(payload, new Uint8Array(32).fill(1)), InvalidPayload);
      }
    });
  });
}

interface Extended {
  conversation_key: string;
  nonce: string;
  plaintext_char: string;
  cases: {
    plaintext_len: number;
    prefix_bytes: number;
    padded_len: number;
    plaintext_sha256: string;
    payload_sha256: string;
    payload_base64_len: number;
  }[];
  extra_must_fail: { note: string }[];
}

/** What the notes of `extra_must_fail` describe, and what is said of it. */
const MUST_FAIL: readonly [note: RegExp, make: (key: Uint8Array) => string[], message: RegExp][] = [
  [
    /^extended prefix .* with u32 length < 65536 /,
    key =>
      [1, 32, 255, 65_535].map(length => {
        const padded = new Uint8Array(6 + paddedLength(length)).fill(97, 6, 6 + length);
        new DataView(padded.buffer).setUint32(2, length);
        return authenticated(padded, key);
      }),
    /^invalid padding$/,
  ],
  [
    /^payload starting with # -> unknown version/,
    key => [`#${encryptPayload('a', key).slice(1)}`, '#', `#${'!'.repeat(200)}`],
    /^unknown encryption version/,
  ],
  [
    /^payload shorter than 132 base64 chars or 99 bytes$/,
    key => {
      const shortest = Buffer.from(encryptPayload('a', key), 'base64');
      assert.equal(shortest.length, 99);
      return [
        shortest.toString('base64').slice(0, -4),
        shortest.subarray(0, 98).toString('base64'),
        shortest.subarray(0, 97).toString('base64'),
      ];
    },
    /^invalid payload length/,
  ],
];

describeWhole(
  'nip44/nip44-extended-length.json',
  ({ conversation_key, nonce, plaintext_char, cases, extra_must_fail }: Extended) => {
    const key = hexToBytes(conversation_key);

    test('every note on what must fail is known here', () =>
      assert.ok(
        extra_must_fail.every(({ note }, i) => MUST_FAIL[i]![0].test(note)) &&
          extra_must_fail.length === MUST_FAIL.length,
      ));

    for (const [i, { note }] of extra_must_fail.entries())
      test(`refuses: ${note}`, () => {
        const [, make, message] = MUST_FAIL[i]!;
        for (const payload of make(key))
          assert.throws(() => decryptPayload(payload, key), { name: 'InvalidPayload', message });
      });

    for (const {
      plaintext_len,
      prefix_bytes,
      padded_len,
      plaintext_sha256,
      payload_sha256,
      payload_base64_len,
    } of cases) {
      test(`${plaintext_len} bytes`, () => {
        const text = plaintext_char.repeat(plaintext_len);
        const payload = encryptPayload(text, key, hexToBytes(nonce));
        assert.equal(sha256(text), plaintext_sha256);
        assert.equal(paddedLength(plaintext_len), padded_len);
        assert.equal(sha256(payload), payload_sha256);
        assert.equal(payload.length, payload_base64_len);
        assert.equal(Buffer.from(payload, 'base64').length, 65 + prefix_bytes + padded_len);
        assert.equal(decryptPayload(payload, key), text);
      });
    }
  },
  { prose: ['conflict', 'verified_with_nostr_tools'] },
);

describeWhole('nip04/nip04.json', ({ valid, must_fail }) => {
  for (const { sk_receiver, pk_sender, ciphertext, plaintext, source } of valid) {
    test(`reads ${ciphertext.slice(0, 16)}… (${source}) and writes it again`, () => {
      const iv = Uint8Array.from(Buffer.from(ciphertext.split('?iv=')[1], 'base64'));
      assert.equal(decryptLegacy(ciphertext, hexToBytes(sk_receiver), pk_sender), plaintext);
      assert.equal(encryptLegacy(plaintext, hexToBytes(sk_receiver), pk_sender, iv), ciphertext);
    });
  }

  for (const { sk_receiver, pk_sender, ciphertext, note } of must_fail) {
    test(`refuses ${note ?? ciphertext}`, () =>
      assert.throws(() => decryptLegacy(ciphertext, hexToBytes(sk_receiver), pk_sender), InvalidPayload));
  }
});
