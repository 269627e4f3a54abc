// The keychain as it is: a real Secret Service, the real keytar, the built program. And where reality cannot be had
// on demand (a crash, a refusal), a keytar that behaves so.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { bytesToHex } from '../../src/protocol/hex.ts';
import { publicKeyOf } from '../../src/protocol/keys.ts';
import { decodeEntity } from '../../src/protocol/nip19.ts';
import { type Ended, Installation, type Keytar, type RunOptions } from '../support/installation.ts';
import { describeKeyring, type Keyring, startKeyring } from '../support/keyring.ts';
import { A } from '../support/people.ts';
import { startNost } from '../support/relays.ts';

const installations = new Map<Keytar, Installation>();
after(() => {
  for (const installation of installations.values()) installation.remove();
});

/** One of each kind; tests that need an empty home make their own. */
function installed(keytar: Keytar): Installation {
  if (!installations.has(keytar)) installations.set(keytar, new Installation(keytar));
  return installations.get(keytar)!;
}

/** A relay that is gone after the test, however it ends. */
async function relayFor(t: TestContext, options: Parameters<typeof startNost>[0] = {}) {
  const relay = await startNost(options);
  t.after(() => relay.close());
  return relay;
}

interface LogLine {
  type: string;
  code: string;
  message: string;
  hint: string;
}

function lastError(ended: Ended): LogLine {
  const errors = ended.stderr
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line) as LogLine)
    .filter(({ type }) => type === 'error');
  assert.equal(errors.length, 1, ended.stderr);
  return errors[0]!;
}

function secretHexOf(nsec: string): string {
  const entity = decodeEntity(nsec);
  assert.ok(entity.type === 'nsec');
  return bytesToHex(entity.secretKey);
}

/** Nothing of the secret in any form. */
function assertHides(text: string, nsec: string): void {
  for (const form of [nsec, nsec.slice(5), secretHexOf(nsec)]) {
    assert.ok(!text.toLowerCase().includes(form), 'a secret was told');
  }
}

describeKeyring('a key in a real keychain', () => {
  let keyring: Keyring;
  const nost = installed('real');
  const run = (args: string[], options: RunOptions = {}) =>
    nost.run(args, {
      ...options,
      env: { ...keyring.env, XDG_DATA_HOME: nost.env['XDG_DATA_HOME'], ...options.env },
    });

  before(async () => {
    keyring = await startKeyring();
  });
  after(() => keyring.close());

  test('is made, signs, is exported and removed', { timeout: 120_000 }, async t => {
    const made = await run(['keygen', '--name', 'alice']);
    assert.equal(made.code, 0, made.stderr);
    const { npub, pubkey, name, store, path } = JSON.parse(made.stdout);
    assert.deepEqual([name, store, path], ['alice', 'keychain', null]);
    assert.match(made.stderr, /in the keychain/);

    const nsec = keyring.lookup(pubkey)!;
    assert.equal(publicKeyOf(Buffer.from(secretHexOf(nsec), 'hex')), pubkey);
    assertHides(made.stdout + made.stderr, nsec);

    const relay = await relayFor(t);
    const sent = await run(['publish', '--as', 'alice', '-v', '-m', 'hello', relay.url]);
    const read = await run(['req', '-a', npub, relay.url]);
    assert.equal(sent.code, 0, sent.stderr);
    assert.equal(read.stdout, sent.stdout);
    assert.equal(JSON.parse(read.stdout).pubkey, pubkey);

    const refused = await run(['key', 'export', 'alice', '--reveal']);
    assert.deepEqual([refused.code, refused.stdout], [2, '']);
    const exported = await run(['key', 'export', 'alice', '--reveal', '--yes']);
    assert.equal(JSON.parse(exported.stdout).nsec, nsec);

    const doubted = await run(['key', 'remove', 'alice']);
    assert.equal(doubted.code, 2);
    assert.equal(keyring.lookup(pubkey), nsec);
    const removed = await run(['key', 'remove', 'alice', '--yes']);
    assert.equal(removed.code, 0, removed.stderr);
    assert.equal(keyring.lookup(pubkey), undefined);
    assert.equal((await run(['key', 'list'])).stdout, '');
    assert.equal((await run(['publish', '--as', 'alice', '-m', 'x', '--dry-run'])).code, 6);

    const back = await run(['key', 'import', '--name', 'alice'], { input: `${nsec}\n` });
    assert.equal(back.code, 0, back.stderr);
    assert.equal(keyring.lookup(pubkey), nsec);
    for (const text of [sent, read, refused, doubted, removed, back])
      assertHides(text.stdout + text.stderr, nsec);
    assert.deepEqual(nost.processes, []);
  });

  test('signs for a chosen account, also when a relay asks who it is', { timeout: 60_000 }, async t => {
    assert.equal((await run(['key', 'use', 'alice'])).code, 0);
    const { pubkey } = JSON.parse((await run(['key', 'show'])).stdout);
    const relay = await relayFor(t, { auth: true });
    const sent = await run(['publish', '--auth', '-m', 'hello', relay.url]);
    const read = await run(['req', '--auth', '-a', pubkey, relay.url]);
    assert.equal(sent.code, 0, sent.stderr);
    assert.equal(read.stdout, sent.stdout);
  });

  test('the doctor names the keyring program and shows no value', { timeout: 60_000 }, async () => {
    const seen = await run(['key', 'doctor', '--json']);
    assert.equal(seen.code, 0, seen.stderr);
    const { state, backend, locked, latency_ms } = JSON.parse(seen.stdout);
    assert.deepEqual([state, backend, locked], ['ok', 'gnome-keyring-daemon', false]);
    assert.ok(latency_ms > 0);
  });

  test('twenty made at once are twenty', { timeout: 300_000 }, async () => {
    const env = { NOST_KEYCHAIN_TIMEOUT: '120' };
    const made = await Promise.all(Array.from({ length: 20 }, () => run(['keygen'], { env })));
    assert.deepEqual(
      made.map(({ code, stderr }) => (code === 0 ? 0 : stderr)),
      made.map(() => 0),
    );
    const pubkeys = made.map(({ stdout }) => JSON.parse(stdout).pubkey as string);
    const listed = (await run(['key', 'list'])).stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).pubkey);
    assert.equal(new Set(pubkeys).size, 20);
    for (const pubkey of pubkeys) {
      assert.ok(listed.includes(pubkey));
      assert.ok(keyring.lookup(pubkey)?.startsWith('nsec1'));
    }
  });
});

