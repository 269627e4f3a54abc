import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { inspect } from 'node:util';
import { Failure, SignerError, UsageError } from '../../../src/errors.ts';
import { bytesToHex, hexToBytes } from '../../../src/protocol/hex.ts';
import { publicKeyOf } from '../../../src/protocol/keys.ts';
import { checkEvent } from '../../../src/protocol/signature.ts';
import type { SignerEnvironment, Variables } from '../../../src/signer/environment.ts';
import { claimsStdin, nameSource, resolveSigner, type SourceFlags } from '../../../src/signer/ladder.ts';
import { npubOf } from '../../../src/signer/stores/accounts.ts';
import { type SignerWorld, signerWorld } from '../../support/signer-world.ts';

const HEX = '67dea2ed018072d675f5415ecfaed7d2597555e202d85b3d65ea4e58d2d92ffa';
const NSEC = 'nsec1vl029mgpspedva04g90vltkh6fvh240zqtv9k0t9af8935ke9laqsnlfe5';
const PUBKEY = '7e7e9c42a91bfef19fa929e5fda1b72e0ebc1a4c1141673e2794234d86addf4e';
/** The key 3, from BIP-340's first vector. */
const OTHER_HEX = '0000000000000000000000000000000000000000000000000000000000000003';
const OTHER_PUBKEY = 'f9308a019258c31049344f85f89d5229b531c845836f99b08601f113bce036f9';

