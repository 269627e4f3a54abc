// The words of a command line that name what a mirror follows and where it brings that.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { quote } from '../../protocol/quote.ts';
import { type Instead, isPath, refuseEmpty } from '../network/relay-words.ts';
import { chooseRelays } from '../relays.ts';

export interface MirrorPlaces {
  /** URLs; with --outbox of the relays that are asked where people write. */
  sources: readonly string[];
  /** URLs, paths of files, or `-`. */
  targets: readonly string[];
}

export interface PlaceFlags {
  to?: readonly string[] | undefined;
  /** Whose relays are followed, instead of those that are named. */
  outbox?: readonly unknown[] | undefined;
}

/** What stands where a relay should. */
const INSTEAD: Instead = {
  person: 'Events of a person: -a npub1…, before the relays.',
  event: 'An event by its id: -i nevent1…, before the relays.',
  hex: 'An event by its id: -i ID. Events of a person: -a KEY.',
  kind: 'Events of a kind: -k KIND, before the relays.',
  json: "A filter: --filter '{…}', before the relays.",
};

/** The relays that the words and --to name. Throws `UsageError`. */
export async function mirrorPlaces(
  args: readonly string[],
  { to = [], outbox }: PlaceFlags,
  context: Context,
): Promise<MirrorPlaces> {
  refuseEmpty([...args, ...to]);
  for (const word of args) if (word === '-' || isPath(word)) throw notFollowed(word, to[0]);
  if (args.length === 0 && to.length > 0 && !outbox) throw noSource();
  if (to.length === 0) throw noTarget(args);
  const sources = await chooseRelays(args, context, {}, INSTEAD);
  const outputs = new Set(to.filter(word => word === '-' || isPath(word)));
  const relays = to.filter(word => !outputs.has(word));
  const named = relays.length === 0 ? [] : await chooseRelays(relays, context, {}, INSTEAD);
  const targets = [...named, ...outputs];
  const [only, other] = sources;
  if (!outbox && other === undefined && targets.every(target => target === only))
    throw new UsageError(`${quote(only!)} is followed, and it is --to`, {
      code: 'bad_arguments',
      hint: 'Such as: nost mirror wss://a.example --to wss://b.example',
    });
  return { sources, targets };
}

/** The last of several is likely meant to be the target. */
function noTarget(args: readonly string[]): UsageError {
  const given = [...args.slice(0, -1), '--to', ...args.slice(-1)].join(' ');
  return new UsageError('give where the events go: --to URL, --to ./FILE, or --to - for stdout', {
    code: 'bad_arguments',
    hint:
      args.length > 1
        ? `Did you mean: nost mirror ${given}`
        : `Such as: nost mirror ${args[0] ?? 'wss://a.example'} --to wss://b.example`,
  });
}

function noSource(): UsageError {
  return new UsageError('give at least one relay to follow', {
    code: 'bad_arguments',
    hint: 'Such as: nost mirror wss://a.example --to wss://b.example',
  });
}

function notFollowed(word: string, to = 'wss://b.example'): UsageError {
  const what = word === '-' ? 'stdin' : quote(word);
  return new UsageError(`${what} is no relay: mirror follows relays alone`, {
    code: 'bad_relay',
    hint: `What it holds is moved once by: nost sync ${word} ${to}`,
  });
}
