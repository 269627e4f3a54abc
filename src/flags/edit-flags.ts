// The flags of every command that writes a new version of what a person publishes: where it is looked for, and what must
// be so before it is written.
import { UsageError } from '../errors.ts';
import { normalizeRelayUrl } from '../protocol/relay-url.ts';
import { type FlagsOf, flags, list, on, value } from './flag.ts';
import { parseRequire } from './values.ts';

/** Where a person is looked for. */
export const PLACE_FLAGS = flags('Relays', {
  relay: list(
    '--relay <url>',
    'ask this relay instead of NOST_RELAYS, and write to it alone (repeatable); where the author writes is asked, too',
    normalizeRelayUrl,
  ),
  auth: on('--auth', 'authenticate to the relays you named when they ask (NIP-42)'),
});

/** The same for a command that only reads. */
export const READING_PLACE_FLAGS = {
  ...PLACE_FLAGS,
  relay: {
    ...PLACE_FLAGS.relay,
    description: 'ask this relay instead of NOST_RELAYS (repeatable); where the author writes is asked, too',
  },
};

export const EDIT_FLAGS = flags('Writing', {
  create: on('--create', 'make the first one where no relay has any'),
  require: value(
    '--require <n|all>',
    'how many of the relays asked must answer before anything is written (default: all)',
    parseRequire,
  ),
  yes: on('--yes', 'do not ask before it is signed'),
  dryRun: on('--dry-run', 'sign and print it, and say where it would go; send nothing'),
  results: on('--results', 'print the answer of each relay to the new event, instead of the event'),
});

/** Throws `UsageError` for flags that are about a change, where there is none; `changes` names those that make one. */
export function refuseEditFlags({ create, dryRun }: EditFlags, changes: string): void {
  if (!create && !dryRun) return;
  const flag = create ? '--create' : '--dry-run';
  throw new UsageError(`${flag} is about a change: give ${changes}, too`, { code: 'bad_arguments' });
}

export type PlaceFlags = FlagsOf<typeof PLACE_FLAGS>;
export type EditFlags = FlagsOf<typeof EDIT_FLAGS>;
