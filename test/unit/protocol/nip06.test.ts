import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { bytesToHex } from '../../../src/protocol/hex.ts';
import { InvalidMnemonic, parseMnemonic, secretKeyOfMnemonic } from '../../../src/protocol/nip06.ts';

const PHRASE = 'leader monkey parrot ring guide accident before fence cannon height naive bean';

test('each account and each passphrase has a key of its own', async () => {
  const keys = await Promise.all(
    [{}, { account: 1 }, { passphrase: 'x' }, { account: 2 ** 31 - 1 }].map(async settings =>
      bytesToHex(await secretKeyOfMnemonic(PHRASE, settings)),
    ),
  );
  assert.equal(keys[0], '7f7ff03d123792d6ac594bfa67bf6d0c0ab55b6b1fdb6249303fe861f1ccba9a');
  assert.equal(new Set(keys).size, 4);
});

test('an account out of range is refused', async () => {
  for (const account of [-1, 0.5, 2 ** 31]) {
    await assert.rejects(secretKeyOfMnemonic(PHRASE, { account }), InvalidMnemonic);
  }
});

test('no message repeats a word', () => {
  for (const text of [
    PHRASE.replace('bean', 'beam'),
    PHRASE.replace('bean', 'monkey'),
    'leader monkey',
    '',
  ]) {
    assert.throws(
      () => parseMnemonic(text),
      (error: unknown) => error instanceof InvalidMnemonic && !/monkey|beam/.test(inspect(error)),
    );
  }
});
