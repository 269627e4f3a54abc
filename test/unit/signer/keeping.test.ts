// Where a new key goes, and that it is never less safe than its owner knows.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { Failure } from '../../../src/errors.ts';
import { readEncryptedKeyHeader } from '../../../src/protocol/nip49.ts';
import type { Variables } from '../../../src/signer/environment.ts';
import { commandPlace, keepKey, preparePlace, type StoreChoice } from '../../../src/signer/keeping.ts';
import { readAccountKey } from '../../../src/signer/stores/account-key.ts';
import { Accounts, npubOf } from '../../../src/signer/stores/accounts.ts';
import { forgetKey, keyFolder, keyPath } from '../../../src/signer/stores/stores.ts';
import { TestClock } from '../../support/clock.ts';
import { A, B, C } from '../../support/people.ts';
import {
  type FakeKeychain,
  type SignerWorld,
  signerWorld,
  withKeychain,
} from '../../support/signer-world.ts';

const root = mkdtempSync(join(tmpdir(), 'nost-keeping-'));
after(() => rmSync(root, { recursive: true, force: true }));
const skip = process.platform === 'win32' ? 'the fake needs a shell' : false;
const SECURE = { insecure: false, security: 'secure', line: 'nost keygen --name alice' } as const;
let count = 0;

function fresh(variables: Variables = {}, typed?: readonly string[]): SignerWorld {
  const home = join(root, String(++count));
  return signerWorld({ PATH: process.env['PATH'], HOME: home, ...variables }, typed);
}

function passphraseFile(): Variables {
  const file = join(root, 'passphrase');
  writeFileSync(file, 'pw\n', { mode: 0o600 });
  return { NOST_PASSPHRASE_FILE: file };
}

async function failure(run: Promise<unknown>): Promise<Failure> {
  const error = await run.then(
    () => assert.fail('it should have failed'),
    (error: unknown) => error,
  );
  assert.ok(error instanceof Failure, String(error));
  return error;
}

async function keep(world: SignerWorld, choice: StoreChoice, insecure = false) {
  const place = await preparePlace(choice, { ...SECURE, insecure, logN: 16 }, world);
  return keepKey(Uint8Array.from(A.secretKey), 'alice', place, world);
}

const isEmpty = (world: SignerWorld) => !existsSync(world.env['HOME']!);
const LOCKED = { behaviour: 'error', text: 'Cannot create an item in a locked collection' } as const;

test('auto is the keychain, when it keeps what it is given', { skip }, async () => {
  const world = withKeychain(fresh(), { behaviour: 'store', folder: root });
  const { account, path } = await keep(world, 'auto');
  assert.deepEqual([account.store, path], ['keychain', null]);
  assert.deepEqual(await new Accounts(world).find('alice'), account);
  assert.deepEqual(await readAccountKey(account, world), A.secretKey);
  await forgetKey(account, world);
  assert.equal((await failure(readAccountKey(account, world))).code, 'keychain_missing');
});

test('a keychain that forgets makes no account', { skip }, async () => {
  const world = withKeychain(fresh(), { behaviour: 'forgets', folder: root });
  assert.equal((await failure(keep(world, 'auto'))).kind, 'signer');
  assert.deepEqual(await new Accounts(world).list(), []);
});

test('a keychain that is locked, refused, slow or broken is never stepped down from', { skip }, async t => {
  const clock = new TestClock(t);
  const ill: [FakeKeychain, string][] = [
    [LOCKED, 'keychain_locked'],
    [{ behaviour: 'error', text: 'User canceled the operation.' }, 'keychain_denied'],
    [{ behaviour: 'error', text: 'something new' }, 'keychain_failed'],
    [{ behaviour: 'segv' }, 'keychain_crashed'],
    [{ behaviour: 'silent' }, 'keychain_timeout'],
  ];
  for (const [fake, code] of ill) {
    const world = withKeychain(
      fresh({ ...passphraseFile(), NOST_KEYCHAIN_TIMEOUT: '0.5' }, ['y', 'pw', 'pw']),
      fake,
    );
    const failing = failure(keep(world, 'auto'));
    if (code === 'keychain_timeout') await clock.passUntilSettled(failing);
    const error = await failing;
    assert.equal(error.code, code);
    assert.match(error.hint!, /--store file/);
    assert.deepEqual(world.questions, []);
    assert.ok(isEmpty(world));
  }
});

test('without a keychain a person is asked, and yes means an encrypted file', async () => {
  for (const answer of ['', 'y', 'Yes']) {
    const world = fresh({}, [answer, 'pw', 'pw']);
    const { account, path } = await keep(world, 'auto');
    assert.equal(account.store, 'file');
    assert.deepEqual(readEncryptedKeyHeader(readFileSync(path!, 'utf8').trim()), {
      logN: 16,
      security: 'secure',
    });
    assert.match(world.questions[0]!, /No keychain here\. Keep the key in a file encrypted/);
    if (answer === '')
      assert.deepEqual(
        await readAccountKey(account, {
          ...world,
          ...fresh(passphraseFile()),
          env: { ...world.env, ...passphraseFile() },
        }),
        A.secretKey,
      );
  }
});

test('without a keychain no means nothing is made', async () => {
  for (const answer of ['n', 'no', ' No ']) {
    const world = fresh({}, [answer]);
    const { code, message, hint } = await failure(keep(world, 'auto'));
    assert.equal(code, 'keychain_no_bus');
    assert.equal(message, 'no key was kept');
    assert.doesNotMatch(hint!, /NOSTR_SECRET_KEY|desktop session/);
    assert.ok(isEmpty(world));
  }
});

