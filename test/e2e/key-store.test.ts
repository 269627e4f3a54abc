// Keys and accounts on disk: killed at any step the old or the new state is there, never half of one; and many
// programs at once lose nothing.
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { bytesToHex } from '../../src/protocol/hex.ts';
import { readAccountKey } from '../../src/signer/stores/account-key.ts';
import { type Account, Accounts } from '../../src/signer/stores/accounts.ts';
import { Installation } from '../support/installation.ts';
import { A } from '../support/people.ts';
import { signerWorld } from '../support/signer-world.ts';

const KILLER = fileURLToPath(new URL('../support/kill-at-step.js', import.meta.url));
const skip = process.platform === 'win32' ? 'signals and modes are POSIX' : false;

class Home {
  readonly nost = new Installation('fake');
  readonly items = join(this.nost.home, 'items');
  readonly env = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent', KEYTAR_FOLDER: this.items };

  constructor() {
    mkdirSync(this.items);
  }

  /** Runs a command that is killed before its n-th step; says whether it had as many. */
  async killedAt(step: number, words: readonly string[], input?: string): Promise<boolean> {
    const env = { ...this.env, NODE_OPTIONS: `--import=${KILLER}`, KILL_AT: String(step) };
    const { code, stderr } = await this.nost.run(words, { env, ...(input && { input }) });
    assert.ok(code === null || code === 0, stderr);
    return code === null;
  }

  async run(...words: string[]): Promise<void> {
    const { code, stderr } = await this.nost.run(words, { env: this.env });
    assert.equal(code, 0, stderr);
  }

  get world() {
    return signerWorld({ ...this.nost.env });
  }

  accounts(): Promise<Account[]> {
    return new Accounts(this.world).list();
  }

  /** The keys of an account's store, whether or not somebody knows of them. */
  async keyOf(account: Account): Promise<string> {
    if (account.store === 'plain') return bytesToHex(await readAccountKey(account, this.world));
    return readFileSync(join(this.items, `nost-${account.pubkey}`), 'utf8');
  }
}

/** `npm run soak` looks at every step, and longer; `npm test` at every sixth. */
const thorough = process.env['NOST_SOAK'] !== undefined;
const STRIDE = thorough ? 1 : 6;

/** Kills the command before its first step, its second … until it lives, and looks at what each left. */
async function killAtEachStep(
  words: readonly string[],
  look: (home: Home, step: number) => Promise<void>,
  prepare: (home: Home) => Promise<void> = async () => {},
  input?: string,
): Promise<number> {
  for (let step = 1; ; step += STRIDE) {
    const home = new Home();
    await prepare(home);
    const wasKilled = await home.killedAt(step, words, input);
    await look(home, wasKilled ? step : 0);
    home.nost.remove();
    if (!wasKilled) return step;
    assert.ok(step < 100);
  }
}

/** Another try makes the account, or finishes the one that was begun and says that the name is taken: no more is needed. */
async function tryAgain(home: Home, words: readonly string[]): Promise<void> {
  const { code, stderr } = await home.nost.run(words, { env: home.env });
  if (code !== 0) assert.match(stderr, /the name "alice" is taken/);
  const [account, ...others] = await home.accounts();
  assert.deepEqual([account?.name, others], ['alice', []]);
  assert.ok((await home.keyOf(account!)).length > 60);
}

