// `publish --outbox`: where each event goes. That is where its author writes, and where those whom it addresses read
// (NIP-65); a gift wrap goes where they take private messages (NIP-17). Of whom no list is known is named, and what has no
// place else goes to the relays of the command line. Lists are looked up once for each person, many together.
import type { Context } from '../../context.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import { isWrapKind } from '../../protocol/nip59.ts';
import { addresseesOf } from '../../protocol/nip65.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { endingFailure } from '../../relay/link/outcome.ts';
import { AskableRelays } from './askable-relays.ts';
import type { GatherOptions } from './gather.ts';
import { findRelayLists, INBOX_LIST, type PersonRelays, RELAY_LIST } from './relay-lists.ts';

/** Relays that one command sends to, each on a connection of its own. */
const MOST_RELAYS = 100;

/** Relays of one event. */
const MOST_OF_EVENT = 20;

/** Relays of one person: all that an author writes to, within reason; of a reader, who reads all, a few will do. */
export const MOST_OF_AUTHOR = 10;
const MOST_OF_READER = 3;

/** Relays of a list that are looked at. */
const MOST_LISTED = 30;

/** People of one event that are looked up: beyond that it is a list of people. */
const MOST_ADDRESSED = 100;

/** People whose lists are remembered. */
const MOST_KNOWN = 10_000;

/** People that are named one by one. */
const MOST_NAMED = 20;

/** Which of a person's relays. */
type Role = 'write' | 'read' | 'inbox';

export interface RouteOptions extends GatherOptions {
  /** Those that the user named. */
  relays: readonly string[];
  /** Whose own events these are, and what is done where no relay of a list serves them; else it is warned of. */
  self?: { pubkey: string; onUnserved(): void } | undefined;
}

export class OutboxRoutes {
  readonly #context: Context;
  readonly #options: RouteOptions;
  readonly #askable: AskableRelays;
  readonly #known = new Map<string, Readonly<Record<Role, string[]>> | undefined>();
  /** All relays that events go to. */
  readonly #chosen: Set<string>;
  /** Relays that are asked for lists; those that do not answer are not asked again. */
  #asked: readonly string[];
  readonly #unreached = new Set<string>();

  constructor(context: Context, options: RouteOptions) {
    this.#context = context;
    this.#options = options;
    this.#askable = new AskableRelays(options);
    this.#asked = options.relays;
    this.#chosen = new Set(options.relays);
  }

  /** These are a person's lists: nobody is asked for them. Undefined: there are none. */
  know(person: string, lists: PersonRelays | undefined): void {
    this.#known.set(person, shortened(lists, this.#askable));
  }

  /** The relays of each event, in the order of the events. */
  async of(events: readonly StreamEvent[]): Promise<string[][]> {
    const addressed = events.map(event => addresseesOf(event).slice(0, MOST_ADDRESSED));
    const people = events.flatMap((event, index) =>
      isWrapKind(event.kind) ? addressed[index]! : [event.pubkey, ...addressed[index]!],
    );
    await this.#learn(new Set(people));
    return events.map((event, index) => this.#relaysOf(event, addressed[index]!));
  }

  /** How many people could not be reached in all, and which relays are not sent to. */
  tell(): void {
    this.#askable.tell(entry => this.#context.log.note(entry));
    const more = this.#unreached.size - MOST_NAMED;
    if (more > 0) this.#context.log.warn({ type: 'uncovered', more, message: `and ${more} more people` });
  }

  async #learn(people: ReadonlySet<string>): Promise<void> {
    if (this.#known.size > MOST_KNOWN) this.#known.clear();
    const unknown = [...people].filter(person => !this.#known.has(person));
    if (unknown.length === 0) return;
    const { lists, endings } = await findRelayLists(this.#context, unknown, this.#asked, this.#options);
    const failed = endings.filter(ending => endingFailure(ending) !== undefined).map(({ relay }) => relay);
    this.#asked = this.#asked.filter(relay => !failed.includes(relay));
    for (const person of unknown) this.know(person, lists.get(person));
  }

  #relaysOf(event: StreamEvent, addressed: readonly string[]): string[] {
    const { kind, pubkey } = event;
    const isWrap = isWrapKind(kind);
    const relays = new Set<string>();
    if (!isWrap && !this.#add(pubkey, 'write', relays)) this.#tellUnreached(pubkey, NO_OUTBOX);
    for (const person of addressed)
      if (!this.#add(person, isWrap ? 'inbox' : 'read', relays))
        this.#tellUnreached(person, isWrap ? NO_INBOX : NO_READER);
    // Lists are looked for where everybody looks.
    const isList = kind === RELAY_LIST || kind === INBOX_LIST;
    if (isList || !this.#hasPlace(event, relays)) for (const relay of this.#options.relays) relays.add(relay);
    return [...relays];
  }

  /** Whether its author's relays, or for a wrap those of a reader, are among them. */
  #hasPlace({ kind, pubkey }: StreamEvent, relays: ReadonlySet<string>): boolean {
    if (isWrapKind(kind)) return relays.size > 0;
    return this.#known.get(pubkey)?.write.some(relay => relays.has(relay)) ?? false;
  }

  /** Adds relays of a person; false when none serves them. */
  #add(person: string, role: Role, relays: Set<string>): boolean {
    const list = this.#known.get(person)?.[role] ?? [];
    const most = role === 'write' ? MOST_OF_AUTHOR : MOST_OF_READER;
    let served = 0;
    for (const relay of [...list].sort((a, b) => Number(this.#chosen.has(b)) - Number(this.#chosen.has(a)))) {
      if (served === most) break;
      if (!relays.has(relay) && relays.size >= MOST_OF_EVENT) continue;
      if (!this.#chosen.has(relay) && this.#chosen.size >= MOST_RELAYS) continue;
      this.#chosen.add(relay);
      relays.add(relay);
      served++;
    }
    return served > 0;
  }

  #tellUnreached(pubkey: string, why: string): void {
    if (this.#unreached.has(pubkey) || this.#unreached.size > MOST_KNOWN) return;
    this.#unreached.add(pubkey);
    if (this.#unreached.size > MOST_NAMED) return;
    const { self } = this.#options;
    if (pubkey === self?.pubkey) return self.onUnserved();
    const npub = encodeEntity({ type: 'npub', pubkey });
    this.#context.log.warn({ type: 'uncovered', pubkey, message: `${npub}: ${why}` });
  }
}

/** A list may hold thousands. */
function shortened(
  lists: PersonRelays | undefined,
  askable: AskableRelays,
): Record<Role, string[]> | undefined {
  if (!lists) return undefined;
  const first = (relays: readonly string[]) => askable.of(relays).slice(0, MOST_LISTED);
  return { write: first(lists.write), read: first(lists.read), inbox: first(lists.inbox) };
}

const NO_OUTBOX = 'no relay list that can be used; what they wrote goes to the relays you named';
const NO_READER = 'no relay list that can be used; it is not sent to where they read';
const NO_INBOX = 'no list of inboxes (10050) that can be used; the wrap goes to the relays you named';