test('what is neither yes nor no is asked again, three times at most', async () => {
  const world = fresh({}, ['what?', 'file', 'y', 'pw', 'pw']);
  assert.equal((await keep(world, 'auto')).account.store, 'file');
  assert.equal(world.notes.filter(note => note === 'please answer y or n').length, 2);
  const lost = fresh({}, ['a', 'b', 'c', 'y', 'pw', 'pw']);
  assert.equal((await failure(keep(lost, 'auto'))).code, 'prompt_aborted');
  assert.ok(isEmpty(lost));
});

test('without keychain and terminal, a file needs a passphrase source; else nothing is made', async () => {
  const world = fresh();
  assert.equal((await failure(keep(world, 'auto'))).code, 'keychain_no_bus');
  assert.ok(isEmpty(world));
  const withSource = fresh(passphraseFile());
  assert.equal((await keep(withSource, 'auto')).account.store, 'file');
  assert.match(withSource.notes.join(), /encrypted file/);
});

test('the keychain that was asked for is no other place', async () => {
  const world = fresh(passphraseFile(), ['y', 'pw', 'pw']);
  assert.equal((await failure(keep(world, 'keychain'))).code, 'keychain_no_bus');
  assert.ok(isEmpty(world));
});

test('plain takes two words, is private to the user', { skip }, async () => {
  const world = fresh();
  assert.equal((await failure(keep(world, 'plain'))).code, 'insecure_store');
  assert.equal((await failure(keep(world, 'file', true))).code, 'bad_value');
  assert.ok(isEmpty(world));
  const { account, path } = await keep(world, 'plain', true);
  assert.match(readFileSync(path!, 'utf8'), /^nsec1\w+\n$/);
  assert.equal(statSync(path!).mode & 0o777, 0o600);
  assert.equal(statSync(join(path!, '..')).mode & 0o777, 0o700);
  assert.deepEqual(await readAccountKey(account, world), A.secretKey);
  assert.deepEqual(world.notes, []); // told when it was made: not at each use
  await forgetKey(account, world);
  assert.equal(existsSync(path!), false);
});

test('the first account becomes the default one; later ones, and the next after a removal of it, as told', async () => {
  const world = fresh();
  const kept = async (secret: Uint8Array, name: string) =>
    keepKey(
      Uint8Array.from(secret),
      name,
      await preparePlace('plain', { ...SECURE, insecure: true }, world),
      world,
    );
  const accounts = new Accounts(world);
  const first = await kept(A.secretKey, 'one');
  assert.equal(first.isChosen, true);
  assert.equal((await kept(B.secretKey, 'two')).isChosen, false);
  assert.equal((await accounts.current())?.name, 'one');
  await accounts.remove(first.account);
  assert.equal((await kept(C.secretKey, 'three')).isChosen, false); // there is an account that was not chosen
  assert.equal(await accounts.current(), undefined);
});

test('a new key whose name somebody else took meanwhile is not left behind', async () => {
  const world = fresh();
  const place = await preparePlace('plain', { ...SECURE, insecure: true }, world);
  const late = {
    ...place,
    keep: async (pubkey: string, secret: Uint8Array) => {
      const path = await place.keep(pubkey, secret);
      await new Accounts(world).add({
        npub: npubOf(B.publicKey),
        pubkey: B.publicKey,
        name: 'alice',
        store: 'plain',
        created: 1,
      });
      return path;
    },
  };
  assert.equal((await failure(keepKey(A.secretKey, 'alice', late, world))).code, 'name_taken');
  assert.deepEqual(readdirSync(keyFolder(world.env)), []);
});

test('without a keychain the error says the one line to type', async () => {
  const hint = (await failure(keep(fresh(), 'auto'))).hint!;
  assert.match(hint, /^Type: NOST_PASSPHRASE_FILE=FILE nost keygen --name alice --store file$/m);
  const refused = (await failure(keep(fresh({}, ['n']), 'auto'))).hint!;
  assert.match(refused, /^To keep .* after all: nost keygen --name alice --store file$/m);
});

test('a key that is kept already is not kept twice, nor a name given twice', { skip }, async () => {
  const world = fresh();
  await keep(world, 'plain', true);
  const place = await preparePlace('plain', { ...SECURE, insecure: true }, world);
  assert.equal((await failure(keepKey(A.secretKey, 'other', place, world))).code, 'account_exists');
  assert.equal((await failure(keepKey(B.secretKey, 'alice', place, world))).code, 'name_taken');
  assert.equal((await new Accounts(world).list()).length, 1);
});

test('a store that holds another key signs nothing', { skip }, async () => {
  const told: Uint8Array[] = [];
  const world = { ...fresh(), onSecret: (secret: Uint8Array) => told.push(Uint8Array.from(secret)) };
  const { account, path } = await keep(world, 'plain', true);
  writeFileSync(path!, B.secretHex);
  assert.equal((await failure(readAccountKey(account, world))).code, 'wrong_key');
  assert.deepEqual(told, [B.secretKey]); // the log redacts that one too
  const chain = withKeychain(world, { behaviour: 'store', folder: root });
  writeFileSync(join(root, `nost-${account.pubkey}`), B.secretKey);
  assert.equal(
    (await failure(readAccountKey({ ...account, store: 'keychain' }, chain))).code,
    'keychain_wrong_item',
  );
});

test('a program that prints the key is run each time, and its key checked', { skip }, async () => {
  const world = fresh();
  const { account } = await keepKey(A.secretKey, 'alice', commandPlace(['echo', A.secretHex]), world);
  assert.equal(keyPath(account, world), undefined);
  assert.deepEqual(await readAccountKey(await new Accounts(world).find('alice'), world), A.secretKey);
  assert.equal(
    (await failure(readAccountKey({ ...account, command: ['echo', B.secretHex] }, world))).code,
    'wrong_key',
  );
  await forgetKey(account, world); // nothing to remove
});
