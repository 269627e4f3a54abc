// `--outbox`: each author is asked for where they write (NIP-65), at few relays that together serve all. Whoever could not
// be asked for is named, and the query is then a partial one.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import type { Filter } from '../../protocol/filter.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import { type Cover, coverOf } from '../../protocol/nip65.ts';
import { type EventSink, partial, type QueryFlags, type Question, runQuery } from '../query-run.ts';
import { AskableRelays } from './askable-relays.ts';
import { findRelayLists } from './relay-lists.ts';

/** Relays of each author that are asked: one may be down, another behind. */
const RELAYS_EACH = 3;

/** Relays of each author that are chosen from: a list may hold thousands. */
const RELAYS_KNOWN = 30;

/** Relays in all. */
const MOST_RELAYS = 100;

/** People that are named one by one when they could not be asked for. */
const MOST_NAMED = 20;

/**
 * Runs a query at the relays its authors write to; those of the question are asked for the lists, and for authors that
 * have none. Throws the failure that the endings amount to.
 */
export async function runOutboxQuery(
  context: Context,
  flags: QueryFlags,
  question: Question,
  sink: EventSink,
): Promise<void> {
  const authors = authorsOf(question.filters);
  const named = question.named ?? new Set(question.relays);
  const { end } = question;
  const { lists } = await findRelayLists(context, authors, question.relays, { flags, end, named });
  end.check('before the relay lists were found');
  const askable = new AskableRelays({ flags, named });
  const writeRelays = (author: string) => askable.of(lists.get(author)?.write ?? []).slice(0, RELAYS_KNOWN);
  const wanted = new Map(authors.map(author => [author, writeRelays(author)]));
  const cover = coverOf(wanted, { each: RELAYS_EACH, most: MOST_RELAYS });
  for (const relay of question.relays) addPeople(cover, relay);
  const relays = [...cover.relays.keys()];
  context.log.detail({
    type: 'outbox',
    message: `${authors.length} authors at ${relays.length} relays; ${cover.uncovered.length} without a list`,
  });
  if (!context.signal.aborted) {
    askable.tell(entry => context.log.note(entry));
    tellListless(
      context,
      authors.filter(author => wanted.get(author)!.length === 0),
      authors.length,
    );
  }
  const answered = new Set<string>();
  const filtersOf = (relay: string) => narrowed(question.filters, cover.relays.get(relay)!);
  await runQuery(context, flags, { ...question, relays, named, filtersOf }, sink, ({ relay, complete }) => {
    if (complete) for (const author of cover.relays.get(relay)!) answered.add(author);
  });
  if (!context.signal.aborted)
    tellUncovered(
      context,
      authors.filter(author => !answered.has(author)),
    );
}

/** Every author of every filter. Throws `UsageError` where a filter names none. */
function authorsOf(filters: readonly Filter[]): string[] {
  if (filters.some(({ authors }) => authors === undefined)) {
    throw new UsageError('--outbox asks where authors write, and no author is named', {
      code: 'bad_filter',
      hint: 'Name them: -a npub1… (repeatable), or in each --filter.',
    });
  }
  return [...new Set(filters.flatMap(({ authors }) => authors!))];
}

/** Who has no list is asked for at the user's own relays. */
function addPeople({ relays, uncovered }: Cover, relay: string): void {
  if (uncovered.length > 0) relays.set(relay, [...new Set([...(relays.get(relay) ?? []), ...uncovered])]);
}

/** The same filters, each for these people alone. */
function narrowed(filters: readonly Filter[], people: readonly string[]): Filter[] {
  const wanted = new Set(people);
  return filters
    .map(filter => ({ ...filter, authors: filter.authors!.filter(author => wanted.has(author)) }))
    .filter(({ authors }) => authors.length > 0);
}

/** Who is asked for only where the user said: what they write may be elsewhere. */
function tellListless({ log }: Context, people: readonly string[], of: number): void {
  if (people.length === 0) return;
  const some = people.slice(0, MOST_NAMED).map(pubkey => encodeEntity({ type: 'npub', pubkey }));
  const more = people.length - some.length;
  const all = more > 0 ? `${some.join(' ')} and ${more} more` : some.join(' ');
  const message = `no relay list of ${people.length} of ${of} authors was found; asked for at the relays you named: ${all}`;
  log.note({ type: 'notice', people: people.slice(0, MOST_NAMED), message });
}

function tellUncovered({ log }: Context, people: readonly string[]): void {
  if (people.length === 0) return;
  for (const pubkey of people.slice(0, MOST_NAMED)) {
    const npub = encodeEntity({ type: 'npub', pubkey });
    log.warn({ type: 'uncovered', pubkey, message: `${npub}: no relay of theirs answered` });
  }
  const more = people.length - MOST_NAMED;
  if (more > 0) log.warn({ type: 'uncovered', more, message: `and ${more} more` });
  throw partial(`${people.length} authors could not be asked for`);
}
