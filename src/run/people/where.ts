// Where the events of one person are: at the relays the user gives, those that a code names, and those the person writes to
// (NIP-65). The first two are asked for the third.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import type { PlaceFlags } from '../../flags/edit-flags.ts';
import type { KeyFlags } from '../../flags/key-flags.ts';
import type { NetworkFlags } from '../../flags/network-flags.ts';
import type { CommandEnd } from '../command-end.ts';
import type { GatherOptions } from '../lookup/gather.ts';
import { relaysIfAny } from '../relays.ts';
import { type CommandKey, keyWords } from '../signing.ts';

export interface Where extends GatherOptions {
  /** The user's relays: those of the line, else those of NOST_RELAYS. */
  own: readonly string[];
  /** Relays that a code or a domain names. */
  hints: readonly string[];
  /** Whether the line names relays: then nothing is written elsewhere. */
  isNamed: boolean;
  /** What names the key of the line on another one, for hints: ` --as bob`. */
  keyWords: string;
}

/** What the flags say. `key` authenticates, if --auth lets it. Throws `UsageError` where there is no relay to ask. */
export async function whereBy(
  context: Context,
  flags: PlaceFlags & NetworkFlags & Partial<KeyFlags>,
  { end, hints = [], key }: { end: CommandEnd; hints?: readonly string[]; key?: CommandKey | undefined },
): Promise<Where> {
  const own = await relaysIfAny(flags.relay ?? [], context, flags);
  if (own.length === 0 && hints.length === 0) throw nobodyToAsk();
  const isNamed = flags.relay !== undefined || flags.relaysFile !== undefined;
  return {
    flags,
    end,
    own,
    hints,
    isNamed,
    named: new Set(own),
    key: flags.auth ? key : undefined,
    keyWords: keyWords(flags),
  };
}

export function nobodyToAsk(): UsageError {
  return new UsageError('there is no relay to ask', {
    code: 'no_relay',
    hint: 'Give --relay URL, or set NOST_RELAYS="wss://relay.example".',
  });
}
