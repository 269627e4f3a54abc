// `nost match`: prints the events of a file or stdin that match a filter, offline. The others are passed over without
// being verified.
import type { Context } from '../../context.ts';
import { Failure, UsageError } from '../../errors.ts';
import { buildFilters, FILTER_FLAGS, filterClaimsStdin } from '../../flags/filter-flags.ts';
import { type FlagsOf, flags, off, on } from '../../flags/flag.ts';
import { offline } from '../../flags/people.ts';
import { openNamedFile } from '../../input/named-file.ts';
import { compileFilter, type Filter } from '../../protocol/filter.ts';
import { compileSearch } from '../../protocol/nip50.ts';
import { linesOf, type StreamEvent } from '../../protocol/stream-event.ts';
import { BadLines, openLines, readItems } from '../../run/events/event-input.ts';
import { deliverEvents } from '../../run/events/event-source.ts';
import { refuseOther } from '../../run/events/given-file.ts';
import { openVerifier } from '../../run/verification.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...offline(FILTER_FLAGS),
  limit: { ...FILTER_FLAGS.limit, description: 'print at most n events' },
  ...flags('Match', {
    invert: on('--invert', 'print the events that do not match'),
    count: on('--count', 'print only how many match'),
    verify: off('--no-verify', 'do not check ids and signatures'),
    failEarly: on('--fail-early', 'stop at the first bad line'),
  }),
};

type MatchFlags = FlagsOf<typeof FLAGS>;

export const match = command({
  examples: [
    { line: 'nost match -k note -t t=nostr < events.jsonl', about: 'notes with a hashtag' },
    {
      line: 'nost req --stream -k 1 wss://relay.example | nost match --invert --filter @muted.json',
      about: 'a stream without what a filter describes',
    },
    { line: 'nost match --count -a npub1… --since 1w events.jsonl', about: "how many of someone's week" },
  ],
  exits: ['refused', 'io'],
  often: ['author', 'kind', 'tag', 'id', 'p', 'since', 'until', 'limit', 'invert', 'count'],
  flags: FLAGS,
  args: [{ spelling: '[file]', description: 'JSONL, pretty JSON or a JSON array (default: stdin)' }],
  run,
});

async function run(context: Context, { args, flags }: Invocation<MatchFlags>): Promise<void> {
  const [file = '-'] = args;
  refuseOther(file, {
    relay: 'No relay is asked here: nost req RELAY | nost match',
    json: "A filter: --filter '{…}'.",
  });
  if (file === '-' && filterClaimsStdin(flags)) {
    throw new UsageError('the events and a filter are both to be read from stdin', { code: 'two_stdins' });
  }
  const wanted = await wantedBy(flags, context);
  const source =
    file === '-'
      ? openLines(context, args.length > 0, 'no events: give a file, or - to read them from stdin')
      : await openNamedFile(file, context.deadline.signal);
  const name = file === '-' ? 'stdin' : file;
  const stop = () => source.destroy();
  context.signal.addEventListener('abort', stop);
  context.stdout.readerGone.addEventListener('abort', stop);
  const badLines = new BadLines(name, context, flags.failEarly ?? false);
  const verifier = flags.verify === false ? undefined : await openVerifier(context);
  const output = new Matches(context, flags);
  const isOver = () => context.signal.aborted || context.stdout.readerGone.aborted;
  try {
    const rules = { wanted, noDrafts: 'a draft is no event yet: nost sign makes one' };
    const items = readItems(source, name);
    await deliverEvents(items, rules, badLines, verifier, async events => {
      await output.take(events);
      return !isOver() && !output.isFull;
    });
  } catch (error) {
    if (!isOver()) throw error;
  } finally {
    stop();
  }
  if (isOver()) return;
  if (flags.count) await context.stdout.line(String(output.count));
  if (badLines.failure) throw badLines.failure;
  if (output.count === 0) throw new Failure('refused', 'no event matched', { code: 'empty' });
}

/** Which events the flags ask for. */
async function wantedBy(flags: MatchFlags, context: Context): Promise<(event: StreamEvent) => boolean> {
  const parts = (await buildFilters(flags, context)).map(matcherOf);
  const isMatch = (event: StreamEvent) => parts.some(matches => matches(event));
  return flags.invert ? event => !isMatch(event) : isMatch;
}

function matcherOf(filter: Filter): (event: StreamEvent) => boolean {
  const matches = compileFilter(filter);
  if (filter.search === undefined) return matches;
  const finds = compileSearch(filter.search);
  return event => matches(event) && finds(event.toEvent().content);
}

/** What matched, printed or counted up to --limit. */
class Matches {
  count = 0;
  readonly #context: Context;
  readonly #flags: MatchFlags;

  constructor(context: Context, flags: MatchFlags) {
    this.#context = context;
    this.#flags = flags;
  }

  get isFull(): boolean {
    return this.count === this.#flags.limit;
  }

  async take(events: readonly StreamEvent[]): Promise<void> {
    const { limit = Number.POSITIVE_INFINITY, count } = this.#flags;
    const taken = events.slice(0, limit - this.count);
    this.count += taken.length;
    if (!count) await this.#context.stdout.bytes(linesOf(taken));
  }
}
