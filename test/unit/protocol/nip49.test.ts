import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bech32 } from '@scure/base';
import { hexToBytes } from '../../../src/protocol/hex.ts';
import {
  decryptKey,
  encryptKey,
  InvalidEncryptedKey,
  readEncryptedKeyHeader,
  WrongPassphrase,
} from '../../../src/protocol/nip49.ts';

const SECRET = hexToBytes('3501454135014541350145413501453fefb02227e449e57cf4d3a3ce05378683');

/** An ncryptsec of these bytes, with a right checksum. */
function code(bytes: Uint8Array): string {
  return bech32.encode('ncryptsec', bech32.toWords(bytes), false);
}

function altered(at: number, value: number, length = 91): string {
  const bytes = new Uint8Array(length);
  bytes.set([2, 16]);
  bytes[at] = value;
  return code(bytes);
}

/** Runs and tells by how many MiB the process grew at most. */
async function memoryOf(run: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss();
  await run();
  return (process.memoryUsage.rss() - before) / 2 ** 20;
}

test('what is written is read, and written anew each time', async () => {
  const [first, second] = await Promise.all(
    [1, 2].map(() => encryptKey(SECRET, 'pw', { logN: 16, security: 'secure' })),
  );
  assert.equal(first!.length, 162);
  assert.notEqual(first, second);
  assert.deepEqual(readEncryptedKeyHeader(first!), { logN: 16, security: 'secure' });
  assert.deepEqual(Uint8Array.from(await decryptKey(first!.toUpperCase(), 'pw')), SECRET);
  await assert.rejects(decryptKey(first!, 'Pw'), WrongPassphrase);
});

test('the cost is 18 unless one says otherwise', async () => {
  assert.equal(readEncryptedKeyHeader(await encryptKey(SECRET, 'pw')).logN, 18);
});

test('a cost that is too low, too high or no number is not written; an empty passphrase neither', async () => {
  for (const logN of [0, 15, 21, 16.5, Number.NaN]) {
    await assert.rejects(encryptKey(SECRET, 'pw', { logN }), /log_n is .*; 16 to 20/);
  }
  await assert.rejects(encryptKey(SECRET, ''), InvalidEncryptedKey);
});

test('a wrong version, a wrong length, a cost out of range and an unknown byte are told apart', async () => {
  for (const [text, message] of [
    [altered(0, 1), /version 1 is not known/],
    [altered(1, 0), /log_n is 0; 1 to 20/],
    [altered(1, 21), /log_n is 21/],
    [altered(1, 63), /log_n is 63/],
    [altered(42, 3), /key-security byte 3/],
    [altered(0, 2, 90), /holds 91 bytes, this holds 90/],
    [altered(0, 2, 92), /this holds 92/],
    [code(Uint8Array.of(2)), /162 characters, this has/],
    [altered(0, 2).slice(0, -1), /162 characters, this has 161/],
    [`${altered(0, 2).slice(0, -1)}1`, /a character is wrong/],
    [`ncryptsec1${'q'.repeat(100_000)}`, /this has 100010/],
    ['', /not an encrypted key/],
  ] as const) {
    await assert.rejects(decryptKey(text, 'pw'), (error: Error) => {
      assert.ok(error instanceof InvalidEncryptedKey);
      assert.match(error.message, message);
      return true;
    });
  }
});

test('a cost of 63, or of 21, spends no memory', async () => {
  for (const logN of [21, 63]) {
    const grown = await memoryOf(() => decryptKey(altered(1, logN), 'pw').catch(() => {}));
    assert.ok(grown < 16, `${grown} MiB`);
  }
});
