// The parent's side, against a helper that fails in every way; the real one is in test/e2e/keychain.test.ts.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { Failure } from '../../../../src/errors.ts';
import { Keychain } from '../../../../src/signer/stores/keychain.ts';
import { TestClock } from '../../../support/clock.ts';
import { A, B } from '../../../support/people.ts';
import { type FakeKeychain, signerWorld, withKeychain } from '../../../support/signer-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'nost-keychain-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const skip = process.platform === 'win32' ? 'the fake needs a shell' : false;

function keychain(fake: FakeKeychain, variables = {}): Keychain {
  return new Keychain(withKeychain(signerWorld({ PATH: process.env['PATH'], ...variables }), fake));
}

async function failure(run: Promise<unknown>): Promise<Failure> {
  const error = await run.then(
    () => assert.fail('it should have failed'),
    (error: unknown) => error,
  );
  assert.ok(error instanceof Failure, String(error));
  assert.equal(error.kind, 'signer');
  return error;
}

test('what is kept comes back, until it is deleted', { skip }, async () => {
  const chain = keychain({ behaviour: 'store', folder });
  await chain.canary();
  await chain.set(A.publicKey, A.secretKey);
  assert.deepEqual(await chain.get(A.publicKey), A.secretKey);
  await chain.delete(A.publicKey);
  assert.equal((await failure(chain.get(A.publicKey))).code, 'keychain_missing');
});

test('silence is no answer about a key when nobody can say that the keychain is open', { skip }, async () => {
  const world = withKeychain(signerWorld({ PATH: '/nonexistent' }), {
    behaviour: 'error',
    text: 'Cannot create an item in a locked collection',
  });
  assert.equal((await failure(new Keychain(world).get(A.publicKey))).code, 'keychain_locked');
});

for (const [fake, code] of [
  [{ behaviour: 'segv' }, 'keychain_crashed'],
  [{ behaviour: 'exit' }, 'keychain_crashed'],
  [{ behaviour: 'garbage' }, 'keychain_crashed'],
  [{ behaviour: 'error', text: 'User canceled the operation.' }, 'keychain_denied'],
  [{ behaviour: 'error', text: 'Timeout was reached' }, 'keychain_timeout'],
  [{ behaviour: 'error', text: 'libsecret-1.so.0: cannot open shared object file' }, 'keychain_no_library'],
  [{ behaviour: 'error', text: 'whatever' }, 'keychain_failed'],
] as const) {
  test(`a helper that does ${Object.values(fake).join(' ')}: ${code}`, { skip }, async () => {
    assert.equal((await failure(keychain(fake).get(A.publicKey))).code, code);
  });
}

test('a helper that never answers is ended at the limit, and leaves nothing', { skip }, async t => {
  const clock = new TestClock(t);
  const chain = keychain({ behaviour: 'silent' }, { NOST_KEYCHAIN_TIMEOUT: '0.7' });
  const waiting = failure(chain.set(B.publicKey, B.secretKey));
  await clock.passUntilSettled(waiting);
  const error = await waiting;
  assert.equal(error.code, 'keychain_timeout');
  assert.match(error.message, /within 0.7 s/);
  const left = execFileSync('ps', ['-eo', 'ppid,args'], { encoding: 'utf8' });
  assert.ok(
    !left
      .split('\n')
      .some(line => line.trim().startsWith(`${process.pid} `) && line.includes('fake-keychain-helper')),
  );
});

test('a limit that is no duration is an error, not no limit', { skip }, async () => {
  assert.match(
    (await failure(keychain({ behaviour: 'silent' }, { NOST_KEYCHAIN_TIMEOUT: 'soon' }).canary())).message,
    /NOST_KEYCHAIN_TIMEOUT/,
  );
  assert.match(
    (await failure(keychain({ behaviour: 'silent' }, { NOST_KEYCHAIN_TIMEOUT: '30d' }).canary())).message,
    /NOST_KEYCHAIN_TIMEOUT: "30d" is too long to wait/,
  );
});

test('an interruption ends the wait', { skip }, async () => {
  const controller = new AbortController();
  const world = { ...withKeychain(signerWorld(), { behaviour: 'silent' }), signal: controller.signal };
  const waiting = failure(new Keychain(world).get(A.publicKey));
  controller.abort();
  assert.equal((await waiting).code, 'keychain_aborted');
});

test('without a bus nobody is asked: the helper is not even started', { skip }, async () => {
  const world = { ...signerWorld(), helper: ['/no/such/helper'] };
  assert.equal((await failure(new Keychain(world).get(A.publicKey))).code, 'keychain_no_bus');
});

test('the file backend of libsecret needs no bus', { skip }, async () => {
  const world = withKeychain(signerWorld({ SECRET_BACKEND: 'file' }), { behaviour: 'store', folder });
  const { DBUS_SESSION_BUS_ADDRESS: _, ...env } = world.env;
  await new Keychain({ ...world, env }).canary();
});

test('the helper inherits no secret of ours and nothing that steers Node, and may leave no core', {
  skip,
}, async () => {
  const file = join(folder, 'inherited');
  const variables = {
    NOST_AS: 'alice',
    NOST_PASSPHRASE_COMMAND: 'x',
    NOSTR_SECRET_KEY: A.secretHex,
    NODE_OPTIONS: '--no-warnings',
    LANG: 'de_DE.UTF-8',
    HOME: '/home/x',
  };
  await keychain({ behaviour: 'environment', file }, variables).set(A.publicKey, A.secretKey);
  const text = readFileSync(file, 'utf8');
  assert.ok(!text.includes(A.secretHex) && !text.includes('nsec1'));
  const { env, core } = JSON.parse(text);
  assert.deepEqual(
    Object.keys(env).filter(name => /^(?:NOST|NODE_|LANG)/.test(name)),
    [],
  );
  assert.deepEqual([env.HOME, env.LC_ALL], ['/home/x', 'C.UTF-8']);
  if (process.platform === 'linux') assert.equal(core, '0');
});

test('what the doctor sees is told without a key', { skip }, async () => {
  const well = await keychain({ behaviour: 'store', folder }).inspect();
  assert.equal(well.state, 'ok');
  const ill = await keychain({ behaviour: 'segv' }).inspect();
  assert.equal(ill.state, 'crashed');
  assert.match(ill.message!, /crashed/);
  assert.equal((await new Keychain(signerWorld()).inspect()).state, 'no_bus');
});

test('a person at the terminal is told what is waited for', { skip }, async t => {
  const clock = new TestClock(t);
  const world = withKeychain(signerWorld({ NOST_KEYCHAIN_TIMEOUT: '2.5' }, []), { behaviour: 'silent' });
  const waiting = failure(new Keychain(world).canary());
  await clock.pass(1999);
  assert.deepEqual(world.notes, []);
  await clock.passUntilSettled(waiting);
  assert.deepEqual(world.notes, ['Waiting for you to unlock the keychain…']);
});
