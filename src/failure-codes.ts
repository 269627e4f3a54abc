// Every code a failing command may end with: the `code` of the last line on stderr under `--log-format json`. Scripts rely
// on them, so a code is added here, and never given another meaning. `nost help errors` prints this table.

/** The rows of the exit-code table, without their numbers. */
export type FailureKind =
  | 'refused'
  | 'usage'
  | 'partial'
  | 'auth'
  | 'unreachable'
  | 'signer'
  | 'io'
  | 'timeout'
  | 'bug';

/** A code, the kinds of exit it may come with, and what happened in one sentence. */
export interface FailureMeaning {
  readonly code: string;
  readonly kind: FailureKind;
  /** Other kinds that it comes with. */
  readonly also?: readonly FailureKind[];
  readonly meaning: string;
}

/** By kind, in the order of `nost help errors`. */
export const FAILURE_CODES = [
  { code: 'usage', kind: 'usage', meaning: 'the command line is wrong' },
  { code: 'no_command', kind: 'usage', meaning: 'no command was given' },
  { code: 'unknown_command', kind: 'usage', meaning: 'there is no such command' },
  { code: 'unknown_topic', kind: 'usage', meaning: 'there is no such help topic or command' },
  { code: 'unknown_flag', kind: 'usage', meaning: 'the command has no such flag' },
  { code: 'unknown_alias', kind: 'usage', meaning: 'there is no relay or relay set of this name' },
  { code: 'bad_value', kind: 'usage', also: ['signer'], meaning: 'a flag or variable has a bad value' },
  { code: 'bad_arguments', kind: 'usage', meaning: 'too many arguments, or too few' },
  { code: 'bad_relay', kind: 'usage', meaning: 'a relay URL is wrong' },
  { code: 'no_relay', kind: 'usage', meaning: 'no relay was given' },
  { code: 'bad_filter', kind: 'usage', meaning: 'a filter is wrong' },
  { code: 'bad_event', kind: 'usage', meaning: 'the flags describe no valid event' },
  { code: 'bad_content', kind: 'usage', meaning: 'the content is not UTF-8, or too large' },
  { code: 'bad_front_matter', kind: 'usage', meaning: 'what stands above the text of an article is wrong' },
  { code: 'no_content', kind: 'usage', meaning: 'the event is to hold a text, and none was given' },
  { code: 'bad_code', kind: 'usage', meaning: 'an npub, nevent, ncryptsec … cannot be decoded' },
  { code: 'bad_payload', kind: 'usage', meaning: 'the input is no encrypted payload (NIP-44, NIP-04)' },
  { code: 'bad_line', kind: 'usage', meaning: 'a line of the input is bad (--fail-early)' },
  { code: 'bad_lines', kind: 'usage', meaning: 'lines of the input were bad and skipped' },
  { code: 'no_input', kind: 'usage', meaning: 'there is nothing to read: stdin is a terminal' },
  { code: 'two_stdins', kind: 'usage', meaning: 'two inputs are both to be read from stdin' },
  { code: 'two_keys', kind: 'usage', meaning: 'two flags name a key' },
  { code: 'bad_descriptor', kind: 'usage', meaning: 'a file descriptor is wrong' },
  { code: 'secret_in_argv', kind: 'usage', meaning: 'a secret key stands on the command line' },
  { code: 'not_deletable', kind: 'usage', meaning: 'an event is of another author, or cannot be deleted' },
  { code: 'not_confirmed', kind: 'usage', meaning: 'the question was not answered with yes' },
  { code: 'insecure_store', kind: 'usage', meaning: '--store plain needs --insecure' },
  { code: 'account_exists', kind: 'usage', meaning: 'there is an account for this key already' },
  { code: 'name_taken', kind: 'usage', meaning: 'another account or wallet has this name' },
  { code: 'no_engine', kind: 'usage', meaning: 'the engine of NOST_VERIFY is not available' },
  { code: 'signer', kind: 'signer', meaning: 'the key cannot be used' },
  { code: 'no_key', kind: 'signer', meaning: 'no key was named' },
  { code: 'no_home', kind: 'signer', meaning: 'there is no home folder for accounts and keys' },
  { code: 'no_account', kind: 'signer', meaning: 'there is no such account' },
  { code: 'no_wallet', kind: 'signer', meaning: 'there is no such wallet, or none was named' },
  { code: 'wallet_damaged', kind: 'signer', meaning: 'the file of a wallet is damaged' },
  { code: 'account_ambiguous', kind: 'signer', meaning: 'several accounts have this name' },
  { code: 'account_damaged', kind: 'signer', meaning: 'the file of an account is damaged' },
  { code: 'bad_secret', kind: 'signer', meaning: 'the source holds no secret key' },
  { code: 'unsupported_secret', kind: 'signer', meaning: 'this kind of secret cannot be used' },
  { code: 'wrong_key', kind: 'signer', meaning: 'the stored key is not the key of the account' },
  { code: 'wrong_passphrase', kind: 'signer', meaning: 'the passphrase is wrong' },
  { code: 'no_passphrase', kind: 'signer', meaning: 'a passphrase is needed, and nobody can be asked' },
  { code: 'passphrase_empty', kind: 'signer', meaning: 'the passphrase is empty' },
  { code: 'passphrase_differs', kind: 'signer', meaning: 'the two passphrases differ' },
  { code: 'no_terminal', kind: 'signer', meaning: 'there is no terminal to ask on' },
  { code: 'prompt_aborted', kind: 'signer', meaning: 'the question was not answered' },
  { code: 'prompt_too_long', kind: 'signer', meaning: 'the answer is too long' },
  { code: 'signer_closed', kind: 'signer', meaning: 'the key was closed already' },
  { code: 'not_kept', kind: 'signer', meaning: 'the store did not return the key it was given' },
  { code: 'command_failed', kind: 'signer', meaning: 'the program that prints a secret failed' },
  { code: 'descriptor_not_open', kind: 'signer', meaning: 'the file descriptor is not open' },
  { code: 'config_permissions', kind: 'signer', meaning: 'other users may write a file of nost' },
  { code: 'config_unreadable', kind: 'signer', meaning: 'a file of nost cannot be read' },
  { code: 'key_file_aborted', kind: 'signer', meaning: 'the reading of a key was interrupted' },
  { code: 'key_file_empty', kind: 'signer', meaning: 'the source of a key is empty' },
  { code: 'key_file_kind', kind: 'signer', meaning: 'the source of a key is a folder or a device' },
  { code: 'key_file_lines', kind: 'signer', meaning: 'the source of a key has several lines' },
  { code: 'key_file_missing', kind: 'signer', meaning: 'there is no such key file' },
  { code: 'key_file_owner', kind: 'signer', meaning: 'the key file belongs to another user' },
  { code: 'key_file_permissions', kind: 'signer', meaning: 'other users may read the key file' },
  { code: 'key_file_timeout', kind: 'signer', meaning: 'the source of a key was too slow' },
  { code: 'key_file_too_large', kind: 'signer', meaning: 'the source of a key is too large' },
  { code: 'key_file_unreadable', kind: 'signer', meaning: 'the key file cannot be read' },
  { code: 'keychain_aborted', kind: 'signer', meaning: 'waiting for the keychain was interrupted' },
  { code: 'keychain_crashed', kind: 'signer', meaning: 'the keychain library crashed' },
  { code: 'keychain_denied', kind: 'signer', meaning: 'the keychain denied access' },
  { code: 'keychain_failed', kind: 'signer', meaning: 'the keychain failed' },
  { code: 'keychain_locked', kind: 'signer', meaning: 'the keychain is locked' },
  { code: 'keychain_missing', kind: 'signer', meaning: 'the keychain does not have the key' },
  { code: 'keychain_no_bus', kind: 'signer', meaning: 'there is no session bus' },
  { code: 'keychain_no_collection', kind: 'signer', meaning: 'the keychain has no collection' },
  { code: 'keychain_no_library', kind: 'signer', meaning: 'the keychain library is missing' },
  { code: 'keychain_no_service', kind: 'signer', meaning: 'no keychain service runs' },
  { code: 'keychain_timeout', kind: 'signer', meaning: 'the keychain did not answer in time' },
  { code: 'keychain_wrong_item', kind: 'signer', meaning: 'the keychain item is not the key' },
  { code: 'io', kind: 'io', meaning: 'a file, port or stream cannot be used' },
  { code: 'stdout', kind: 'io', meaning: 'stdout cannot be written' },
  { code: 'report', kind: 'io', meaning: 'the file of --report cannot be written' },
  { code: 'trace', kind: 'io', meaning: 'the file of --trace cannot be written' },
  { code: 'record', kind: 'io', meaning: 'the file of --record cannot be written' },
  { code: 'replay', kind: 'io', meaning: 'the file of --replay cannot be played' },
  { code: 'state', kind: 'io', meaning: 'the file of --state cannot be used' },
  { code: 'state_in_use', kind: 'io', meaning: 'another mirror has the file of --state' },
  { code: 'status', kind: 'io', meaning: 'the file of --status cannot be written' },
  { code: 'cacert', kind: 'io', meaning: 'the file of --cacert cannot be used' },
  { code: 'tls', kind: 'io', meaning: 'a file of --tls-cert or --tls-key cannot be used' },
  { code: 'relays_file', kind: 'io', meaning: 'the file of --relays-file cannot be read' },
  { code: 'key_file', kind: 'io', meaning: 'a key file cannot be written' },
  { code: 'file_in_use', kind: 'io', meaning: 'another nost writes into the file' },
  { code: 'file_exists', kind: 'io', meaning: 'the file exists already' },
  { code: 'port_in_use', kind: 'io', meaning: 'another program listens on the port' },
  { code: 'port_forbidden', kind: 'io', meaning: 'listening on the port is not allowed' },
  { code: 'bad_host', kind: 'io', meaning: 'the address is not of this machine' },
  { code: 'store_unusable', kind: 'io', meaning: 'no store can be opened in the folder' },
  { code: 'store_in_use', kind: 'io', meaning: 'another server has the store' },
  { code: 'store_newer', kind: 'io', meaning: 'a newer nost wrote the store' },
  { code: 'export', kind: 'io', meaning: 'the file of --export cannot be written' },
  { code: 'policy', kind: 'io', meaning: 'the program of --policy or --exec cannot be started' },
  { code: 'spool', kind: 'io', meaning: 'the file of --spool cannot be used' },
  { code: 'spool_in_use', kind: 'io', meaning: 'another mirror has the file of --spool' },
  { code: 'listen_failed', kind: 'io', meaning: 'listening on the port failed' },
  { code: 'refused', kind: 'refused', meaning: 'no relay accepted the event' },
  { code: 'closed', kind: 'refused', meaning: 'the relay closed the subscription' },
  { code: 'empty', kind: 'refused', meaning: 'no event arrived (--fail-on-empty)' },
  { code: 'invalid_events', kind: 'refused', meaning: 'some events are not valid' },
  { code: 'invalid_wraps', kind: 'refused', meaning: 'some gift wraps are not valid, or for another key' },
  { code: 'case_failed', kind: 'refused', meaning: 'required conformance cases failed' },
  { code: 'no_field', kind: 'refused', meaning: 'what was decoded lacks the field of --field' },
  { code: 'not_decrypted', kind: 'refused', meaning: 'encrypted for another key, or altered' },
  {
    code: 'lint',
    kind: 'refused',
    also: ['unreachable', 'timeout'],
    meaning: 'the documents of relays have faults',
  },
  {
    code: 'no_document',
    kind: 'refused',
    also: ['unreachable', 'timeout'],
    meaning: 'no relay sent its NIP-11 document',
  },
  {
    code: 'unhealthy',
    kind: 'refused',
    also: ['auth', 'unreachable', 'timeout'],
    meaning: 'a relay is in a critical or unknown state',
  },
  { code: 'differs', kind: 'refused', meaning: 'the sides of diff do not hold the same events' },
  {
    code: 'unverified',
    kind: 'refused',
    also: ['unreachable', 'timeout'],
    meaning: 'a claim of a profile is not known to be true',
  },
  { code: 'no_profile', kind: 'refused', meaning: 'the content of a profile is no JSON object' },
  { code: 'not_found', kind: 'refused', meaning: 'not everything that was asked for was found' },
  {
    code: 'no_such_name',
    kind: 'refused',
    also: ['unreachable', 'timeout'],
    meaning: 'a NIP-05 name has no key, or another one',
  },
  {
    code: 'no_inbox',
    kind: 'refused',
    meaning: 'somebody has no inbox: no kind 10050 or an empty one',
  },
  { code: 'no_zaps', kind: 'refused', meaning: 'the recipient takes no zaps, or not so much' },
  {
    code: 'lnurl',
    kind: 'refused',
    also: ['unreachable', 'timeout'],
    meaning: 'a lightning address cannot be asked or answers badly',
  },
  { code: 'wrong_invoice', kind: 'refused', meaning: 'the invoice is not what was asked for' },
  { code: 'wallet_refused', kind: 'refused', meaning: 'the wallet did not do what it was asked' },
  {
    code: 'not_deleted',
    kind: 'refused',
    also: ['partial'],
    meaning: 'relays still have what was to be deleted',
  },
  { code: 'partial', kind: 'partial', meaning: 'some succeeded, fewer than required' },
  { code: 'cases_skipped', kind: 'partial', meaning: 'more than half of the conformance cases were skipped' },
  { code: 'gap', kind: 'partial', meaning: 'not all events could be paged' },
  { code: 'auth', kind: 'auth', meaning: 'the relays want authentication' },
  { code: 'auth_required', kind: 'auth', meaning: 'the relay wants authentication' },
  { code: 'timeout', kind: 'timeout', meaning: 'a deadline passed' },
  { code: 'payment_unknown', kind: 'timeout', meaning: 'whether the wallet paid is not known' },
  { code: 'idle', kind: 'timeout', meaning: 'no event arrived for the time of --idle' },
  { code: 'unreachable', kind: 'unreachable', meaning: 'no relay could be reached' },
  { code: 'disconnect', kind: 'unreachable', meaning: 'the relay disconnected before it answered' },
  { code: 'bug', kind: 'bug', meaning: 'a fault of nost: please report it' },
] as const satisfies readonly FailureMeaning[];

type Row = (typeof FAILURE_CODES)[number];

/** A code of the table. */
export type FailureCode = Row['code'];

/** Those that come with a kind: an error of that kind with another code does not compile. */
export type CodeOf<K extends FailureKind> = {
  [C in FailureCode]: K extends KindOf<Extract<Row, { code: C }>> ? C : never;
}[FailureCode];

type KindOf<R extends Row> = R['kind'] | (R extends { also: readonly (infer A)[] } ? A : never);

/** Every kind that a row comes with. */
export function kindsOf({ kind, also = [] }: FailureMeaning): readonly FailureKind[] {
  return [kind, ...also];
}
