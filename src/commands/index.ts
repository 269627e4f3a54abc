// The list of commands, in the order of `--help`. A command's module is loaded only when it is the one that runs.
import type { CommandSummary } from '../reference/definition.ts';
import type { CommandModule } from './command.ts';

export interface CommandEntry extends CommandSummary {
  load(): Promise<CommandModule>;
}

export const COMMANDS: readonly CommandEntry[] = [
  {
    name: 'keygen',
    group: 'Core',
    summary: 'create a new key',
    load: async () => (await import('./keys/keygen.ts')).keygen,
  },
  {
    name: 'publish',
    group: 'Core',
    summary: 'sign events and send them to relays',
    load: async () => (await import('./events/publish.ts')).publish,
  },
  {
    name: 'req',
    group: 'Core',
    summary: 'query relays and print events as JSONL',
    load: async () => (await import('./query/req.ts')).req,
  },
  {
    name: 'decode',
    group: 'Core',
    summary: 'decode codes, events, invoices … to JSON',
    load: async () => (await import('./events/decode.ts')).decode,
  },
  {
    name: 'relay-info',
    group: 'Core',
    summary: 'print the information documents of relays (NIP-11)',
    load: async () => (await import('./relays/relay-info.ts')).relayInfo,
  },
  {
    name: 'key list',
    group: 'Keys',
    summary: 'list the accounts; no key is read',
    load: async () => (await import('./keys/key-list.ts')).keyList,
  },
  {
    name: 'key show',
    group: 'Keys',
    summary: 'show an account and where its key is stored',
    load: async () => (await import('./keys/key-show.ts')).keyShow,
  },
  {
    name: 'key use',
    group: 'Keys',
    summary: 'set the default account',
    load: async () => (await import('./keys/key-use.ts')).keyUse,
  },
  {
    name: 'key import',
    group: 'Keys',
    summary: 'import an existing key',
    load: async () => (await import('./keys/key-import.ts')).keyImport,
  },
  {
    name: 'key export',
    group: 'Keys',
    summary: 'print the key of an account, encrypted by default',
    load: async () => (await import('./keys/key-export.ts')).keyExport,
  },
  {
    name: 'key encrypt',
    group: 'Keys',
    summary: 'encrypt a key with a passphrase (NIP-49)',
    load: async () => (await import('./keys/key-encrypt.ts')).keyEncrypt,
  },
  {
    name: 'key decrypt',
    group: 'Keys',
    summary: 'decrypt an encrypted key (NIP-49)',
    load: async () => (await import('./keys/key-decrypt.ts')).keyDecrypt,
  },
  {
    name: 'key rename',
    group: 'Keys',
    summary: 'rename an account',
    load: async () => (await import('./keys/key-rename.ts')).keyRename,
  },
  {
    name: 'key remove',
    group: 'Keys',
    summary: 'remove an account and delete its key',
    load: async () => (await import('./keys/key-remove.ts')).keyRemove,
  },
  {
    name: 'key doctor',
    group: 'Keys',
    summary: 'test the OS keychain',
    load: async () => (await import('./keys/key-doctor.ts')).keyDoctor,
  },
  {
    name: 'encode',
    group: 'Events',
    summary: 'make npub, nevent, naddr … from hex or JSON',
    load: async () => (await import('./events/encode.ts')).encode,
  },
  {
    name: 'sign',
    group: 'Events',
    summary: 'sign events and print them, sending nothing',
    load: async () => (await import('./events/sign.ts')).sign,
  },
  {
    name: 'match',
    group: 'Events',
    summary: 'print the events on stdin that match a filter',
    load: async () => (await import('./events/match.ts')).match,
  },
  {
    name: 'verify',
    group: 'Events',
    summary: 'check the ids and signatures of events',
    load: async () => (await import('./events/verify.ts')).verify,
  },
  {
    name: 'fetch',
    group: 'Query',
    summary: 'find the events that codes name',
    load: async () => (await import('./query/fetch.ts')).fetch,
  },
  {
    name: 'count',
    group: 'Query',
    summary: 'ask relays how many events match',
    load: async () => (await import('./query/count.ts')).count,
  },
  {
    name: 'relay-ping',
    group: 'Relays',
    summary: 'measure how fast relays connect and answer',
    load: async () => (await import('./relays/relay-ping.ts')).relayPing,
  },
  {
    name: 'relay-wait',
    group: 'Relays',
    summary: 'wait until relays answer',
    load: async () => (await import('./relays/relay-wait.ts')).relayWait,
  },
  {
    name: 'relay-check',
    group: 'Relays',
    summary: 'judge the health of relays',
    load: async () => (await import('./relays/relay-check.ts')).relayCheck,
  },
  {
    name: 'relay-test',
    group: 'Relays',
    summary: 'test whether a relay does what the NIPs say',
    load: async () => (await import('./relays/relay-test.ts')).relayTest,
  },
  {
    name: 'serve',
    group: 'Relays',
    summary: 'run a relay, in memory or in a database',
    load: async () => (await import('./relays/serve.ts')).serve,
  },
  {
    name: 'sync',
    group: 'Move',
    summary: 'make a relay or a file hold what another holds',
    load: async () => (await import('./move/sync.ts')).sync,
  },
  {
    name: 'mirror',
    group: 'Move',
    summary: 'copy to relays what they lack, then all that is new',
    load: async () => (await import('./move/mirror.ts')).mirror,
  },
  {
    name: 'diff',
    group: 'Move',
    summary: 'show which relays or files hold what others lack',
    load: async () => (await import('./move/diff.ts')).diff,
  },
  {
    name: 'encrypt',
    group: 'Private',
    summary: 'encrypt a text for another key (NIP-44)',
    load: async () => (await import('./private/encrypt.ts')).encrypt,
  },
  {
    name: 'decrypt',
    group: 'Private',
    summary: 'decrypt a text (NIP-44, NIP-04)',
    load: async () => (await import('./private/decrypt.ts')).decrypt,
  },
  {
    name: 'wrap',
    group: 'Private',
    summary: 'wrap events for their recipients alone (NIP-59, NIP-17)',
    load: async () => (await import('./private/wrap.ts')).wrap,
  },
  {
    name: 'unwrap',
    group: 'Private',
    summary: 'open gift wraps and check what they hold',
    load: async () => (await import('./private/unwrap.ts')).unwrap,
  },
  {
    name: 'nip05',
    group: 'People',
    summary: 'look up the key that a domain gives a name',
    load: async () => (await import('./people/nip05.ts')).nip05,
  },
  {
    name: 'profile',
    group: 'People',
    summary: 'show a profile, or change fields of your own',
    load: async () => (await import('./people/profile.ts')).profile,
  },
  {
    name: 'outbox',
    group: 'People',
    summary: 'show where people read and write, or change your own lists',
    load: async () => (await import('./people/outbox.ts')).outbox,
  },
  {
    name: 'list',
    group: 'People',
    summary: 'show lists: follows, mutes, bookmarks …, or change your own',
    load: async () => (await import('./people/list.ts')).list,
  },
  {
    name: 'zap send',
    group: 'People',
    summary: 'zap a person or an event (NIP-57)',
    load: async () => (await import('./people/zap-send.ts')).zapSend,
  },
  {
    name: 'zap list',
    group: 'People',
    summary: 'list zaps, each judged, and their sum',
    load: async () => (await import('./people/zap-list.ts')).zapList,
  },
  {
    name: 'wallet add',
    group: 'People',
    summary: 'connect a wallet that pays zaps (NIP-47)',
    load: async () => (await import('./people/wallet-add.ts')).walletAdd,
  },
  {
    name: 'wallet balance',
    group: 'People',
    summary: 'ask a wallet what it holds',
    load: async () => (await import('./people/wallet-balance.ts')).walletBalance,
  },
  {
    name: 'wallet remove',
    group: 'People',
    summary: 'forget a wallet',
    load: async () => (await import('./people/wallet-remove.ts')).walletRemove,
  },
  {
    name: 'help',
    group: 'Shell',
    summary: 'explain a command or a topic',
    load: async () => (await import('./shell/help.ts')).help,
  },
  {
    name: 'completion',
    group: 'Shell',
    summary: 'print a shell completion script',
    load: async () => (await import('./shell/completion.ts')).completion,
  },
];
