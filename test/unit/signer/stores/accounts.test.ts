import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, describe } from 'node:test';
import { Failure, UsageError } from '../../../../src/errors.ts';
import { generateSecretKey, publicKeyOf } from '../../../../src/protocol/keys.ts';
import { type Account, Accounts, npubOf, parseAccountName } from '../../../../src/signer/stores/accounts.ts';
import { folderOf } from '../../../../src/signer/stores/folder.ts';
import { A, B } from '../../../support/people.ts';

const root = mkdtempSync(join(tmpdir(), 'nost-accounts-'));
after(() => rmSync(root, { recursive: true, force: true }));
const userId = process.getuid?.();
let count = 0;

function fresh(): { accounts: Accounts; folder: string } {
  const env = { XDG_CONFIG_HOME: join(root, String(++count)) };
  return { accounts: new Accounts({ env, userId }), folder: folderOf(env, 'XDG_CONFIG_HOME') };
}

function account(pubkey: string, name: string | null, created = 1): Account {
  return { npub: npubOf(pubkey), pubkey, name, store: 'plain', created };
}

const code = (wanted: string) => (error: unknown) => error instanceof Failure && error.code === wanted;

test('none is no error, and makes no folder', async () => {
  const { accounts } = fresh();
  assert.deepEqual(await accounts.list(), []);
  assert.equal(await accounts.current(), undefined);
  await assert.rejects(accounts.find('alice'), code('no_account'));
});

test('what is added is listed, oldest first, and found by name, npub and hex', async () => {
  const { accounts } = fresh();
  const [alice, bob] = [account(A.publicKey, 'alice', 2), account(B.publicKey, null, 1)];
  await accounts.add(alice);
  await accounts.add(bob);
  assert.deepEqual(await accounts.list(), [bob, alice]);
  for (const word of [
    'alice',
    alice.npub,
    alice.npub.toUpperCase(),
    A.publicKey,
    A.publicKey.toUpperCase(),
  ]) {
    assert.deepEqual(await accounts.find(word), alice);
  }
});

test('nothing is found by guess: no prefix, no other case, but a hint', async () => {
  const { accounts } = fresh();
  await accounts.add(account(A.publicKey, 'alice'));
  for (const word of ['ali', 'Alice', 'alicee', A.publicKey.slice(0, 63), '']) {
    await assert.rejects(accounts.find(word), code('no_account'));
  }
  await assert.rejects(accounts.find('alcie'), (error: Failure) => error.hint === 'Did you mean: alice');
});

test('a key has one account, a name too', async () => {
  const { accounts } = fresh();
  await accounts.add(account(A.publicKey, 'alice'));
  await assert.rejects(accounts.add(account(A.publicKey, 'again')), code('account_exists'));
  await assert.rejects(accounts.refuseTaken('alice'), code('name_taken'));
  await assert.rejects(accounts.refuseTaken(null, A.publicKey), code('account_exists'));
  await accounts.refuseTaken(null);
  await accounts.refuseTaken('bob', B.publicKey);
});

test('a name that older versions gave to two accounts names neither', async () => {
  const { accounts, folder } = fresh();
  await accounts.add(account(A.publicKey, 'alice'));
  await accounts.add(account(B.publicKey, 'bob'));
  const path = join(folder, 'accounts', `${npubOf(B.publicKey)}.json`);
  writeFileSync(path, readFileSync(path, 'utf8').replace('bob', 'alice'));
  await assert.rejects(accounts.find('alice'), code('account_ambiguous'));
  assert.equal((await accounts.rename(await accounts.find(npubOf(B.publicKey)), 'bob')).name, 'bob');
  assert.equal((await accounts.find('alice')).pubkey, A.publicKey);
});

