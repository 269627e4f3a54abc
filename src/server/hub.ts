// What all connections of a relay share: the store, the rules, and the delivery of accepted events to listeners.

import { AtMost } from '../at-most.ts';
import { type Event, stringifyEvent } from '../protocol/event.ts';
import { kindClass } from '../protocol/kind.ts';
import type { Verifier } from '../verify/verifier.ts';
import { Counters } from './counters.ts';
import { MAX_GATHERED, MAX_LISTED_IN_ALL, MAX_UNREAD_IN_ALL, MAX_UNSENT_IN_ALL } from './limits.ts';
import { LiveIndex } from './live-index.ts';
import { NegotiationMemory } from './negotiation-memory.ts';
import { Places } from './places.ts';
import type { EventPolicy } from './rules/event-policy.ts';
import { maySee, refusalToPublish, type Visitor } from './rules/policy.ts';
import type { RateLimits } from './rules/rate-limits.ts';
import { type Rule, refusalByAll } from './rules/write-rules.ts';
import { SharedMemory } from './shared-memory.ts';
import type { Search } from './store/query/matching.ts';
import type { Visible } from './store/query/selection.ts';
import { type Admission, type EventStore, PartlyStored } from './store/store.ts';
import { Turns, type Work } from './work.ts';

export interface Settings {
  store: EventStore;
  verifier: Verifier;
  /** Require NIP-42 authentication before a client may read or write. */
  authRequired: boolean;
  /** Maximum number of stored events for one filter. */
  maxLimit: number;
  /** Maximum number of events of one negotiation (NIP-77). */
  maxNegotiated?: number | undefined;
  /** What else an event must meet to be taken, beside policy.ts. */
  rules?: readonly Rule[] | undefined;
  /** How fast events may come. */
  rates?: RateLimits | undefined;
  /** A program that decides about what all other rules let pass. */
  policy?: Pick<EventPolicy, 'judge'> | undefined;
  /** Send the NIP-67 hint with EOSE. */
  eoseHint: boolean;
  /** Milliseconds since 1970. */
  now: () => number;
  log: (line: string) => void;
  /** Hears of what the owner of the relay should know. */
  warn: (line: string) => void;
}

/** A connection, as the hub sees it. */
export type Client = Pick<Visitor, 'authed' | 'ownUrls'> & {
  /** Where it connects from. */
  readonly address: string;
};

/** A subscription, as the hub sees it. */
export interface Listener {
  /** An event that was just accepted and that it asked for. */
  deliver(event: Event, json: string): void;
}

/** The answer to an EVENT, and whether the event is new and goes to other clients. */
export interface Answer {
  accepted: boolean;
  message: string;
  isNews: boolean;
}

/** How long those who do not read may let all wait. */
const PATIENCE_MS = 1000;

/** How long messages that do not end may fill the memory of what was not handled. */
const ENDLESS_MS = 5000;

/** Steps to send an event to one subscription. */
const DELIVERY_STEPS = 16;

const ANSWERS: Readonly<Record<Admission, Answer>> = {
  stored: { accepted: true, message: '', isNews: true },
  duplicate: { accepted: true, message: 'duplicate: it is here already', isNews: false },
  replaced: { accepted: false, message: 'replaced: a newer version is known', isNews: false },
  deleted: { accepted: false, message: 'deleted: its deletion was asked for', isNews: false },
};

function refused(message: string): Answer {
  return { accepted: false, message, isNews: false };
}

function answerTo(admission: Admission | undefined, failure: Error | undefined): Answer {
  if (admission === undefined) throw failure;
  return ANSWERS[admission];
}

async function anyFinds(searches: readonly Search[], event: Event, work: Work): Promise<boolean> {
  for (const search of searches) {
    work.spend(search.cost(event));
    if (search.finds(event)) return true;
    if (work.isDue()) await work.rest();
  }
  return false;
}

export class Hub {
  readonly settings: Settings;
  /** The subscriptions that hear of accepted events. */
  readonly live = new LiveIndex<Listener>();
  readonly turns = new Turns();
  /** The same for what is published: it does not wait behind long queries. */
  readonly publishing = new Turns();
  readonly counters = new Counters();
  /** What waits to be sent, and what waits to be handled. */
  readonly unsent = new SharedMemory(MAX_UNSENT_IN_ALL, PATIENCE_MS);
  /** What the filters that hear of accepted events weigh. */
  readonly listed = new SharedMemory(MAX_LISTED_IN_ALL);
  readonly unread = new SharedMemory(MAX_UNREAD_IN_ALL, ENDLESS_MS);
  /** What is read, verified and published at this moment. */
  readonly places = new Places();
  readonly negotiated = new NegotiationMemory();
  /** The negotiations whose events are gathered. */
  readonly gathering = new AtMost(MAX_GATHERED);
  /** The ids of events that are being stored. */
  readonly #arriving = new Set<string>();

