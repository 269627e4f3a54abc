// Reads one's private messages (NIP-17): from one's own inboxes, which learn whose they are, or from the relays that the
// line names.
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import type { PlaceFlags } from '../../flags/edit-flags.ts';
import { buildFilters } from '../../flags/filter-flags.ts';
import type { KeyFlags } from '../../flags/key-flags.ts';
import { keysOf, type Person } from '../../flags/people.ts';
import type { Filter } from '../../protocol/filter.ts';
import { CONVERSATION_KINDS } from '../../protocol/nip17.ts';
import { EPHEMERAL_WRAP_KIND, MAX_BACKDATING, WRAP_KIND } from '../../protocol/nip59.ts';
import type { CommandEnd } from '../command-end.ts';
import { inputOf } from '../lookup/names.ts';
import { MOST_OF_AUTHOR } from '../lookup/outbox-routes.ts';
import { type Where, whereBy } from '../people/where.ts';
import { type QueryFlags, type Question, runQuery } from '../query-run.ts';
import { CommandKey } from '../signing.ts';
import { openVerifier } from '../verification.ts';
import { findInboxes, mustHaveInboxes } from './inboxes.ts';
import { CLOCKS_DIFFER, LEGACY_KIND, Opening, type Wanted } from './opening.ts';
import { SortedLines } from './sorted-lines.ts';
import { Strangers } from './strangers.ts';

export interface ReadMessagesFlags extends Omit<QueryFlags, 'auth'>, PlaceFlags, KeyFlags {
  since?: string | undefined;
  until?: string | undefined;
  kind?: readonly number[] | undefined;
  legacy?: boolean | undefined;
  /** Without what one wrote oneself. */
  received?: boolean | undefined;
}

/**
 * Prints a line for each message of the conversations that `who` take part in: in the order they were written, or with
 * --stream as they come. Throws the failure that the endings of the relays amount to.
 */
export async function readMessages(
  context: Context,
  { maxEvents = Number.POSITIVE_INFINITY, failOnEmpty, ...flags }: ReadMessagesFlags,
  who: readonly Person[],
  end: CommandEnd,
): Promise<void> {
  const key = await CommandKey.open(flags, context, false, end.signal);
  try {
    const signer = await key.signer();
    const wanted = await wantedBy(flags, who, context, end);
    const where = await whereBy(context, flags, { end, key });
    const places = await placesOf(context, flags, signer.publicKey, where);
    if (context.signal.aborted) return;
    const opening = new Opening({ context, signer, verifier: await openVerifier(context), wanted });
    const { stdout } = context;
    const goesOn = flags.stream === true || wanted.newSince !== undefined;
    const sorted = goesOn ? undefined : new SortedLines(maxEvents);
    const most = goesOn ? maxEvents : Number.POSITIVE_INFINITY;
    let shown = 0;
    const question = { ...questionOf(signer.publicKey, places, flags, wanted), key, end };
    const strangers = new Strangers(context, where.named, goesOn);
    const printRest = () => stdout.lines(sorted?.rest() ?? []);
    if (goesOn) tellListening(context, question.relays);
    const onUntold = (relay: string) => strangers.note(relay);
    try {
      await runQuery(
        context,
        { ...flags, new: false, stream: goesOn, all: true },
        {
          ...question,
          named: where.named,
          isBounded: true,
          isEnough: () => shown >= most,
          onUntold,
          printRest,
        },
        async batch => {
          const messages = await opening.messages(batch, most - shown);
          shown += messages.length;
          await stdout.lines(sorted ? sorted.add(messages) : messages.map(({ line }) => line));
        },
        ending => strangers.ended(ending),
      );
    } finally {
      await printRest(); // also where the query failed
      opening.tell();
      if (sorted?.isFull) context.log.warn({ type: 'warning', message: UNSORTED });
      if (sorted?.isCut) context.log.warn({ type: 'warning', message: TOO_LARGE });
    }
    (await end.flush(stdout))();
    if (failOnEmpty && shown === 0 && !context.signal.aborted)
      throw new Failure('refused', 'no message came', { code: 'empty' });
  } finally {
    await key.close();
  }
}