/** What a state must show: on signing, and on making a key, within its time, with nothing left behind. */
interface State {
  code: string;
  text: RegExp;
  hint: RegExp;
  keytar?: Keytar;
  variant?: '--no-collection' | '--no-service';
  env?: Record<string, string | undefined>;
  enter?: (keyring: Keyring, pubkey: string) => void;
  leave?: (keyring: Keyring) => void;
  /** Without it, keygen has a working keychain. */
  keygen?: false;
}

const STATES: Readonly<Record<string, State>> = {
  'no library': {
    code: 'keychain_no_library',
    text: /library libsecret is not installed/,
    hint: /^(?=.*apt install libsecret-1-0).*--store file/s,
    keytar: 'without libsecret',
  },
  'no keytar': {
    code: 'keychain_no_library',
    text: /library libsecret is not installed/,
    hint: /--store file/,
    keytar: 'none',
  },
  'no bus': {
    code: 'keychain_no_bus',
    text: /no desktop session here/,
    hint: /--store file/,
    env: { DBUS_SESSION_BUS_ADDRESS: undefined, XDG_RUNTIME_DIR: undefined, DISPLAY: ':99' },
  },
  'a dead bus': {
    code: 'keychain_no_bus',
    text: /no desktop session here/,
    hint: /--store file/,
    env: { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' },
  },
  'no service': {
    code: 'keychain_no_service',
    text: /no keyring program answers/,
    hint: /gnome-keyring, KWallet or KeePassXC/,
    variant: '--no-service',
  },
  'no collection': {
    code: 'keychain_no_collection',
    text: /no default collection/,
    hint: /log in to a desktop once/,
    variant: '--no-collection',
  },
  locked: {
    code: 'keychain_locked',
    text: /the keychain is locked/,
    hint: /Unlock it and try again.*nothing was changed/,
    enter: keyring => keyring.lock(),
  },
  timeout: {
    code: 'keychain_timeout',
    text: /did not answer within 1 s/,
    hint: /NOST_KEYCHAIN_TIMEOUT/,
    env: { NOST_KEYCHAIN_TIMEOUT: '1' },
    enter: keyring => keyring.freeze(),
    leave: keyring => keyring.thaw(),
  },
  crashed: {
    code: 'keychain_crashed',
    text: /library crashed/,
    hint: /Unlock the keychain/,
    keytar: 'fake',
    env: { KEYTAR_FAKE: 'segv' },
  },
  denied: {
    code: 'keychain_denied',
    text: /you refused access/,
    hint: /Try again and allow it/,
    keytar: 'fake',
    env: { KEYTAR_FAKE: 'denied' },
  },
  'wrong item': {
    code: 'keychain_wrong_item',
    text: /holds a different key/,
    hint: /Nothing was signed/,
    enter: (keyring, pubkey) =>
      keyring.store(pubkey, 'nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5'),
    keygen: false,
  },
};

describeKeyring('a keychain that is', () => {
  for (const [name, state] of Object.entries(STATES)) {
    test(name, { timeout: 120_000 }, async () => {
      const keyring = await startKeyring(state.variant);
      const nost = new Installation(state.keytar ?? 'real');
      try {
        await proveState(state, keyring, nost);
      } finally {
        state.leave?.(keyring);
        nost.remove();
        await keyring.close();
      }
    });
  }
});

/** How long a call over D-Bus waits for its answer: who has ended before has not waited for one. */
const DBUS_MS = 25_000;

async function proveState(state: State, keyring: Keyring, nost: Installation): Promise<void> {
  // The account is there already; its key may be, too.
  const secret = A.secretHex;
  const config = { XDG_DATA_HOME: nost.env['XDG_DATA_HOME'] };
  const imported = await nost.run(['key', 'import', '--name', 'alice', '--store', 'plain', '--insecure'], {
    input: secret,
  });
  assert.equal(imported.code, 0, imported.stderr);
  const { npub, pubkey } = JSON.parse(imported.stdout);
  moveToKeychain(nost, npub);
  state.enter?.(keyring, pubkey);

  // What waits for the keychain's own timeout hangs, where that is not what is tested.
  const env = { NOST_KEYCHAIN_TIMEOUT: '600', ...keyring.env, ...config, ...state.env };
  const commands = [['publish', '--as', 'alice', '-m', 'x', '--dry-run']];
  if (state.keygen !== false) commands.push(['keygen', '--name', 'bob']);
  for (const words of commands) {
    const ended = await nost.run([...words, '--log-format', 'json'], {
      env,
      shell: 'ulimit -c unlimited; exec "$@"',
    });
    const { code, message, hint } = lastError(ended);
    assert.deepEqual([ended.code, ended.stdout, code], [6, '', state.code], ended.stderr);
    assert.match(message, state.text);
    assert.match(hint, state.hint);
    assert.ok(ended.ms < DBUS_MS, `${ended.ms} ms`);
    assert.ok(!ended.stderr.includes(secret));
    assert.deepEqual(nost.processes, []);
  }
  assert.deepEqual(
    readdirSync(nost.home, { recursive: true }).filter(file => /(?:^|\/)core/.test(String(file))),
    [],
  );
  const listed = await nost.run(['key', 'list'], { env });
  assert.deepEqual(JSON.parse(listed.stdout).name, 'alice'); // no bob was made
  const doctor = await nost.run(['key', 'doctor', '--json'], { env });
  if (state.keygen !== false) assert.equal(`keychain_${JSON.parse(doctor.stdout).state}`, state.code);
}

/** As if it had been kept there. */
function moveToKeychain(nost: Installation, npub: string): void {
  const file = join(nost.env['XDG_CONFIG_HOME']!, 'nost/accounts', `${npub}.json`);
  const account = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...account, store: 'keychain' }));
}