describe('of many that want one name at once', () => {
  const people = () => Array.from({ length: 8 }, () => publicKeyOf(generateSecretKey()));

  async function won(tries: Promise<unknown>[]): Promise<number> {
    const ends = await Promise.allSettled(tries);
    for (const end of ends)
      if (end.status === 'rejected') assert.ok(code('name_taken')(end.reason), end.reason);
    return ends.filter(({ status }) => status === 'fulfilled').length;
  }

  test('one new account gets it, the others say so', async () => {
    const { accounts } = fresh();
    assert.equal(await won(people().map(key => accounts.add(account(key, 'race')))), 1);
    assert.equal((await accounts.list()).length, 1);
  });

  test('one that is renamed gets it', async () => {
    const { accounts } = fresh();
    const all = people().map((key, index) => account(key, `n${index}`));
    for (const one of all) await accounts.add(one);
    assert.equal(await won(all.map(one => accounts.rename(one, 'race'))), 1);
    assert.equal((await accounts.list()).filter(({ name }) => name === 'race').length, 1);
  });

  test('one becomes the default account', async () => {
    const { accounts } = fresh();
    const all = people().map(key => account(key, null));
    for (const one of all) await accounts.add(one);
    const chosen = await Promise.all(all.map(one => accounts.useFirst(one)));
    assert.equal(chosen.filter(Boolean).length, 1);
    assert.deepEqual(await accounts.current(), all[chosen.indexOf(true)]);
  });
});

test('a name is free again after a rename and a removal', async () => {
  const { accounts } = fresh();
  const alice = account(A.publicKey, 'alice');
  await accounts.add(alice);
  const alicia = await accounts.rename(alice, 'alicia');
  await accounts.add(account(B.publicKey, 'alice'));
  await accounts.remove(alicia);
  await accounts.add(account(A.publicKey, 'alicia'));
});

describe('a claim of a program that was killed', () => {
  const claimed = async (claim: object) => {
    const { accounts, folder } = fresh();
    await accounts.add(account(B.publicKey, 'bob'));
    const [path] = readdirSync(join(folder, 'names'));
    writeFileSync(join(folder, 'names', path!), JSON.stringify(claim));
    return accounts;
  };
  const lineOf = (one: Account) => `${JSON.stringify(one)}\n`;

  test('that made an account is finished by the next', async () => {
    const accounts = await claimed({ line: lineOf(account(A.publicKey, 'bob')) });
    await accounts.remove(await accounts.find(npubOf(B.publicKey)));
    await assert.rejects(accounts.add(account(B.publicKey, 'bob')), code('name_taken'));
    assert.equal((await accounts.find('bob')).pubkey, A.publicKey);
  });

  test('is its own when the same key comes again', async () => {
    const accounts = await claimed({ line: lineOf(account(A.publicKey, 'bob', 7)) });
    await accounts.remove(await accounts.find(npubOf(B.publicKey)));
    await accounts.add(account(A.publicKey, 'bob', 8));
    assert.equal((await accounts.find('bob')).created, 8);
  });

  test('and does not stand for what has another name by now', async () => {
    const accounts = await claimed({ line: lineOf(account(A.publicKey, 'bob')), from: 'alice' });
    await accounts.remove(await accounts.find(npubOf(B.publicKey)));
    await accounts.add(account(A.publicKey, 'alicia'));
    await accounts.add(account(B.publicKey, 'bob'));
    assert.equal((await accounts.find('bob')).pubkey, B.publicKey);
  });

  test('or is damaged', async () => {
    const accounts = await claimed({ line: 7 });
    await accounts.remove(await accounts.find('bob'));
    await accounts.add(account(A.publicKey, 'bob'));
  });
});

test('a rename keeps everything else, and takes no name of another', async () => {
  const { accounts } = fresh();
  const alice = account(A.publicKey, 'alice');
  await accounts.add(alice);
  await accounts.add(account(B.publicKey, 'bob'));
  assert.deepEqual(await accounts.rename(alice, 'alicia'), { ...alice, name: 'alicia' });
  assert.deepEqual(await accounts.find('alicia'), { ...alice, name: 'alicia' });
  await assert.rejects(accounts.rename(alice, 'bob'), code('name_taken'));
});

test('the chosen account stays chosen under another name, and is forgotten when removed', async () => {
  const { accounts } = fresh();
  const alice = account(A.publicKey, 'alice');
  await accounts.add(alice);
  await accounts.use(alice);
  const renamed = await accounts.rename(alice, 'alicia');
  assert.deepEqual(await accounts.current(), renamed);
  await accounts.remove(renamed);
  assert.equal(await accounts.current(), undefined);
  assert.deepEqual(await accounts.list(), []);
});

