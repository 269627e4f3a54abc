// The messages are those that the libraries and services were seen to give.
import assert from 'node:assert/strict';
import test from 'node:test';
import { SignerError } from '../../../../src/errors.ts';
import { KeychainError, type KeychainState, stateOf } from '../../../../src/signer/stores/keychain-state.ts';

const TEXTS: Readonly<Partial<Record<KeychainState, readonly string[]>>> = {
  no_library: [
    'libsecret-1.so.0: cannot open shared object file: No such file or directory',
    'Failed to load keytar native addon, checked ["../build/Release"] on prebuilds/linux-x64',
    "Cannot find package 'keytar' imported from /x/keychain-helper.js",
  ],
  no_bus: [
    'Cannot autolaunch D-Bus without X11 $DISPLAY',
    'Error auto-launching: Failed',
    'Could not connect: No such file or directory',
    'Failed to execute child process “dbus-launch” (No such file or directory)',
    'Cannot spawn a message bus without a machine-id: Unable to load /etc/machine-id',
    'Cannot spawn a message bus when AT_SECURE is set',
    'Address element “nonsense” does not contain a colon (:)',
    'Unknown or unsupported transport “disabled” for address “disabled:”',
  ],
  no_service: [
    'The name org.freedesktop.secrets was not provided by any .service files',
    'GDBus.Error:org.freedesktop.DBus.Error.ServiceUnknown: The name org.freedesktop.secrets was not provided by any .service files',
  ],
  no_collection: [
    'Object does not exist at path “/org/freedesktop/secrets/collection/login”',
    'No such interface “org.freedesktop.Secret.Collection” on object at path /org/freedesktop/secrets/collection/login',
  ],
  locked: [
    'Cannot create an item in a locked collection',
    'User interaction is not allowed.',
    'unlock prompt was dismissed',
    'IsLocked',
  ],
  timeout: ['Timeout was reached'],
  denied: ['User canceled the operation.', 'The user name or passphrase you entered is not correct.'],
  failed: ['something new', 'The stub received bad data.'],
};

for (const [state, texts] of Object.entries(TEXTS)) {
  for (const text of texts) test(`${state}: ${text}`, () => assert.equal(stateOf(text), state));
}

test('every state has its code, a sentence and what to do next, and ends with 6', () => {
  for (const state of [...Object.keys(TEXTS), 'crashed', 'wrong_item', 'missing'] as KeychainState[]) {
    const error = new KeychainError(state, 'x');
    assert.ok(error instanceof SignerError);
    assert.equal(error.kind, 'signer');
    assert.equal(error.code, `keychain_${state}`);
    assert.ok(error.message.length > 15 && error.hint!.length > 30);
  }
});

test('a text without a state of its own is told, on one line', () => {
  assert.match(new KeychainError('failed', 'odd\nthing').message, /^the keychain failed: "odd\\nthing"$/);
});

test('what helps to sign is told apart from where a new key can go', () => {
  const { hint } = new KeychainError('no_bus');
  assert.match(hint!, /^To sign here.*NOSTR_SECRET_KEY.*--sec-fd\.\nA new key .*--store file\.$/);
  const { repair } = new KeychainError('no_library');
  assert.match(repair!, /apt install libsecret-1-0/);
  assert.doesNotMatch(repair!, /--store/);
});
