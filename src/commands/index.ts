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
    summary: 'make a new key',
    load: async () => (await import('./keygen.ts')).keygen,
  },
  {
    name: 'publish',
    group: 'Core',
    summary: 'sign events and send them to relays',
    load: async () => (await import('./publish.ts')).publish,
  },
  {
    name: 'req',
    group: 'Core',
    summary: 'query relays and print events as JSONL',
    load: async () => (await import('./req.ts')).req,
  },
  {
    name: 'decode',
    group: 'Core',
    summary: 'show what an npub, nevent, naddr … holds',
    load: async () => (await import('./decode.ts')).decode,
  },
  {
    name: 'relay-info',
    group: 'Core',
    summary: 'print what relays say of themselves (NIP-11)',
    load: async () => (await import('./relay-info.ts')).relayInfo,
  },
  {
    name: 'verify',
    group: 'Events',
    summary: 'check ids and signatures of events',
    load: async () => (await import('./verify.ts')).verify,
  },
  {
    name: 'serve',
    group: 'Relays',
    summary: 'run a relay for tests, in memory',
    load: async () => (await import('./serve.ts')).serve,
  },
  {
    name: 'completion',
    group: 'Shell',
    summary: 'print the completion script of a shell',
    load: async () => (await import('./completion.ts')).completion,
  },
];