test('a chosen account that is gone is an error, not another key', async () => {
  const { accounts, folder } = fresh();
  const alice = account(A.publicKey, 'alice');
  await accounts.add(alice);
  await accounts.use(alice);
  rmSync(join(folder, 'accounts', `${alice.npub}.json`));
  await assert.rejects(accounts.current(), code('no_account'));
});

test('the files are public data, one line each', async () => {
  const { accounts, folder } = fresh();
  await accounts.add({ ...account(A.publicKey, null), store: 'command', command: ['pass', 'show'] });
  const [name] = readdirSync(join(folder, 'accounts'));
  assert.equal(name, `${npubOf(A.publicKey)}.json`);
  assert.deepEqual(JSON.parse(readFileSync(join(folder, 'accounts', name), 'utf8')), {
    npub: npubOf(A.publicKey),
    pubkey: A.publicKey,
    name: null,
    store: 'command',
    created: 1,
    command: ['pass', 'show'],
  });
});

test('a file that is damaged, or of another key, is not read past', async () => {
  const { accounts, folder } = fresh();
  const alice = account(A.publicKey, 'alice');
  await accounts.add(alice);
  const path = join(folder, 'accounts', `${alice.npub}.json`);
  for (const value of [
    '',
    '{',
    'null',
    { ...alice, npub: npubOf(B.publicKey), pubkey: B.publicKey },
    { ...alice, npub: npubOf(B.publicKey) },
    { ...alice, pubkey: 'x' },
    { ...alice, store: 'cloud' },
    { ...alice, created: 'now' },
    { ...alice, name: 1 },
    { ...alice, store: 'command' },
    { ...alice, command: ['sh'] },
    { ...alice, store: 'command', command: 'sh -c x' },
    { ...alice, store: 'command', command: [] },
  ]) {
    writeFileSync(path, typeof value === 'string' ? value : JSON.stringify(value));
    await assert.rejects(accounts.list(), code('account_damaged'));
  }
});

test('an index that others may write names no key', { skip: userId === undefined }, async () => {
  const { accounts, folder } = fresh();
  const alice = account(A.publicKey, 'alice');
  await accounts.add(alice);
  await accounts.use(alice);
  chmodSync(join(folder, 'accounts', `${alice.npub}.json`), 0o666);
  await assert.rejects(accounts.find('alice'), code('config_permissions'));
  chmodSync(join(folder, 'accounts', `${alice.npub}.json`), 0o600);
  chmodSync(join(folder, 'account'), 0o622);
  await assert.rejects(accounts.current(), code('config_permissions'));
  chmodSync(join(folder, 'account'), 0o600);
  chmodSync(folder, 0o777);
  await assert.rejects(accounts.current(), code('config_permissions'));
});

test('a link in the place of an account is replaced, not written through', {
  skip: userId === undefined,
}, async () => {
  const { accounts, folder } = fresh();
  const alice = account(A.publicKey, 'alice');
  await accounts.add(alice);
  const path = join(folder, 'accounts', `${alice.npub}.json`);
  const elsewhere = join(folder, 'elsewhere.json');
  writeFileSync(elsewhere, readFileSync(path));
  rmSync(path);
  symlinkSync(elsewhere, path);
  await accounts.rename(alice, 'alicia');
  assert.equal(JSON.parse(readFileSync(elsewhere, 'utf8')).name, 'alice');
  assert.equal((await accounts.find('alicia')).pubkey, A.publicKey);
});

test('fifty added at once are fifty', async () => {
  const { accounts } = fresh();
  const all = Array.from({ length: 50 }, () => account(publicKeyOf(generateSecretKey()), null));
  await Promise.all(all.map(one => accounts.add(one)));
  assert.equal((await accounts.list()).length, 50);
});

test('a name is letters, digits and a few signs, and never like a key', () => {
  for (const name of ['alice', 'Ünal', 'a', '名前', 'work-2', 'a_b+c', 'x'.repeat(64)]) {
    assert.equal(parseAccountName(name), name);
  }
  for (const name of [
    '',
    ' ',
    'a b',
    '-x',
    '.x',
    'a/b',
    '../x',
    'x\n',
    'me@home',
    'a.b',
    'a:b',
    'A'.repeat(40),
    'x'.repeat(65),
    'npub1abc',
    'nsec1abc',
    'a'.repeat(64),
  ]) {
    assert.throws(() => parseAccountName(name), UsageError);
  }
});
