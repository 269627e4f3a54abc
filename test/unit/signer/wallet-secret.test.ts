// The secret of a wallet: kept like the key of an account, opened only as the one it was, and gone when its wallet is.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { keepKey, preparePlace } from '../../../src/signer/keeping.ts';
import { Wallets } from '../../../src/signer/stores/wallets.ts';
import { forgetWallet, keepWallet, openWallet } from '../../../src/signer/wallet-secret.ts';
import { A, B, C, type Person } from '../../support/people.ts';
import { type SignerWorld, signerWorld, withKeychain } from '../../support/signer-world.ts';

const root = mkdtempSync(join(tmpdir(), 'nost-wallets-'));
after(() => rmSync(root, { recursive: true, force: true }));
const skip = process.platform === 'win32' ? 'the fake needs a shell' : false;
let count = 0;

function fresh(): SignerWorld {
  const home = join(root, String(++count));
  return signerWorld({ PATH: process.env['PATH'], HOME: home });
}

const uriOf = ({ secretHex }: Person) =>
  `nostr+walletconnect://${B.publicKey}?relay=wss://r.example&secret=${secretHex}&lud16=b@x.com`;
const PLAIN = { store: 'plain', insecure: true, line: '' } as const;

function keep(
  world: SignerWorld,
  name = 'purse',
  text = uriOf(A),
  place: Parameters<typeof keepWallet>[1] = PLAIN,
) {
  return keepWallet({ text, where: 'stdin', name }, place, world);
}

const folderOf = (world: SignerWorld) => join(world.env['HOME']!, '.config/nost/wallets');

test('is kept in the keychain unless another place is named, and signs for the connection', {
  skip,
}, async () => {
  const world = withKeychain(fresh(), { behaviour: 'store', folder: root });
  const { wallet, path } = await keep(world, 'purse', uriOf(A), { ...PLAIN, store: 'auto', insecure: false });
  assert.deepEqual([wallet.store, path, wallet.client], ['keychain', null, A.publicKey]);
  assert.deepEqual(
    [wallet.wallet, wallet.relays, wallet.lud16],
    [B.publicKey, ['wss://r.example'], 'b@x.com'],
  );
  const [file] = readdirSync(folderOf(world));
  assert.ok(!readFileSync(join(folderOf(world), file!), 'utf8').includes(A.secretHex));
  const found = await new Wallets(world).find(undefined);
  assert.deepEqual(found, wallet);
  const signer = await openWallet(found, world);
  assert.equal(signer.publicKey, A.publicKey);
  await forgetWallet(wallet, world);
  assert.deepEqual([await new Wallets(world).list(), readdirSync(folderOf(world))], [[], []]);
  const again = { code: 'keychain_missing', hint: /nost wallet remove purse, then nost wallet add purse/ };
  await assert.rejects(openWallet(wallet, world), again);
  const absent = withKeychain(world, { behaviour: 'error', text: 'Could not connect: No such file' });
  await assert.rejects(openWallet(wallet, absent), (error: Error & { hint: string }) => {
    assert.match(error.message, /^the wallet purse: no desktop session here/);
    assert.match(error.hint, /nost wallet add NAME --store file/);
    return !error.hint.includes('NOSTR_SECRET_KEY'); // that is another key
  });
});

test('a keychain that is locked is no reason for a less safe place', { skip }, async () => {
  const locked = { behaviour: 'error', text: 'Cannot create an item in a locked collection' } as const;
  const world = withKeychain(fresh(), locked);
  const auto = keep(world, 'purse', uriOf(A), { ...PLAIN, store: 'auto', insecure: false });
  await assert.rejects(auto, { code: 'keychain_locked' });
  assert.deepEqual(await new Wallets(world).list(), []);
});

test('neither a name nor a connection is taken twice, nor the key of an account', async () => {
  const world = fresh();
  await keep(world);
  await assert.rejects(keep(world, 'purse', uriOf(C)), { code: 'name_taken' });
  await assert.rejects(keep(world, 'other'), { code: 'account_exists' });
  const place = await preparePlace('plain', { insecure: true, security: 'untracked', line: '' }, world);
  await keepKey(Uint8Array.from(C.secretKey), 'me', place, world);
  await assert.rejects(keep(world, 'other', uriOf(C)), { code: 'account_exists' });
  assert.deepEqual(
    (await new Wallets(world).list()).map(({ name }) => name),
    ['purse'],
  );
});

test('another key in its place is not used, and a damaged file is told', async () => {
  const world = fresh();
  const { wallet, path } = await keep(world);
  writeFileSync(path!, `${C.secretHex}\n`, { mode: 0o600 });
  await assert.rejects(openWallet(wallet, world), { code: 'wrong_key', hint: /^Add it again: / });
  const file = join(folderOf(world), readdirSync(folderOf(world))[0]!);
  for (const change of [
    { relays: [] },
    { wallet: 'x' },
    { store: 'command' },
    { name: 'other' },
    { created: '1' },
  ]) {
    writeFileSync(file, JSON.stringify({ ...wallet, ...change }), { mode: 0o600 });
    await assert.rejects(new Wallets(world).list(), { code: 'wallet_damaged' }, JSON.stringify(change));
  }
});

test('no message quotes a URI that is wrong', async () => {
  for (const text of [
    uriOf(A).replace('wallet', 'walet'),
    uriOf(A).slice(0, -20),
    uriOf(A).replace(/secret=0/, 'secret=x'),
  ])
    await assert.rejects(
      keep(fresh(), 'purse', text.replace(/&lud16.*/, '')),
      (error: Error & { code: string }) => {
        assert.equal(error.code, 'bad_secret');
        assert.ok(!error.message.includes('000000'));
        return true;
      },
    );
});