  constructor(settings: Settings) {
    this.settings = settings;
  }

  /** What the rules know of a connection at this moment. */
  visitor(client: Client): Visitor {
    const { authRequired, now } = this.settings;
    return { ...client, authRequired, now: Math.floor(now() / 1000) };
  }

  /**
   * Which events that connection may see at this moment. An event that is being stored is not seen before it is
   * broadcast, or a subscription would send it twice.
   */
  visibleTo(client: Client): Visible {
    const visitor = this.visitor(client);
    return event => !this.#arriving.has(event.id) && maySee(event, visitor);
  }

  /**
   * Accepts or refuses verified events; `answer` hears of each, in order, before other clients receive it.
   * Throws what the store throws; then only those are answered that it had stored before, and those ahead of them.
   */
  async publish(
    events: readonly Event[],
    client: Client,
    answer: (event: Event, answer: Answer) => void,
  ): Promise<void> {
    const visitor = this.visitor(client);
    const answers = events.map(event => this.#answerBeforeStoring(event, visitor, client));
    await this.#askPolicy(events, answers, client);
    const candidates = events.filter((_, i) => answers[i] === undefined);
    const fresh = new Set(candidates.map(({ id }) => id).filter(id => !this.#arriving.has(id)));
    for (const id of fresh) this.#arriving.add(id);
    try {
      const { admissions, failure } = await this.#store(candidates);
      for (const [i, event] of events.entries()) {
        const reply = answers[i] ?? answerTo(admissions.shift(), failure);
        answer(event, reply);
        if (reply === ANSWERS.duplicate) this.settings.rates?.giveBack(event);
        const listeners = reply.isNews ? this.live.matching(event) : new Map<Listener, readonly Search[]>();
        if (fresh.has(event.id)) this.#arriving.delete(event.id);
        await this.#deliver(event, listeners);
      }
    } finally {
      for (const id of fresh) this.#arriving.delete(id);
    }
  }

  /** What became of the events, as far as they could be stored. */
  async #store(events: readonly Event[]): Promise<{ admissions: Admission[]; failure?: Error }> {
    if (events.length === 0) return { admissions: [] };
    try {
      return { admissions: await this.settings.store.add(events) };
    } catch (error) {
      if (!(error instanceof PartlyStored)) throw error;
      return { admissions: [...error.admissions], failure: error.cause as Error };
    }
  }

  #answerBeforeStoring(event: Event, visitor: Visitor, { address }: Client): Answer | undefined {
    const { rules, rates } = this.settings;
    const refusal =
      refusalToPublish(event, visitor) ?? refusalByAll(event, rules) ?? rates?.take(event, address);
    if (refusal !== undefined) return refused(refusal);
    // "ephemeral … not expected to be stored by relays" (NIP-01)
    return kindClass(event.kind) === 'ephemeral' ? ANSWERS.stored : undefined;
  }

  /** Changes the answers to the events that the policy does not take. */
  async #askPolicy(events: readonly Event[], answers: (Answer | undefined)[], client: Client): Promise<void> {
    const { policy } = this.settings;
    if (!policy) return;
    const [authed] = client.authed;
    const ask = async (event: Event, i: number) => {
      if (answers[i]?.accepted === false) return;
      const ruling = await policy.judge(event, { address: client.address, authed });
      if (ruling.action === 'reject') answers[i] = refused(ruling.message);
      else if (ruling.action === 'shadowReject') answers[i] = { ...ANSWERS.stored, isNews: false };
    };
    await Promise.all(events.map(ask));
  }

  /** In slices, and no faster than the clients read: a client that does not read is dropped in the end. */
  async #deliver(event: Event, listeners: ReadonlyMap<Listener, readonly Search[]>): Promise<void> {
    if (listeners.size === 0) return;
    const work = this.turns.begin(Infinity);
    const json = stringifyEvent(event);
    for (const [listener, searches] of listeners) {
      if (searches.length > 0 && !(await anyFinds(searches, event, work))) continue;
      listener.deliver(event, json);
      work.spend(DELIVERY_STEPS);
      if (this.unsent.isCrowded) await this.unsent.room();
      else if (work.isDue()) await work.rest();
    }
  }
}
