// Lists the articles of a person, one line for the newest version of each: every page of every relay is read. One's own
// drafts are decrypted.
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { compareEvents, type Event, tagValue } from '../../protocol/event.ts';
import { eventAddress } from '../../protocol/kind.ts';
import { ARTICLE, articleOf, OLD_DRAFT } from '../../protocol/nip23.ts';
import { DRAFT } from '../../protocol/nip37.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import type { Signer } from '../../signer/signer.ts';
import { AskableRelays } from '../lookup/askable-relays.ts';
import type { Found } from '../lookup/gather.ts';
import { MOST_OF_AUTHOR } from '../lookup/outbox-routes.ts';
import { findRelayLists } from '../lookup/relay-lists.ts';
import type { EditRunFlags } from '../people/edit.ts';
import { tellOutbox } from '../people/newest.ts';
import type { Where } from '../people/where.ts';
import { partial, runQuery } from '../query-run.ts';
import type { CommandKey } from '../signing.ts';
import { naddrIfAny } from './article-code.ts';
import { openDraft, whereDraftsAre } from './drafts.ts';

export interface Listing {
  author: string;
  /** The author's key; undefined: drafts that only they can read are not listed. */
  signer: Signer | undefined;
  /** Whether drafts are listed, too. */
  drafts: boolean;
  flags: EditRunFlags;
  where: Where;
  /** Authenticates. The caller closes it. */
  key: CommandKey | undefined;
}

const WHEN = 'before every article was there';

/** Throws the failure that the endings of the relays amount to, and after the printing when a draft cannot be read. */
export async function listArticles(
  context: Context,
  { author, signer, drafts, flags, where, key }: Listing,
): Promise<void> {
  const place = drafts && signer ? await whereDraftsAre(context, where, signer) : where;
  const relays = await relaysOf(context, author, place);
  where.end.check(WHEN);
  if (context.signal.aborted) return;
  const kinds = [ARTICLE, ...(drafts ? [OLD_DRAFT, ...(signer ? [DRAFT] : [])] : [])];
  const newest = new NewestArticles(relays);
  let failure: unknown;
  let faults: number | undefined;
  const printRest = async () => {
    if (!context.signal.aborted) faults ??= await print(context, newest.inOrder(), signer);
  };
  try {
    await runQuery(
      context,
      { ...flags, require: undefined, all: true, dedupe: false },
      {
        relays,
        filters: [{ kinds, authors: [author] }],
        named: where.named,
        consented: flags.auth ? place.consented : undefined,
        isBounded: true,
        key: key && { authenticate: key.authenticate, close: async () => {} },
        isEnough: () => newest.isFull,
        printRest, // before the table of relays, for people
        end: where.end,
      },
      ({ relay, events }) => {
        for (const event of events) newest.note({ relay, event });
      },
    );
  } catch (error) {
    failure = error;
  }
  if (context.signal.aborted) return;
  await printRest(); // where the query failed
  (await where.end.flush(context.stdout))();
  if (drafts && !signer)
    context.log.note({
      type: 'notice',
      message: 'drafts that only their author can read are listed with the key of the author',
    });
  if (failure !== undefined) throw failure;
  if (newest.isFull) throw partial('there are more articles than are kept in memory');
  if (faults)
    throw new Failure('refused', `${faults} of the drafts cannot be read`, { code: 'not_decrypted' });
}

/** The user's relays, those of the code, and those the author writes to. */
async function relaysOf(context: Context, author: string, where: Where): Promise<string[]> {
  const first = [...new Set([...where.hints, ...where.own])];
  const { lists } = await findRelayLists(context, [author], first, where);
  const askable = new AskableRelays(where);
  const outbox = askable.of(lists.get(author)?.write ?? []).slice(0, MOST_OF_AUTHOR);
  askable.tell(entry => context.log.detail(entry));
  const others = outbox.filter(relay => !first.includes(relay));
  if (others.length > 0) tellOutbox(context, author, others);
  return [...first, ...others];
}

/** What is kept of an event: of a draft all, of an article what stands above its text. */
interface Kept {
  event: Event;
  holders: Set<string>;
}

interface Listed {
  event: Event;
  holders: readonly string[];
}

/** Characters of all that is kept. */
const MOST_KEPT = 2 ** 26;

class NewestArticles {
  readonly #relays: readonly string[];
  readonly #kept = new Map<string, Kept>();
  #size = 0;
  /** Whether some were left out. */
  isFull = false;

  constructor(relays: readonly string[]) {
    this.#relays = relays;
  }

  note({ relay, event }: Found): void {
    const address = eventAddress(event);
    if (address === undefined) return;
    const known = this.#kept.get(address);
    if (known?.event.id === event.id) known.holders.add(relay);
    else if (!known || compareEvents(event, known.event) < 0) this.#keep(address, relay, event, known);
  }

  /** The newest first, each with the relays that hold it in the order they were asked. */
  inOrder(): Listed[] {
    return [...this.#kept.values()]
      .sort((a, b) => compareEvents(a.event, b.event))
      .map(({ event, holders }) => ({ event, holders: this.#relays.filter(relay => holders.has(relay)) }));
  }

  #keep(address: string, relay: string, found: StreamEvent, known: Kept | undefined): void {
    const event = found.kind === DRAFT ? found.toEvent() : { ...found.toEvent(), content: '' };
    const size = sizeOf(event) - (known ? sizeOf(known.event) : 0);
    if (this.#size + size > MOST_KEPT) {
      this.isFull = true;
      return;
    }
    this.#size += size;
    this.#kept.set(address, { event, holders: new Set([relay]) });
  }
}

function sizeOf({ tags, content }: Event): number {
  return tags.flat().reduce((sum, text) => sum + text.length, content.length + 300);
}

/** How many drafts cannot be read. */
async function print(
  context: Context,
  listed: readonly Listed[],
  signer: Signer | undefined,
): Promise<number> {
  let faults = 0;
  for (const { event, holders } of listed) {
    if (event.kind !== DRAFT) {
      await context.stdout.line(lineOf(event, event, holders));
      continue;
    }
    const kind = tagValue(event, 'k');
    if (kind !== undefined && kind !== String(ARTICLE)) continue;
    const { template, fault, isOther } = await openDraft(event, signer!);
    if (template) await context.stdout.line(lineOf(event, template, holders));
    if (fault === undefined || isOther) continue;
    faults++;
    const naddr = naddrIfAny(event, holders);
    context.log.warn({ type: 'warning', naddr, message: `a draft cannot be read (${fault}): ${naddr}` });
  }
  return faults;
}

/** `inner` is what a draft holds. */
function lineOf(event: Event, inner: Pick<Event, 'tags' | 'content'>, holders: readonly string[]): string {
  const { title = null, summary = null, publishedAt = null, topics } = articleOf(inner);
  return JSON.stringify({
    naddr: naddrIfAny(event, holders),
    d: tagValue(event, 'd') ?? '',
    title,
    summary,
    published_at: publishedAt,
    created_at: event.created_at,
    tags: topics,
    relays: holders,
    draft: event.kind !== ARTICLE,
  });
}