/** Who waits at a terminal sees nothing for long. */
function tellListening({ log }: Context, relays: readonly string[]): void {
  if (!log.isTerminal) return;
  const message = `what comes to ${relays.join(' ')} is printed; Ctrl-C ends it`;
  log.note({ type: 'route', relays, message });
}

const UNSORTED =
  'there were too many messages to sort them all: the first part is in order, the rest as it came';

const TOO_LARGE = 'the messages are too large to hold as many of the newest as -n asks for: there are fewer';

async function wantedBy(
  flags: ReadMessagesFlags,
  who: readonly Person[],
  context: Context,
  end: CommandEnd,
): Promise<Wanted> {
  const input = inputOf(context, end.signal, flags);
  const { since, until } = flags;
  const [range = {}] = await buildFilters({ since, until }, input);
  const kinds = flags.kind ?? [...CONVERSATION_KINDS, ...(flags.legacy ? [LEGACY_KIND] : [])];
  return {
    kinds: new Set(kinds),
    since: range.since ?? 0,
    until: range.until ?? Number.POSITIVE_INFINITY,
    people: await keysOf(who, input),
    isReceived: flags.received === true,
    newSince: flags.new ? Math.floor(context.now() / 1000) : undefined,
  };
}

/** Where messages are. */
interface Places {
  inboxes: readonly string[];
  /** Where messages of NIP-04 are looked for, too. */
  others: readonly string[];
  /** Relays that are told who reads. */
  consented: ReadonlySet<string> | undefined;
}

/** Throws `Failure` where one has no inbox. */
async function placesOf(
  context: Context,
  { auth, legacy }: ReadMessagesFlags,
  own: string,
  where: Where,
): Promise<Places> {
  if (where.isNamed)
    return { inboxes: where.own, others: [], consented: auth ? new Set(where.own) : undefined };
  const inboxes = await findInboxes(context, [own], where);
  where.end.check('before your list of inboxes was found');
  const { read = [], write = [] } = inboxes.lists(own) ?? {};
  const others = legacy
    ? [...where.own, ...read.slice(0, MOST_OF_AUTHOR), ...write.slice(0, MOST_OF_AUTHOR)]
    : [];
  if (others.length === 0)
    await mustHaveInboxes(context, [own], inboxes, {
      where,
      what: 'nobody can send you private messages (NIP-17)',
      hint: `The first one: nost outbox --set-inbox wss://relay.example --create${where.keyWords}\nTo read elsewhere: --relay URL`,
    });
  const relays = inboxes.of(own);
  return { inboxes: relays, others, consented: new Set([...relays, ...(auth ? where.own : [])]) };
}

/** Wraps carry times of up to two days before they were sent; what they hold says when that was. */
function questionOf(
  own: string,
  { inboxes, others, consented }: Places,
  { stream, legacy }: ReadMessagesFlags,
  { since, until, newSince }: Wanted,
): Pick<Question, 'relays' | 'filters' | 'filtersOf' | 'consented'> {
  const first = Math.max(since, newSince === undefined ? 0 : newSince - CLOCKS_DIFFER);
  const from = Math.max(0, first - MAX_BACKDATING - CLOCKS_DIFFER);
  const kinds = stream || newSince !== undefined ? [WRAP_KIND, EPHEMERAL_WRAP_KIND] : [WRAP_KIND];
  const wraps: Filter = { kinds, '#p': [own], ...(from > 0 && { since: from }) };
  const range = { ...(first > 0 && { since: first }), ...(Number.isFinite(until) && { until }) };
  const old: Filter[] = legacy
    ? [
        { kinds: [LEGACY_KIND], '#p': [own], ...range },
        { kinds: [LEGACY_KIND], authors: [own], ...range },
      ]
    : [];
  const isInbox = new Set(inboxes);
  return {
    relays: [...new Set([...inboxes, ...others])],
    filters: [wraps, ...old],
    filtersOf: relay => (isInbox.has(relay) ? [wraps, ...old] : old),
    consented,
  };
}
