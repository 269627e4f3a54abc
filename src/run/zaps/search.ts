// Finds what a zap is about: an event or a profile, the newest that the hints of a code, the user's relays, and those its
// author writes to hold; and where people read.
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { worstKind } from '../../exit-codes.ts';
import type { Event } from '../../protocol/event.ts';
import type { Filter } from '../../protocol/filter.ts';
import { parseAddress } from '../../protocol/kind.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import { endingFailure, type RelayEnding } from '../../relay/link/outcome.ts';
import { AskableRelays } from '../lookup/askable-relays.ts';
import { gather } from '../lookup/gather.ts';
import { findRelayLists } from '../lookup/relay-lists.ts';
import type { Wanted } from '../lookup/wanted.ts';
import { findNewest, type Subject } from '../people/newest.ts';
import { nobodyToAsk, type Where } from '../people/where.ts';
import { nothing } from '../query-run.ts';

/** Relays of one person that an event is looked for at, or that a receipt goes to. */
const RELAYS_OF_PERSON = 4;

export class ZapSearch {
  readonly #context: Context;
  readonly #where: Where;
  readonly #askable: AskableRelays;
  readonly #readRelays = new Map<string, readonly string[]>();
  /** Authors of whom it is told where they write. */
  readonly #told = new Set<string>();

  constructor(context: Context, where: Where) {
    this.#context = context;
    this.#where = where;
    this.#askable = new AskableRelays(where);
  }

  /** The profile of a person. Throws a `Failure` when it is not found. */
  async profile(pubkey: string, hints: readonly string[]): Promise<Event> {
    const missing = `no profile of ${encodeEntity({ type: 'npub', pubkey })}`;
    return this.#newest({ author: pubkey, kind: PROFILE }, hints, missing);
  }

  /** The event that is wanted, the newest of an address. Throws a `Failure` when it is not found. */
  async event({ key, hints, author, filter, isReplaceable }: Wanted): Promise<Event> {
    const { kind, pubkey, identifier } = parseAddress(key) ?? {};
    if (isReplaceable) return this.#newest({ author: pubkey!, kind: kind!, d: identifier }, hints, NO_EVENT);
    const endings: RelayEnding[] = [];
    const first = [...new Set([...this.#where.own, ...hints])];
    let found = await this.#ask(filter, first, endings);
    if (!found && author !== undefined && first.length > 0) {
      const { lists } = await findRelayLists(this.#context, [author], first, this.#where);
      const others = this.#askable.of(lists.get(author)?.write ?? []);
      const more = others.filter(relay => !first.includes(relay)).slice(0, RELAYS_OF_PERSON);
      found = await this.#ask(filter, more, endings);
    }
    return this.#checked(found, NO_EVENT, endings);
  }

  /** Where a person reads whose profile was looked for: the relays that they may be asked at. */
  readRelays(pubkey: string): readonly string[] {
    return this.#readRelays.get(pubkey) ?? [];
  }

  async #newest(subject: Subject, hints: readonly string[], missing: string): Promise<Event> {
    if (hints.length + this.#where.own.length === 0) throw nobodyToAsk();
    const isAgain = this.#told.has(subject.author);
    this.#told.add(subject.author);
    const where = { ...this.#where, hints };
    const { event, endings, lists } = await findNewest(this.#context, subject, where, isAgain);
    const read = lists?.read ?? [];
    if (read.length > 0)
      this.#readRelays.set(subject.author, this.#askable.of(read).slice(0, RELAYS_OF_PERSON));
    return this.#checked(event, missing, endings);
  }

  async #ask(filter: Filter, relays: readonly string[], endings: RelayEnding[]): Promise<Event | undefined> {
    let found: Event | undefined;
    const asking = new Map(relays.map(relay => [relay, [filter]]));
    const ended = await gather(this.#context, asking, this.#where, ({ event }) => {
      found ??= event.toEvent();
    });
    endings.push(...ended);
    return found;
  }

  async #checked(found: Event | undefined, missing: string, endings: readonly RelayEnding[]): Promise<Event> {
    const { end, flags, named } = this.#where;
    this.#context.signal.throwIfAborted();
    end.check('before everything was found');
    if (found) return found;
    if (endings.length === 0) throw nobodyToAsk();
    const failures = endings.map(endingFailure).filter(kind => kind !== undefined);
    if (failures.length === endings.length)
      throw await nothing(endings, worstKind(failures)!, { ...flags, named, canAuth: false }, this.#context);
    throw new Failure('refused', `${missing} was found`, {
      code: 'not_found',
      hint: 'Look elsewhere with --relay URL.',
    });
  }
}

const PROFILE = 0;
const NO_EVENT = 'no such event';
