// The table of exit codes: the numbers, their names, and one sentence for each. Scripts depend on it. main.ts takes
// the exit code from it; the README and the help print it.
import type { FailureKind } from './failure-codes.ts';

export interface ExitCode {
  code: number;
  name: FailureKind | 'ok' | 'signals';
  /** When the program ends with it, in one sentence. */
  when: string;
}

export const EXIT_CODES: readonly ExitCode[] = [
  { code: 0, name: 'ok', when: 'did what was asked' },
  {
    code: 1,
    name: 'refused',
    when: 'relays answered, and none accepted; what was asked for was not found; an event did not verify; a payload or a gift wrap did not open; nothing came and --fail-on-empty was given; decode --field found no such field; a required case of relay-test failed; diff found a difference; relay-check found a relay in a critical state; somebody has no list of inboxes; an invoice is not what was asked for, or a wallet refused; what was to be deleted is still served',
  },
  {
    code: 2,
    name: 'usage',
    when: 'unknown flag, bad value, bad filter, bad event JSON, bad entity, a secret in argv; a question was not answered with yes',
  },
  {
    code: 3,
    name: 'partial',
    when: 'some succeeded, but less than --require asked; some events of a bulk below quorum; a gap in --all; events are missing after sync; deleted at some relays only; more than half of relay-test was skipped',
  },
  {
    code: 4,
    name: 'auth',
    when: 'a relay wants NIP-42 authentication and --auth was not given, or it refused the key',
  },
  {
    code: 5,
    name: 'unreachable',
    when: 'no relay could be used: DNS, refused, TLS, no WebSocket handshake in time, or disconnected before any ending',
  },
  {
    code: 6,
    name: 'signer',
    when: 'no key, keychain locked, denied or absent, a wrong passphrase, a key file that others may read',
  },
  { code: 7, name: 'io', when: 'a file, port or stream you named cannot be used' },
  { code: 70, name: 'bug', when: 'a bug in nost: please report it' },
  {
    code: 124,
    name: 'timeout',
    when: 'a deadline passed before there was an answer; a wallet did not say whether it paid',
  },
  { code: 130, name: 'signals', when: 'ended by SIGINT (143: SIGTERM, 129: SIGHUP)' },
];

/** Parts of these sentences that are about some commands alone. */
const OF_SOME: Readonly<Record<string, readonly string[]>> = {
  'what was asked for was not found': [
    'fetch',
    'profile',
    'outbox',
    'list',
    'article show',
    'zap send',
    'zap list',
    'delete',
  ],
  'an event did not verify': ['verify'],
  'a payload or a gift wrap did not open': ['decrypt', 'unwrap', 'list'],
  'nothing came and --fail-on-empty was given': ['req', 'dm read'],
  'decode --field found no such field': ['decode'],
  'a required case of relay-test failed': ['relay-test'],
  'diff found a difference': ['diff'],
  'relay-check found a relay in a critical state': ['relay-check'],
  'somebody has no list of inboxes': ['dm send', 'dm read'],
  'an invoice is not what was asked for, or a wallet refused': ['zap send', 'wallet balance'],
  'what was to be deleted is still served': ['delete'],
  'some events of a bulk below quorum': ['publish'],
  'a gap in --all': ['req', 'dm read', 'zap list'],
  'events are missing after sync': ['sync'],
  'deleted at some relays only': ['delete'],
  'more than half of relay-test was skipped': ['relay-test'],
  'a wallet did not say whether it paid': ['zap send'],
};

/** When a command ends with it: the sentence without what is about others, or the whole where nothing is left. */
export function whenOf({ when }: Pick<ExitCode, 'when'>, command: string): string {
  const parts = when.split('; ').filter(part => OF_SOME[part]?.includes(command) ?? true);
  return parts.length > 0 ? parts.join('; ') : when;
}

/** What `whenOf` knows of, for the test that it is there. */
export const PARTS_OF_SOME = Object.entries(OF_SOME);

/** When several apply, the first of these decides. */
const PRECEDENCE: readonly FailureKind[] = [
  'bug',
  'usage',
  'signer',
  'io',
  'partial',
  'auth',
  'refused',
  'timeout',
  'unreachable',
];

/** The number of a failure kind. */
export function exitCodeOf(kind: FailureKind): number {
  return EXIT_CODES.find(row => row.name === kind)!.code;
}

/** The kind that decides when several apply; undefined for an empty list. */
export function worstKind(kinds: Iterable<FailureKind>): FailureKind | undefined {
  const present = new Set(kinds);
  return PRECEDENCE.find(kind => present.has(kind));
}
