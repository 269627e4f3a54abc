// `nost help environment`: every variable that the program reads, in one table.
import { columns } from './columns.ts';

/** Name and meaning. A test finds each of them in the source. */
export const VARIABLES: readonly (readonly [name: string, meaning: string])[] = [
  ['NOST_RELAYS', 'the relays where none is named: URLs, with spaces or commas between'],
  ['NOST_TIMEOUT', 'default of --timeout'],
  ['NOST_CONNECT_TIMEOUT', 'default of --connect-timeout'],
  ['NOST_LOG', 'default of --log-format: text or json'],
  ['NOST_VERIFY', 'verify signatures with this engine only: native, wasm or noble'],
  ['NOST_AS', 'the account that signs where no flag names a key'],
  ['NOSTR_SECRET_KEY', 'the secret key: nsec, hex or ncryptsec'],
  ['NOSTR_SECRET_KEY_FILE', 'a file that holds it'],
  ['CREDENTIALS_DIRECTORY', 'a folder of the service manager; its file nost-sec holds the key'],
  ['NOST_PASSPHRASE_FD', 'a file descriptor that a passphrase is read from'],
  ['NOST_PASSPHRASE_FILE', 'a file that holds a passphrase'],
  ['NOST_PASSPHRASE_COMMAND', 'a program that prints a passphrase: words, or a JSON array'],
  ['NOST_KEYCHAIN_TIMEOUT', 'how long the OS keychain may take'],
  ['NOST_NO_INPUT', 'never ask on the terminal'],
  ['NOST_FORCE_TTY', 'for tests: take stdout and stderr for a terminal'],
  ['NOST_PRETTY', 'default of --pretty: auto, always or never'],
  ['COLUMNS', 'how wide --pretty is where no terminal says it'],
  ['NO_COLOR', 'no colours'],
  ['FORCE_COLOR', 'colours of messages, also in a pipe; 0: none. Data in a pipe: --color always'],
  ['TERM', 'dumb: no colours'],
  ['https_proxy', 'the proxy for wss:// relays; also HTTPS_PROXY'],
  ['http_proxy', 'the proxy for ws:// relays; lower case only'],
  ['all_proxy', 'the proxy for both; also ALL_PROXY'],
  ['no_proxy', 'hosts without a proxy; also NO_PROXY'],
  ['DBUS_SESSION_BUS_ADDRESS', 'where the OS keychain is reached on Linux'],
  ['XDG_CONFIG_HOME', 'accounts lie in its folder nost; default: ~/.config'],
  ['XDG_DATA_HOME', 'keys lie in its folder nost/keys; default: ~/.local/share'],
  ['XDG_STATE_HOME', 'reports of bugs lie in its folder nost; default: ~/.local/state'],
  ['XDG_CACHE_HOME', 'the start cache lies in its folder nost; default: ~/.cache'],
];

/** The topic, with every variable. */
export function environmentTopic(): string {
  return `Environment variables

  NOST_RELAYS="wss://a.example wss://b.example" nost req -k note -l 5
  NOSTR_SECRET_KEY_FILE=key.txt nost publish -m hello wss://relay.example

A flag is used before its variable.

${columns(VARIABLES)}

An XDG variable that is not an absolute path is ignored; where HOME is none, the
home of the password database is used.

NOSTR_SECRET_KEY and NOSTR_SECRET_KEY_FILE are removed from the environment at
once, so that no child process inherits them. On Linux, /proc still shows the
first environment of a process to the same user: prefer files and descriptors.
`;
}