const folder = mkdtempSync(join(tmpdir(), 'nost-ladder-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function keyFile(name: string, content: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, content, { mode });
  return path;
}

const GOOD = keyFile('good', `${NSEC}\n`);

/** An environment in which only the variables given are set, and nobody sits at the terminal unless they type. */
function world(variables: Variables = {}, typed?: string): SignerWorld {
  return signerWorld(
    { XDG_CONFIG_HOME: folder, ...variables },
    typed === undefined ? undefined : [typed, typed, typed],
  );
}

async function failure(flags: SourceFlags, environment: SignerEnvironment): Promise<Failure> {
  try {
    await resolveSigner(flags, environment);
  } catch (error) {
    assert.ok(error instanceof Failure, inspect(error));
    return error;
  }
  assert.fail('a signer was made');
}

async function author(flags: SourceFlags, environment: SignerEnvironment): Promise<string> {
  const signer = await resolveSigner(flags, environment);
  signer.close();
  return signer.publicKey;
}

test('each source gives its signer', async () => {
  assert.equal(await author({ secFile: GOOD }, world()), PUBKEY);
  assert.equal(await author({ promptSec: true }, world({}, ` ${HEX} `)), PUBKEY);
  assert.equal(await author({}, world({ NOSTR_SECRET_KEY: NSEC })), PUBKEY);
  assert.equal(await author({}, world({ NOSTR_SECRET_KEY: `${HEX.toUpperCase()}\n` })), PUBKEY);
  assert.equal(await author({}, world({ NOSTR_SECRET_KEY_FILE: GOOD })), PUBKEY);
});

test('the signer that comes out signs events that verify', async () => {
  const signer = await resolveSigner({ secFile: GOOD }, world());
  const event = await signer.sign({ kind: 1, created_at: 1, tags: [], content: '' });
  assert.equal(event.pubkey, PUBKEY);
  assert.equal(checkEvent(event), undefined);
});

test('a flag goes before the environment, and the key before the path of a key', async () => {
  const both = { NOSTR_SECRET_KEY: OTHER_HEX, NOSTR_SECRET_KEY_FILE: GOOD };
  assert.equal(await author({ secFile: GOOD }, world(both)), PUBKEY);
  assert.equal(await author({ promptSec: true }, world(both, HEX)), PUBKEY);
  assert.equal(await author({}, world(both)), OTHER_PUBKEY);
  assert.equal(nameSource({}, world({ ...both, NOST_AS: 'alice' }))?.type, 'account');
});

test('any two flags are a usage error that names them', async () => {
  const flags = { secFile: GOOD, secFd: 9, promptSec: true, as: 'alice' };
  const names = { secFile: '--sec-file', secFd: '--sec-fd', promptSec: '--prompt-sec', as: '--as' };
  const keys = Object.keys(flags) as (keyof typeof flags)[];
  for (const a of keys) {
    for (const b of keys.slice(keys.indexOf(a) + 1)) {
      const error = await failure({ [a]: flags[a], [b]: flags[b] }, world());
      assert.ok(error instanceof UsageError);
      assert.equal(error.code, 'two_keys');
      assert.ok(error.message.includes(`${names[a]} and ${names[b]}`), error.message);
    }
  }
});

test('what is typed and no key is asked for again, three times at most', async () => {
  const typed = (...answers: string[]) => signerWorld({}, answers);
  const mistyped = typed('hunter2', npubOf(PUBKEY), HEX);
  assert.equal(await author({ promptSec: true }, mistyped), PUBKEY);
  assert.deepEqual(mistyped.notes, [
    'what you typed holds neither an nsec nor 64 hex digits nor an ncryptsec; try again',
    'what you typed holds a public key (npub); signing needs the secret one (nsec); try again',
  ]);
  const error = await failure({ promptSec: true }, typed('1', '2', '3', HEX));
  assert.equal(error.code, 'bad_secret');
  assert.match(error.message, /^what you typed holds neither/);
});

test('a flag that was not given is no source: false and undefined', () => {
  assert.equal(nameSource({ promptSec: false, secFile: undefined, as: undefined }, world()), undefined);
});

test('nothing named: no key, one line for each way to give one, and nothing invented', async () => {
  const error = await failure({}, world());
  assert.ok(error instanceof SignerError);
  assert.equal(error.code, 'no_key');
  const ways = error.hint!.split('\n').map(line => line.split(' ')[0]);
  assert.deepEqual(ways, [
    'nost',
    '--sec-file',
    '--sec-fd',
    '--prompt-sec',
    '--as',
    'NOSTR_SECRET_KEY',
    'NOSTR_SECRET_KEY_FILE',
  ]);
});

test('a named source that fails ends it, though a good one stands below', async () => {
  const good = { NOSTR_SECRET_KEY: NSEC, NOSTR_SECRET_KEY_FILE: GOOD };
  const cases: [SourceFlags, SignerEnvironment, string][] = [
    [{ secFile: join(folder, 'missing') }, world(good), 'key_file_missing'],
    [{ secFile: keyFile('loose', NSEC, 0o644) }, world(good), 'key_file_permissions'],
    [{ secFile: keyFile('bad', `${NSEC}q`) }, world(good), 'bad_secret'],
    [{ secFd: 99_999 }, world(good), 'descriptor_not_open'],
    [{ promptSec: true }, world(good), 'no_terminal'],
    [{ promptSec: true }, world(good, ''), 'bad_secret'],
    [{ as: 'alice' }, world(good), 'no_account'],
    [{}, world({ ...good, NOST_AS: 'alice' }), 'no_account'],
    [{}, world({ ...good, NOST_AS: '' }), 'bad_secret'],
    [{}, world({ ...good, NOSTR_SECRET_KEY: 'hunter2' }), 'bad_secret'],
    [{}, world({ NOSTR_SECRET_KEY_FILE: join(folder, 'missing') }), 'key_file_missing'],
  ];
  for (const [flags, environment, code] of cases) {
    const error = await failure(flags, environment);
    assert.equal(error.kind, 'signer');
    assert.equal(error.code, code);
  }
});

test('a variable set to nothing is named: it fails instead of falling to another key', async () => {
  for (const variables of [
    { NOSTR_SECRET_KEY: '', NOSTR_SECRET_KEY_FILE: GOOD },
    { NOSTR_SECRET_KEY: ' \n', NOSTR_SECRET_KEY_FILE: GOOD },
    { NOSTR_SECRET_KEY_FILE: '' },
  ]) {
    const error = await failure({}, world(variables));
    assert.ok(error instanceof SignerError);
    assert.match(error.message, /^NOSTR_SECRET_KEY(_FILE)? is set, but empty$/);
    assert.match(error.hint!, /unset NOSTR_SECRET_KEY/);
  }
});

test('a key given where its path or account belongs is refused and not repeated', async () => {
  for (const secret of [NSEC, NSEC.slice(0, -1), HEX, HEX.slice(1), HEX.toUpperCase(), `bunker://${HEX}`]) {
    for (const flags of [{ secFile: secret }, { as: secret }]) {
      const error = await failure(flags, world());
      assert.equal(error.kind, 'usage');
      assert.equal(error.code, 'secret_in_argv');
      assert.ok(!inspect(error).includes(secret));
    }
    const error = await failure({}, world({ NOSTR_SECRET_KEY_FILE: secret }));
    assert.equal(error.code, 'bad_secret');
    assert.match(error.hint!, /NOSTR_SECRET_KEY/);
    assert.ok(!inspect(error).includes(secret));
  }
});

test('a file may have a name that only begins like a key', async () => {
  assert.equal(await author({ secFile: keyFile('nsec1.txt', NSEC) }, world()), PUBKEY);
  assert.equal(nameSource({ secFile: 'nsec1.txt' }, world())?.type, 'file');
});

test('a key of digits only, taken for a descriptor, is not repeated', async () => {
  const error = await failure({ secFd: Number('1234567890'.repeat(6)) }, world());
  assert.equal(error.code, 'bad_descriptor');
  assert.ok(!inspect(error).includes('1234'));
});

test('an empty path or account is a usage error', async () => {
  assert.equal((await failure({ secFile: '' }, world())).kind, 'usage');
  assert.equal((await failure({ as: '' }, world())).kind, 'usage');
});

/** The example of NIP-49: log_n 16. */
const ENCRYPTED =
  'ncryptsec1qgg9947rlpvqu76pj5ecreduf9jxhselq2nae2kghhvd5g7dgjtcxfqtd67p9m0w57lspw8gsq6yphnm8623nsl8xn9j4jdzz84zm3frztj3z7s35vpzmqf6ksu8r89qk5z2zxfmu5gv8th8wclt0h4p';
const ENCRYPTED_PUBKEY = publicKeyOf(
  hexToBytes('3501454135014541350145413501453fefb02227e449e57cf4d3a3ce05378683'),
);

test('an encrypted key opens with its passphrase, from any source', async () => {
  const file = keyFile('encrypted', `${ENCRYPTED}\n`);
  const passphrase = { NOST_PASSPHRASE_FILE: keyFile('passphrase', 'nostr\n') };
  assert.equal(await author({ secFile: file }, world(passphrase)), ENCRYPTED_PUBKEY);
  assert.equal(await author({}, world({ ...passphrase, NOSTR_SECRET_KEY: ENCRYPTED })), ENCRYPTED_PUBKEY);
  const asked = world({}, 'nostr');
  assert.equal(await author({ secFile: file }, asked), ENCRYPTED_PUBKEY);
  assert.match(asked.questions[0]!, /^Passphrase of --sec-file/);
});

test('an encrypted key without its passphrase, or with another, or damaged, signs nothing', async () => {
  const file = keyFile('encrypted', ENCRYPTED);
  const damaged = keyFile('damaged', `${ENCRYPTED.slice(0, -1)}q`);
  assert.equal((await failure({ secFile: file }, world())).code, 'no_passphrase');
  assert.equal((await failure({ secFile: file }, world({}, 'Nostr'))).code, 'wrong_passphrase');
  const unasked = world({}, 'nostr');
  assert.equal((await failure({ secFile: damaged }, unasked)).code, 'bad_secret');
  assert.deepEqual(unasked.questions, []);
});

test('a remote signer is recognised, from any source', async () => {
  const secret = `bunker://${HEX}?relay=wss://a.com&secret=opensesame`;
  for (const error of [
    await failure({ secFile: keyFile('other-form', secret) }, world()),
    await failure({ promptSec: true }, world({}, secret)),
    await failure({}, world({ NOSTR_SECRET_KEY: secret })),
  ]) {
    assert.equal(error.code, 'unsupported_secret');
    assert.match(error.message, /not yet supported/);
    assert.ok(!inspect(error).includes('opensesame'));
  }
});

test('a file under $CREDENTIALS_DIRECTORY may be readable by others', async () => {
  const secFile = keyFile('credential', NSEC, 0o644);
  assert.equal((await failure({ secFile }, world())).code, 'key_file_permissions');
  assert.equal(await author({ secFile }, world({ CREDENTIALS_DIRECTORY: folder })), PUBKEY);
  assert.equal(
    (await failure({ secFile }, world({ CREDENTIALS_DIRECTORY: '' }))).code,
    'key_file_permissions',
  );
});

test('the program is told each secret it loads, and none that failed', async () => {
  const told: string[] = [];
  const onSecret = (secret: Uint8Array) => told.push(bytesToHex(secret));
  await resolveSigner({ secFile: GOOD }, { ...world(), onSecret });
  await failure({ promptSec: true }, { ...world({}, 'hunter2'), onSecret });
  assert.deepEqual(told, [HEX]);
});

test('the signal reaches the question on the terminal', async () => {
  const { signal } = new AbortController();
  let seen: AbortSignal | undefined;
  const promptHidden = async (_text: string, options?: { signal?: AbortSignal | undefined }) => {
    seen = options?.signal;
    return HEX;
  };
  await resolveSigner({ promptSec: true }, { ...world(), signal, promptHidden });
  assert.equal(seen, signal);
});

test('a descriptor that is not open fails when it is named, before a socket can get its number', () => {
  for (const flags of [{ secFd: 5000 }, { secFile: '/dev/fd/5000' }]) {
    assert.throws(
      () => nameSource(flags, world()),
      (error: unknown) => error instanceof SignerError && error.code === 'descriptor_not_open',
    );
  }
  assert.throws(() => nameSource({ secFd: 1 }, world()), UsageError);
});

test('an open descriptor gives its signer, once', async () => {
  const secFd = openSync(GOOD, 'r');
  assert.equal(await author({ secFd }, world()), PUBKEY);
  assert.equal((await failure({ secFd }, world())).code, 'descriptor_not_open');
});

test('naming a source reads nothing, and tells whether it would take stdin', () => {
  const claims = (flags: SourceFlags, variables: Variables = {}) =>
    claimsStdin(nameSource(flags, world(variables)));
  assert.equal(claims({ secFd: 0 }), true);
  assert.equal(claims({ secFile: '-' }), true);
  assert.equal(claims({ secFile: '/dev/stdin' }), true);
  assert.equal(claims({}, { NOSTR_SECRET_KEY_FILE: '/dev/fd/0' }), true);
  const fd = openSync(GOOD, 'r');
  assert.equal(claims({ secFd: fd }), false);
  assert.equal(claims({ secFile: `/dev/fd/${fd}` }), false);
  closeSync(fd);
  assert.equal(claims({ secFile: '/there/is/no/such/file' }), false);
  assert.equal(claims({ promptSec: true }), false);
  assert.equal(claims({}), false);
});