const bus = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent' };
const skip = process.platform === 'linux' ? false : 'needs /proc';

describe('a secret', { skip }, () => {
  test('is in no command line and no child’s environment, no log, no error, no core', {
    timeout: 60_000,
  }, async t => {
    const nost = new Installation('fake');
    const folder = join(nost.home, 'items');
    const snapshot = join(nost.home, 'snapshot');
    mkdirSync(folder);
    const env = { ...bus, KEYTAR_FOLDER: folder, KEYTAR_SNAPSHOT: snapshot, NOSTR_SECRET_KEY: A.secretHex };
    const relay = await relayFor(t);
    const shell = 'ulimit -c unlimited; exec "$@"';
    const runs: Ended[] = [];
    const run = async (...words: string[]) => {
      const ended = await nost.run([...words, '-v', '--log-format', 'json'], { env, shell });
      runs.push(ended);
      return ended;
    };
    assert.equal((await run('keygen', '--name', 'alice')).code, 0);
    assert.equal((await run('publish', '--as', 'alice', '-m', 'hello', relay.url)).code, 0);
    assert.equal((await run('publish', '-m', 'hello', relay.url)).code, 0); // by the variable
    const [item] = readdirSync(folder);
    const nsec = readFileSync(join(folder, item!), 'utf8');
    for (const { stdout, stderr } of runs) {
      assertHides(stdout + stderr, nsec);
      assert.ok(!(stdout + stderr).includes(A.secretHex));
    }
    const seen = readFileSync(snapshot, 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    assert.ok(seen.filter(({ self }) => self).length >= 5, 'helpers were seen at work');
    for (const { self, argv, environ, core } of seen) {
      assertHides(argv + environ, nsec);
      assert.ok(!argv.includes(A.secretHex));
      // The system shows a process's first environment for ever; that of the helper never had it.
      if (self) assert.ok(!environ.includes(A.secretHex));
      if (self) assert.equal(core, '0');
    }
    assert.deepEqual(nost.processes, []);
    nost.remove();
  });

  test('is in no message of a command that fails over it', { timeout: 60_000 }, async () => {
    const nost = installed('fake');
    const nsec = 'nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5';
    const cases: [string[], RunOptions, number][] = [
      [['publish', '-m', 'x', '--dry-run'], { env: { NOSTR_SECRET_KEY: `${nsec.slice(0, -1)}q` } }, 6],
      [['publish', '--as', nsec, '-m', 'x'], {}, 2],
      [['key', 'import', '--name', nsec], { input: nsec }, 2],
      [['key', 'import', '--name', 'x', '--store', 'plain'], { input: nsec }, 2],
      [['key', 'import', '--command', `echo ${nsec}`], {}, 2],
      [['key', 'encrypt'], { input: nsec }, 6],
      [['key', 'decrypt'], { input: nsec }, 2],
      [['publish', '--sec-fd', '0', '-', '--dry-run'], { input: nsec }, 2],
      [
        ['publish', '-', '--dry-run'],
        { input: `{"content":"${nsec}"}\n`, env: { NOSTR_SECRET_KEY: A.secretHex } },
        2,
      ],
    ];
    for (const [words, options, code] of cases) {
      for (const format of ['text', 'json']) {
        const ended = await nost.run([...words, '-v', '--log-format', format], options);
        assert.equal(ended.code, code, `${words.join(' ')}: ${ended.stderr}`);
        assertHides(ended.stdout + ended.stderr, nsec);
      }
    }
  });
});

describe('the keychain', { skip }, () => {
  test('is not touched by a command that does not sign', { timeout: 120_000 }, async t => {
    const nost = new Installation('fake');
    const log = join(nost.home, 'log');
    mkdirSync(join(nost.home, 'items'));
    const env = { ...bus, KEYTAR_FOLDER: join(nost.home, 'items'), KEYTAR_LOG: log };
    const run = (words: string[], options: RunOptions = {}) => nost.run(words, { env, ...options });
    await run(['keygen', '--name', 'alice']);
    await run(['key', 'use', 'alice']);
    assert.match(readFileSync(log, 'utf8'), /loaded/);
    const touched = readFileSync(log, 'utf8');
    const relay = await relayFor(t);
    const strict = await relayFor(t, { auth: true });
    const key = join(nost.home, 'key');
    writeFileSync(key, A.secretHex, { mode: 0o600 });
    const made = await run(['keygen', '--print-secret']);
    assert.equal(JSON.parse(made.stdout).store, null);
    const signed = await run(['publish', '--sec-file', key, '-m', 'x', relay.url]);
    for (const [words, options] of [
      [['--help']],
      [['--version', '--json']],
      [['key']],
      [['key', 'list']],
      [['key', 'show']],
      [['key', 'rename', 'alice', 'alice']],
      [['decode', JSON.parse(made.stdout).npub]],
      [['completion', 'bash']],
      [['verify'], { input: signed.stdout, env }],
      [['publish', '-', relay.url], { input: signed.stdout, env }],
      [['req', '--auth', '-l', '1', relay.url]],
      [['req', '-l', '1', strict.url]],
      [['relay-info', relay.url]],
      [['relay-ping', '-c', '1', '--throwaway', relay.url]],
      [['relay-wait', relay.url]],
      [['relay-check', relay.url]],
    ] as [string[], RunOptions?][]) {
      const { code, stderr } = await run(words, options);
      if (words[0] !== 'req' && words.length > 1) assert.equal(code, 0, `${words.join(' ')}: ${stderr}`);
      assert.equal(readFileSync(log, 'utf8'), touched, `${words.join(' ')} touched the keychain`);
    }
    await run(['req', '--auth', '-l', '1', strict.url]);
    assert.notEqual(readFileSync(log, 'utf8'), touched, 'with consent a relay’s question is answered');
    assert.ok(!/find/.test(readFileSync(log, 'utf8')));
    nost.remove();
  });

  test('a program that is killed leaves no helper waiting', { timeout: 60_000 }, async () => {
    const nost = installed('fake');
    const log = join(nost.home, 'log');
    const env = { ...bus, KEYTAR_FAKE: 'silent', KEYTAR_LOG: log, NOST_KEYCHAIN_TIMEOUT: '60' };
    const running = nost.run(['keygen'], {
      env,
      shell: '"$@" & while ! grep -q set "$KEYTAR_LOG" 2>/dev/null; do sleep 0.02; done; kill -9 $!; wait',
    });
    await running;
    while (nost.processes.length > 0) await new Promise(resolve => setImmediate(resolve));
    assert.ok(existsSync(log));
  });
});
