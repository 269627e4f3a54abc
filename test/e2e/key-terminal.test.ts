// What a person at a terminal is asked about keys, on a real pseudo-terminal (by Python's pty module).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { encrypt } from 'nostr-tools/nip49';
import { decryptKey } from '../../src/protocol/nip49.ts';
import { Installation } from '../support/installation.ts';
import { A } from '../support/people.ts';

/** Runs a program on a new terminal and types each answer when its question is seen; prints what happened. */
const DRIVER = `
import json, os, pty, sys, termios
argv, answers = json.loads(sys.argv[1])
pid, fd = pty.fork()
if pid == 0:
    os.execvp(argv[0], argv)
seen, at = b'', 0
while True:
    try:
        chunk = os.read(fd, 4096)
    except OSError:
        break
    if not chunk:
        break
    seen += chunk
    if answers and answers[0][0].encode() in seen[at:]:
        at = len(seen)
        keys = answers.pop(0)[1].encode()
        os.write(fd, keys if keys == b'\\x03' else keys + b'\\n')
code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
echo = bool(termios.tcgetattr(fd)[3] & termios.ECHO)
print(json.dumps({'seen': seen.decode(), 'code': code, 'echo': echo}))
`;

const skip =
  process.platform !== 'win32' &&
  spawnSync('python3', ['-c', 'import pty, os; os.waitstatus_to_exitcode']).status === 0
    ? false
    : 'needs python3 (3.9 or later) for a pseudo-terminal';

const nost = new Installation('none');
after(() => nost.remove());

/** What stands before it on a line is seen no more. */
const ERASED = '\r\x1b[K';

function talk(words: string[], answers: [question: string, answer: string][] = []) {
  const { NOST_NO_INPUT: _, ...env } = nost.env;
  const argv = [process.execPath, nost.program, ...words];
  const run = spawnSync('python3', ['-c', DRIVER, JSON.stringify([argv, answers])], {
    encoding: 'utf8',
    env: { ...env, NO_COLOR: '1' },
    timeout: 60_000,
  });
  assert.equal(run.status, 0, run.stderr);
  const { code, echo, ...all } = JSON.parse(run.stdout) as { seen: string; code: number; echo: boolean };
  assert.ok(echo, 'the terminal echoes again');
  const lines = all.seen.split('\r\n').map(line => line.split(ERASED).at(-1)!);
  const seen = lines.join('\r\n');
  const json = lines.find(line => line.startsWith('{'));
  return { seen, code, line: json === undefined ? undefined : JSON.parse(json) };
}

const PASSPHRASE = 'correct horse';
let npub = '';
let path = '';

/** The file as if it had been written at the least cost that is read: a passphrase is tried in a moment, not in a second. */
async function makeCheap(): Promise<void> {
  const key = await decryptKey(readFileSync(path, 'utf8').trim(), PASSPHRASE);
  writeFileSync(path, `${encrypt(key, PASSPHRASE, 1)}\n`);
}

