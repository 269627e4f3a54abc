// The flags about keys: which one signs, which secret is worked on, where a key is kept. None takes a key itself.
import { WRITTEN_LOG_N } from '../protocol/nip49.ts';
import { parseDescriptor } from '../signer/sources/descriptor.ts';
import { choice, type FlagsOf, flags, on, text, value } from './flag.ts';
import { wholeNumber } from './values.ts';

/** The flags that name a secret key which is no account's. */
export const SECRET_FLAGS = flags('Key', {
  secFile: text('--sec-file <path>', 'read the secret key from a file that only you can read'),
  secFd: value('--sec-fd <n>', 'read the secret key from an open file descriptor', parseDescriptor),
  promptSec: on('--prompt-sec', 'type the secret key on the terminal; it is not shown'),
});

/** The flags that name the key that signs. */
export const KEY_FLAGS = {
  ...flags('Key', {
    as: text('--as <account>', 'use the key of this account: name or npub (see nost key list)'),
  }),
  ...SECRET_FLAGS,
};

export type KeyFlags = FlagsOf<typeof KEY_FLAGS>;

/** The same for a command that probes relays: it signs nothing unless one of them is given. */
export const PROBE_KEY_FLAGS = {
  ...KEY_FLAGS,
  ...flags('Key', {
    throwaway: on('--throwaway', 'sign with a new key that is forgotten at the end'),
  }),
};

export type ProbeKeyFlags = FlagsOf<typeof PROBE_KEY_FLAGS>;

/** Where a key is to be kept. */
export const STORE_FLAGS = flags('Flags', {
  store: choice('--store <kind>', 'where to store the key (default: auto, the keychain)', [
    'auto',
    'keychain',
    'file',
    'plain',
  ]),
  insecure: on('--insecure', 'allow --store plain to store the key unencrypted'),
});

/** The cost of an ncryptsec. */
export const LOG_N_FLAGS = flags('Flags', {
  logN: value(
    '--log-n <n>',
    'scrypt cost of the ncryptsec, 16 to 20 (default: 18, 256 MiB)',
    wholeNumber(WRITTEN_LOG_N.least, WRITTEN_LOG_N.most),
  ),
});
