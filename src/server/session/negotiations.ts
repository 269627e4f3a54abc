// The NIP-77 part of a session: a client and the relay find out which events each lacks. What matches the filter when a
// negotiation is opened is kept as times and ids until it is closed; how many are kept is bounded over all connections.
import type { Event } from '../../protocol/event.ts';
import type { Filter } from '../../protocol/filter.ts';
import type { NegentropyClientMessage, NegentropyRelayMessage } from '../../protocol/negentropy-message.ts';
import { isProtected } from '../../protocol/nip70.ts';
import { answerNegentropy, InvalidNegentropy, NegentropyItems } from '../../protocol/nip77.ts';
import { quote } from '../../protocol/quote.ts';
import type { Hub } from '../hub.ts';
import { MAX_NEGOTIATED, MAX_NEGOTIATIONS, MAX_STEPS, NEGOTIATION_FRAME } from '../limits.ts';
import type { Negotiated, NegotiationMemory } from '../negotiation-memory.ts';
import { maySeeAll } from '../rules/policy.ts';
import type { Items } from '../store/query/items.ts';
import { type Selecting, select } from '../store/query/selection.ts';
import type { Work } from '../work.ts';
import type { Authentication } from './authentication.ts';

/** Memory that an open negotiation takes beside its items, counted in items. */
const BASE = 1000;

/** Steps between two looks at the clock while items are put in order. */
const SEALING_STEPS = 256;

/** Items that are added before their number is looked at. */
const STRIDE = 256;

/** One open subscription id of NEG frames. */
class Negotiation implements Negotiated {
  readonly items = new NegentropyItems(16);
  readonly #drop: () => void;
  isOpen = true;

  constructor(drop: () => void) {
    this.#drop = drop;
  }

  get weight(): number {
    return BASE + this.items.size;
  }

  drop(): void {
    this.#drop();
  }
}

/** What a session lends to its negotiations. */
export interface Negotiator {
  hub: Hub;
  client: Authentication;
  send: (message: NegentropyRelayMessage) => void;
  /** Why a filter is not answered; undefined when it is. */
  refusalToRead: (filters: readonly Filter[]) => string | undefined;
}

/** The negotiations of one connection. Their ids are apart from those of REQ. */
export class Negotiations {
  readonly #negotiator: Negotiator;
  readonly #open = new Map<string, Negotiation>();
  #isOver = false;

  constructor(negotiator: Negotiator) {
    this.#negotiator = negotiator;
  }

  /** Answers a frame. Throws what the store throws. */
  async handle(message: NegentropyClientMessage): Promise<void> {
    const { type, subId } = message;
    if (this.#isOver) return;
    if (type === 'NEG-CLOSE') return this.#end(subId);
    if (type === 'NEG-OPEN') return this.#wait(subId, message.filter, message.frame);
    const negotiation = this.#open.get(subId);
    if (!negotiation) return this.refuse(subId, `closed: no negotiation ${quote(subId)} is open`);
    await this.#negotiator.hub.turns.next();
    if (negotiation.isOpen) this.#answer(subId, negotiation, message.frame);
  }

  /** Ends a negotiation, if it is open, and says why. */
  refuse(subId: string, message: string, max?: number): void {
    this.#end(subId);
    this.#negotiator.send({ type: 'NEG-ERR', subId, message, ...(max === undefined ? {} : { max }) });
  }

  /** The client has gone. */
  close(): void {
    this.#isOver = true;
    for (const subId of [...this.#open.keys()]) this.#end(subId);
  }

  /** However many come at once, a few are gathered, each in its turns. */
  #wait(subId: string, filter: Filter, frame: Uint8Array): Promise<void> {
    this.#end(subId);
    return this.#negotiator.hub.gathering.run(async () => {
      await this.#negotiator.hub.turns.next();
      if (!this.#isOver) await this.#begin(subId, filter, frame);
    });
  }

  async #begin(subId: string, filter: Filter, frame: Uint8Array): Promise<void> {
    const refusal = this.#negotiator.refusalToRead([filter]);
    if (refusal !== undefined) return this.refuse(subId, refusal);
    if (this.#open.size >= MAX_NEGOTIATIONS)
      return this.refuse(subId, `rate-limited: at most ${MAX_NEGOTIATIONS} negotiations on a connection`);
    const negotiation = new Negotiation(() =>
      this.refuse(subId, 'closed: the relay needs its memory for others; open it again'),
    );
    this.#open.set(subId, negotiation);
    this.#memory.use(negotiation);
    await this.#fill(subId, negotiation, filter);
    if (negotiation.isOpen) this.#answer(subId, negotiation, frame);
  }

  /** Adds what matches, in slices; ends the negotiation when it is too much. */
  async #fill(subId: string, negotiation: Negotiation, filter: Filter): Promise<void> {
    const { items } = negotiation;
    const work = this.#negotiator.hub.turns.begin(MAX_STEPS);
    const { maxNegotiated = MAX_NEGOTIATED } = this.#negotiator.hub.settings;
    for (const item of this.#itemsOf(filter, maxNegotiated + 1, work)) {
      if (item && items.size >= maxNegotiated) return this.refuse(subId, tooMany(items), maxNegotiated);
      if (item) items.add(item.created_at, item.id);
      if (item && items.size % STRIDE === 0) this.#memory.use(negotiation);
      if (work.isDue()) await work.rest();
      if (!negotiation.isOpen) return;
    }
    for (const _ of items.sealing()) {
      work.spend(SEALING_STEPS);
      if (work.isDue()) await work.rest();
      if (!negotiation.isOpen) return;
    }
  }

  /** Protected events go from their author only to a relay, so nobody is told to fetch them. */
  #itemsOf(filter: Filter, maxLimit: number, work: Work): Items {
    const { hub, client } = this.#negotiator;
    const { store } = hub.settings;
    const canSee = hub.visibleTo(client);
    const isVisible = (event: Event) => canSee(event) && !isProtected(event);
    const spend = (steps: number) => work.spend(steps);
    const byIndex = maySeeAll(filter, hub.visitor(client))
      ? store.items(filter, isVisible, spend)
      : undefined;
    return byIndex ?? selected(filter, maxLimit, { store, isVisible, spend });
  }

  #answer(subId: string, negotiation: Negotiation, frame: Uint8Array): void {
    this.#memory.use(negotiation);
    try {
      const answer = answerNegentropy(negotiation.items, frame, NEGOTIATION_FRAME);
      this.#negotiator.send({ type: 'NEG-MSG', subId, frame: answer });
    } catch (error) {
      if (!(error instanceof InvalidNegentropy)) throw error;
      this.refuse(subId, `error: ${error.message}`);
    }
  }

  get #memory(): NegotiationMemory {
    return this.#negotiator.hub.negotiated;
  }

  #end(subId: string): void {
    const negotiation = this.#open.get(subId);
    if (!negotiation) return;
    negotiation.isOpen = false;
    this.#open.delete(subId);
    this.#memory.release(negotiation);
  }
}

/** Items of events that must be read. */
function* selected(filter: Filter, maxLimit: number, selecting: Selecting): Items {
  for (const stored of select([filter], { maxLimit, isHinting: false }, selecting)) yield stored?.event;
}

/** They came newest first: what is later than the last one is not too many. */
function tooMany(items: NegentropyItems): string {
  const since = items.timeAt(items.size - 1) + 1;
  return `blocked: too many events match; ask for less time, or since ${since}`;
}
