// The newest version of what a person publishes under one address: every relay that may hold it is asked, and what is
// newest and valid counts, whoever sent it.
import type { Context } from '../../context.ts';
import { compareEvents, type Event } from '../../protocol/event.ts';
import type { Filter } from '../../protocol/filter.ts';
import { eventAddress, kindClass } from '../../protocol/kind.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { endingFailure, type RelayEnding } from '../../relay/link/outcome.ts';
import { AskableRelays } from '../lookup/askable-relays.ts';
import { type Asking, type Found, gather } from '../lookup/gather.ts';
import { MOST_OF_AUTHOR } from '../lookup/outbox-routes.ts';
import { listFilters, NewestLists, type PersonRelays } from '../lookup/relay-lists.ts';
import { logEnding } from '../query-run.ts';
import type { Where } from './where.ts';

/** What can be replaced: a kind of one author, and for addressable kinds its identifier. */
export interface Subject {
  author: string;
  kind: number;
  d?: string | undefined;
}

export interface Newest {
  /** Undefined: no relay that answered has one. */
  event: Event | undefined;
  /** The relays that hold it, in the order they were asked: what is printed of them is the same each time. */
  holders: readonly string[];
  /** How each relay that was asked ended. */
  endings: readonly RelayEnding[];
  /** The author's relay lists; undefined: none was found. */
  lists: PersonRelays | undefined;
}

/** Asks every relay that may hold it. A relay that fails, or sends what is not true, is told of, where it is not the second time. */
export async function findNewest(
  context: Context,
  subject: Subject,
  where: Where,
  isAgain = false,
): Promise<Newest> {
  const best = new Best(subject);
  const lists = new NewestLists();
  const onFound = (found: Found) => {
    best.note(found);
    lists.note(found);
  };
  const first = [...new Set([...where.hints, ...where.own])];
  const filters = [filterOf(subject), ...listFilters([subject.author])];
  const ask = (relays: readonly string[]) => {
    const asking: Asking = new Map(relays.map(relay => [relay, filters]));
    const isSole = relays === first && first.length === 1;
    const tell = isAgain ? undefined : (ending: RelayEnding) => logEnding(ending, isSole, context);
    return gather(context, asking, { ...where, tell, all: isUnnamed(subject) }, onFound);
  };
  const endings = await ask(first);
  const askable = new AskableRelays({ flags: where.flags, named: where.named });
  const asked = [...first];
  for (let round = 0; round < ROUNDS; round++) {
    const written = lists.byPerson(asked).get(subject.author)?.write ?? [];
    const outbox = askable
      .of(written)
      .slice(0, MOST_OF_AUTHOR)
      .filter(relay => !asked.includes(relay));
    if (outbox.length === 0) break;
    if (!isAgain) tellOutbox(context, subject.author, outbox);
    asked.push(...outbox);
    endings.push(...(await ask(outbox)));
  }
  askable.tell(entry => context.log.detail(entry));
  const known = lists.byPerson(asked).get(subject.author);
  const holders = asked.filter(relay => best.holders.has(relay));
  return { event: best.event?.toEvent(), holders, endings, lists: known };
}

/** The newest version that these relays have. */
export async function newestAt(
  context: Context,
  subject: Subject,
  relays: readonly string[],
  where: Where,
): Promise<Pick<Newest, 'event' | 'holders'>> {
  const best = new Best(subject);
  const filters = [filterOf(subject)];
  const asking: Asking = new Map(relays.map(relay => [relay, filters]));
  await gather(context, asking, { ...where, all: isUnnamed(subject) }, found => best.note(found));
  return { event: best.event?.toEvent(), holders: relays.filter(relay => best.holders.has(relay)) };
}

/** A relay of the list may hold a newer list, which names others; nobody is followed without end. */
const ROUNDS = 3;

/** The relays that answered to the end. */
export function answeredOf({ endings }: Pick<Newest, 'endings'>): string[] {
  return endings.filter(ending => endingFailure(ending) === undefined).map(({ relay }) => relay);
}

class Best {
  event: StreamEvent | undefined;
  holders = new Set<string>();
  readonly #address: string;

  constructor({ author, kind, d = '' }: Subject) {
    this.#address = eventAddress({ kind, pubkey: author, tags: [['d', d]] })!;
  }

  note({ relay, event }: Found): void {
    if (eventAddress(event) !== this.#address) return;
    if (event.id === this.event?.id) this.holders.add(relay);
    else if (!this.event || compareEvents(event, this.event) < 0) {
      this.event = event;
      this.holders = new Set([relay]);
    }
  }
}

/** An event without a `d` tag has an empty identifier, and relays differ in finding that: all of the kind are read. */
function isUnnamed({ kind, d = '' }: Subject): boolean {
  return kindClass(kind) === 'addressable' && d === '';
}

function filterOf(subject: Subject): Filter {
  const { author, kind, d = '' } = subject;
  const isNamed = kindClass(kind) === 'addressable' && !isUnnamed(subject);
  return { kinds: [kind], authors: [author], ...(isNamed && { '#d': [d] }) };
}

/** Which relays are asked because somebody writes there. */
export function tellOutbox({ log }: Context, author: string, relays: readonly string[]): void {
  const npub = encodeEntity({ type: 'npub', pubkey: author });
  log.note({ type: 'asked', relays, message: `also asked, where ${npub} writes: ${relays.join(' ')}` });
}