describe('killed at any step', { skip, concurrency: 2 }, () => {
  for (const store of ['plain', 'keychain'] as const) {
    const words = [
      'keygen',
      '--name',
      'alice',
      '--store',
      store,
      ...(store === 'plain' ? ['--insecure'] : []),
    ];
    test(`keygen into ${store} leaves no account, or one whose key is there`, {
      timeout: 300_000,
    }, async () => {
      const steps = await killAtEachStep(words, async (home, step) => {
        const accounts = await home.accounts();
        if (step === 0) assert.equal(accounts.length, 1);
        for (const account of accounts) assert.ok((await home.keyOf(account)).length > 60);
        if (accounts.length === 0 && thorough) await tryAgain(home, words);
      });
      assert.ok(steps >= 8, `it took only ${steps} steps`);
    });
  }

  const importing = ['key', 'import', '--name', 'alice', '--store', 'plain', '--insecure'];
  const prepare = async (home: Home) => {
    const { code } = await home.nost.run(importing, { env: home.env, input: A.secretHex });
    assert.equal(code, 0);
  };

  test('an import leaves the key in its place or not, and can be done again', {
    timeout: 300_000,
  }, async () => {
    await killAtEachStep(
      importing,
      async home => {
        const accounts = await home.accounts();
        if (accounts.length === 0) await prepare(home);
        const [account] = await home.accounts();
        assert.equal(await home.keyOf(account!), A.secretHex);
      },
      undefined,
      A.secretHex,
    );
  });

  test('a rename leaves the old name or the new one', { timeout: 300_000 }, async () => {
    await killAtEachStep(
      ['key', 'rename', 'alice', 'bob'],
      async (home, step) => {
        const [account, more] = await home.accounts();
        assert.equal(more, undefined);
        assert.ok(account!.name === 'bob' || (step > 0 && account!.name === 'alice'));
        assert.equal(await home.keyOf(account!), A.secretHex);
      },
      prepare,
    );
  });

  test('a removal leaves the account or nothing of it, and can be done again', {
    timeout: 300_000,
  }, async () => {
    await killAtEachStep(
      ['key', 'remove', 'alice', '--yes'],
      async home => {
        if ((await home.accounts()).length === 1) await home.run('key', 'remove', 'alice', '--yes');
        assert.deepEqual(await home.accounts(), []);
        assert.deepEqual(readdirSync(join(home.nost.env['XDG_DATA_HOME']!, 'nost/keys')), []);
      },
      prepare,
    );
  });
});

describe('at once', { skip }, () => {
  const many = thorough ? 20 : 8;
  test(`${many} keygen leave ${many} accounts, each with its key`, { timeout: 120_000 }, async () => {
    const home = new Home();
    const one = () => home.run('keygen', '--store', 'plain', '--insecure');
    await Promise.all(Array.from({ length: many }, one));
    const accounts = await home.accounts();
    assert.equal(accounts.length, many);
    for (const account of accounts) await home.keyOf(account);
    home.nost.remove();
  });

  for (const [store, count, flags] of [
    ['plain', 8, ['--store', 'plain', '--insecure']],
    ['file', thorough ? 8 : 3, ['--store', 'file']], // each encrypts, for half a second
    ['keychain', 8, ['--store', 'keychain']],
  ] as const)
    test(`of ${count} keygen with one name, one wins and the others say so (${store})`, {
      timeout: 120_000,
    }, async () => {
      const home = new Home();
      const env = { ...home.env, NOST_PASSPHRASE_COMMAND: 'echo pw' };
      const run = () => home.nost.run(['keygen', '--name', 'race', ...flags], { env });
      const ends = await Promise.all(Array.from({ length: count }, run));
      const losers = ends.filter(({ code }) => code !== 0);
      assert.equal(losers.length, count - 1, ends.map(({ stderr }) => stderr).join(''));
      for (const { code, stdout, stderr } of losers) {
        assert.deepEqual([code, stdout], [2, '']);
        assert.match(stderr, /the name "race" is taken/);
      }
      assert.equal((await home.accounts()).length, 1);
      const left =
        store === 'keychain'
          ? readdirSync(home.items)
          : readdirSync(join(home.nost.env['XDG_DATA_HOME']!, 'nost/keys'));
      assert.equal(left.length, 1, left.join());
      home.nost.remove();
    });

  test('a rename of one account and a removal of another do not lose a third that is made', {
    timeout: 120_000,
  }, async () => {
    const home = new Home();
    for (const name of ['one', 'two'])
      await home.run('keygen', '--name', name, '--store', 'plain', '--insecure');
    await Promise.all([
      home.run('key', 'rename', 'one', 'uno'),
      home.run('key', 'remove', 'two', '--yes'),
      home.run('keygen', '--name', 'three', '--store', 'plain', '--insecure'),
    ]);
    assert.deepEqual((await home.accounts()).map(({ name }) => name).sort(), ['three', 'uno']);
    home.nost.remove();
  });
});