describe('at a terminal', { skip }, () => {
  test('without a keychain an encrypted file is offered, and no means nothing', () => {
    const { seen, code } = talk(['keygen', '--name', 'alice'], [['[Y/n]', 'n']]);
    assert.equal(code, 6);
    assert.match(seen, /No keychain here\. Keep the key in a file encrypted with a passphrase\?/);
    assert.match(
      seen,
      /nost: no key was kept\r\n {2}To keep .* after all: nost keygen --name alice --store file\r\n$/,
    );
    const none = talk(['keygen', '--name', 'alice'], [['[Y/n]', '\x04']]);
    assert.match(none.seen, /no key was kept\r\n {2}To keep .*--store file\r\n$/);
    assert.equal(talk(['key', 'list']).line, undefined);
  });

  test('a command that reads what is typed says how that ends', () => {
    const { seen, code } = talk(['encode', 'npub', '-'], [['what you type is read; Ctrl-D', '\x04']]);
    assert.equal(code, 0, seen);
    assert.match(seen, /stdin is empty/);
  });

  test('yes means a passphrase, typed twice and never seen', () => {
    const { seen, code, line } = talk(
      ['keygen', '--name', 'alice'],
      [
        ['[Y/n]', ''],
        ['New passphrase', PASSPHRASE],
        ['The same again', PASSPHRASE],
      ],
    );
    assert.equal(code, 0, seen);
    assert.equal(line.store, 'file');
    assert.ok(!seen.includes(PASSPHRASE));
    ({ npub, path } = line);
  });

  test('a signature asks for it', () => {
    const { code, line, seen } = talk(
      ['publish', '--as', 'alice', '-m', 'x', '--dry-run'],
      [['Passphrase of alice', PASSPHRASE]],
    );
    assert.equal(code, 0, seen);
    assert.equal(line.content, 'x');
    assert.ok(!seen.includes(PASSPHRASE));
  });

  test('a passphrase may be mistyped twice', async () => {
    await makeCheap();
    const sign = ['publish', '--as', 'alice', '-m', 'x', '--dry-run'];
    const right = talk(sign, [
      ['Passphrase of alice', 'wrong'],
      ['Passphrase of alice', 'Correct horse'],
      ['Passphrase of alice', PASSPHRASE],
    ]);
    assert.equal(right.code, 0, right.seen);
    assert.match(right.seen, /the passphrase is wrong; try again/);
    const empty = talk(sign, [
      ['Passphrase of alice', ''],
      ['Passphrase of alice', PASSPHRASE],
    ]);
    assert.equal(empty.code, 0, empty.seen);
    assert.match(empty.seen, /the passphrase is empty; try again/);
    const wrong = talk(
      sign,
      Array.from({ length: 3 }, () => ['Passphrase of alice', 'wrong']),
    );
    assert.equal(wrong.code, 6, wrong.seen);
  });

  test('a command says which account signs when none was named', () => {
    const answers: [string, string][] = [['Passphrase of alice', PASSPHRASE]];
    const { seen } = talk(['publish', '-m', 'x', '--dry-run'], answers);
    assert.match(seen, /using the key of alice, the default account/);
    const named = talk(['publish', '--as', 'alice', '-m', 'x', '--dry-run'], answers);
    assert.doesNotMatch(named.seen, /using the key/);
  });

  test('a key is shown only after a yes written out', () => {
    const refused = talk(['key', 'export', 'alice', '--reveal'], [['[yes/N]', 'y']]);
    assert.equal(refused.code, 2);
    assert.ok(!refused.seen.includes('nsec1'));
    assert.match(refused.seen, /Type the whole word yes/);
    const shown = talk(
      ['key', 'export', 'alice', '--reveal'],
      [
        ['[yes/N]', 'yes'],
        ['Passphrase', PASSPHRASE],
      ],
    );
    assert.match(shown.line.nsec, /^nsec1/);
  });

  test('a copy is encrypted anew, after the old passphrase has proved right', () => {
    const wrong = talk(
      ['key', 'export', 'alice'],
      Array.from({ length: 3 }, () => ['Passphrase of alice', 'wrong']),
    );
    assert.equal(wrong.code, 6);
    assert.doesNotMatch(wrong.seen, /New passphrase/);
    const { line, seen } = talk(
      ['key', 'export', 'alice', '--log-n', '16'],
      [
        ['Passphrase of alice', PASSPHRASE],
        ['New passphrase for the copy', 'other'],
        ['The same again', 'other'],
      ],
    );
    assert.match(line?.ncryptsec, /^ncryptsec1/, seen);
  });

  test('a removal asks for the npub', () => {
    const refused = talk(['key', 'remove', 'alice'], [['Type its npub', 'alice']]);
    assert.equal(refused.code, 2);
    assert.match(refused.seen, /--yes removes without asking.*nothing was removed\r\n {2}Copy the npub/s);
    assert.equal(talk(['key', 'show', 'alice']).code, 0);
    assert.equal(talk(['key', 'remove', 'alice'], [['Type its npub', npub]]).line.removed, true);
    assert.equal(talk(['key', 'show', 'alice']).code, 6);
  });

  test('key list says that there is no account', () => {
    assert.match(talk(['key', 'list']).seen, /no account yet: nost keygen --name me/);
  });

  test('key import asks for the key, and key encrypt for it and a passphrase; nothing typed is seen', () => {
    const imported = talk(
      ['key', 'import', '--name', 'bob', '--store', 'plain', '--insecure'],
      [
        ['Secret key', 'hunter2'],
        ['Secret key', A.secretHex],
      ],
    );
    assert.match(imported.seen, /neither an nsec .*; try again/);
    assert.ok(!imported.seen.includes('hunter2'));
    assert.equal(imported.line?.pubkey, A.publicKey, imported.seen);
    assert.ok(!imported.seen.includes(A.secretHex));
    const encrypted = talk(
      ['key', 'encrypt', '--log-n', '16'],
      [
        ['Secret key', A.secretHex],
        ['New passphrase', PASSPHRASE],
        ['The same again', 'another'],
        ['New passphrase', PASSPHRASE],
        ['The same again', PASSPHRASE],
      ],
    );
    assert.match(encrypted.line?.ncryptsec, /^ncryptsec1/, encrypted.seen);
    assert.match(encrypted.seen, /the two passphrases differ; try again/);
    assert.ok(!encrypted.seen.includes(A.secretHex) && !encrypted.seen.includes(PASSPHRASE));
    const decrypted = talk(
      ['key', 'decrypt'],
      [
        ['Encrypted key', A.secretHex],
        ['Encrypted key', encrypted.line.ncryptsec],
        ['Passphrase', PASSPHRASE],
      ],
    );
    assert.equal(decrypted.line?.pubkey, A.publicKey, decrypted.seen);
  });

  test('key import asks for nothing when the name is taken', () => {
    const { seen, code } = talk(['key', 'import', '--name', 'bob', '--store', 'file']);
    assert.equal(code, 2, seen);
    assert.match(seen, /the name "bob" is taken/);
    const same = talk(['key', 'import', '--store', 'file'], [['Secret key', A.secretHex]]);
    assert.match(same.seen, /there is an account for this key already: bob/);
  });

  test('a seed phrase that is none may be typed again', () => {
    const words = ['key', 'import', '--mnemonic', '--store', 'plain', '--insecure'];
    const { seen } = talk(words, [
      ['Seed phrase', Array.from({ length: 12 }, () => 'zebra').join(' ')],
      ['Seed phrase', '\x03'],
    ]);
    assert.match(seen, /what you typed: .*; try again/);
  });

  test('a seed phrase may be pasted in lines', () => {
    const words = ['key', 'import', '--mnemonic', '--name', 'seed', '--store', 'plain', '--insecure'];
    const phrase = 'leader monkey parrot ring guide accident\nbefore fence cannon height naive bean';
    const { line, seen } = talk(words, [['Seed phrase', phrase]]);
    assert.equal(line?.npub, 'npub1zutzeysacnf9rru6zqwmxd54mud0k44tst6l70ja5mhv8jjumytsd2x7nu', seen);
    assert.doesNotMatch(seen, /monkey|cannon/);
  });

  for (const [words, earlier, prompt] of [
    [['keygen'], [], '[Y/n]'],
    [['keygen', '--store', 'file'], [], 'New passphrase'],
    [['keygen', '--store', 'file'], [['New passphrase', 'x']], 'The same again'],
    [['key', 'import', '--store', 'plain', '--insecure'], [], 'Secret key'],
    [['key', 'import', '--mnemonic', '--store', 'plain', '--insecure'], [], 'Seed phrase'],
    [['key', 'encrypt'], [], 'Secret key'],
    [['key', 'decrypt'], [], 'Encrypted key'],
    [['publish', '-m', 'x', '--dry-run', '--prompt-sec'], [], 'Secret key'],
    [['key', 'export', 'bob'], [], 'New passphrase'],
    [['key', 'export', 'bob', '--reveal'], [], '[yes/N]'],
    [['key', 'remove', 'bob'], [], 'Type its npub'],
  ] as [string[], [string, string][], string][])
    test(`Ctrl-C at "${prompt}" of ${words.slice(0, 2).join(' ')} ends it, and the terminal echoes`, () => {
      const { code, line } = talk(words, [...earlier, [prompt, '\x03']]);
      assert.equal(code, -2);
      assert.equal(line, undefined);
    });

  test('the URI of a wallet is pasted unseen, and a wallet is removed by its name', () => {
    const uri = `nostr+walletconnect://${A.publicKey}?relay=wss://relay.example&secret=${'7'.repeat(64)}`;
    const question = 'URI of the wallet';
    const words = ['wallet', 'add', 'purse', '--store', 'plain', '--insecure'];
    const added = talk(words, [
      [question, 'nostr+walletconnect://abc'],
      [question, uri],
    ]);
    assert.equal(added.code, 0, added.seen);
    assert.match(added.seen, /must begin with a public key of 64 hex digits; try again/);
    assert.ok(!added.seen.includes('7777'));
    assert.equal(added.line.wallet, A.publicKey);
    const kept = talk(['wallet', 'remove', 'purse'], [['Type its name', 'purze']]);
    assert.equal(kept.code, 2);
    const removed = talk(['wallet', 'remove', 'purse'], [['Type its name', 'purse']]);
    assert.deepEqual([removed.code, removed.line.removed], [0, true]);
  });
});
