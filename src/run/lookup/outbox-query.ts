// `--outbox`: each author is asked for where they write (NIP-65), at few relays that together serve all. Whoever could not
// be asked for is named, and the query is then a partial one.
import type { Context } from '../../context.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import { type EventSink, partial, type QueryFlags, type Question, runQuery } from '../query-run.ts';
import { authorsOf, narrowedTo, OutboxCover } from './outbox-cover.ts';

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
  const cover = new OutboxCover(context, { relays: question.relays, flags, end, named });
  const people = await cover.find(authors);
  end.check('before the relay lists were found');
  const relays = [...people.keys()];
  if (!context.signal.aborted) cover.tell(authors);
  const answered = new Set<string>();
  const filtersOf = (relay: string) => narrowedTo(people.get(relay)!, question.filters);
  await runQuery(context, flags, { ...question, relays, named, filtersOf }, sink, ({ relay, complete }) => {
    if (complete) for (const author of people.get(relay)!) answered.add(author);
  });
  if (!context.signal.aborted)
    tellUncovered(
      context,
      authors.filter(author => !answered.has(author)),
    );
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
