// What signs when no flag and no variable names a key.
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { Failure } from '../../../src/errors.ts';
import type { Variables } from '../../../src/signer/environment.ts';
import { keepKey, preparePlace } from '../../../src/signer/keeping.ts';
import { resolveSigner, type SourceFlags } from '../../../src/signer/ladder.ts';
import { Accounts } from '../../../src/signer/stores/accounts.ts';
import { A, B, C } from '../../support/people.ts';
import { type SignerWorld, signerWorld } from '../../support/signer-world.ts';

const root = mkdtempSync(join(tmpdir(), 'nost-chosen-'));
after(() => rmSync(root, { recursive: true, force: true }));

const credentials = join(root, 'credentials');
mkdirSync(credentials);
writeFileSync(join(credentials, 'nost-sec'), B.secretHex, { mode: 0o440 });

const HOME = { HOME: join(root, 'home') };
const world = (variables: Variables = {}) => signerWorld({ ...HOME, ...variables });

for (const [name, { secretKey }] of Object.entries({ alice: A, bob: B })) {
  const place = await preparePlace(
    'plain',
    { insecure: true, security: 'secure', line: 'nost keygen' },
    world(),
  );
  await keepKey(Uint8Array.from(secretKey), name, place, world());
}

async function author(flags: SourceFlags, environment: SignerWorld): Promise<string> {
  const signer = await resolveSigner(flags, environment);
  signer.close();
  return signer.publicKey;
}

const code = (wanted: string) => (error: unknown) => error instanceof Failure && error.code === wanted;

test('the first account that was made signs, and a person is told so', async () => {
  const first = world();
  assert.equal(await author({}, first), A.publicKey);
  assert.deepEqual(first.notes, ['using the key of alice, the default account']);
});

test('accounts from before that rule choose nothing; the error names them', async () => {
  await new Accounts(world()).use(await new Accounts(world()).find('alice'));
  rmSync(join(HOME.HOME, '.config/nost/account'));
  await assert.rejects(author({}, world()), error => {
    assert.ok(code('no_key')(error));
    assert.match((error as Failure).hint!, /^Accounts: alice.* --as alice.*nost key use alice$/m);
    return true;
  });
});

test('--as and NOST_AS name an account, before every variable with a key', async () => {
  const others = { NOSTR_SECRET_KEY: C.secretHex, CREDENTIALS_DIRECTORY: credentials };
  const flagged = world(others);
  assert.equal(await author({ as: 'alice' }, flagged), A.publicKey);
  assert.match(flagged.details.join(), /--as goes before NOSTR_SECRET_KEY/);
  assert.equal(await author({}, world({ ...others, NOST_AS: 'alice' })), A.publicKey);
  assert.equal(await author({ as: 'bob' }, world({ NOST_AS: 'alice' })), B.publicKey);
});

test('after the variables comes the credential, after it the account that was chosen', async () => {
  await new Accounts(world()).use(await new Accounts(world()).find('alice'));
  const named = { CREDENTIALS_DIRECTORY: credentials, NOSTR_SECRET_KEY: C.secretHex };
  assert.equal(await author({}, world(named)), C.publicKey);
  assert.equal(await author({}, world({ CREDENTIALS_DIRECTORY: credentials })), B.publicKey);
  assert.equal(await author({}, world({ CREDENTIALS_DIRECTORY: root })), A.publicKey);
  assert.equal(await author({}, world()), A.publicKey);
});

test('a credential that fails is not passed over', async () => {
  const folder = join(root, 'bad');
  mkdirSync(folder);
  writeFileSync(join(folder, 'nost-sec'), 'hunter2', { mode: 0o400 });
  await assert.rejects(author({}, world({ CREDENTIALS_DIRECTORY: folder })), code('bad_secret'));
});

test('an index that others may write signs nothing', { skip: process.getuid === undefined }, async () => {
  const folder = join(HOME.HOME, '.config', 'nost', 'accounts');
  chmodSync(folder, 0o777);
  await assert.rejects(author({ as: 'alice' }, world()), code('config_permissions'));
  await assert.rejects(author({}, world()), code('config_permissions'));
  chmodSync(folder, 0o700);
});
