// What all connections of a relay share: the store, the rules, and the delivery of accepted events to listeners.
import { type Event, stringifyEvent } from '../protocol/event.ts';
import { kindClass } from '../protocol/kind.ts';
import type { Verifier } from '../verify/verifier.ts';
import { LiveIndex } from './live-index.ts';
import { NegotiationMemory } from './negotiation-memory.ts';
import { maySee, refusalToPublish, type Visitor } from './policy.ts';
import type { Visible } from './store/selection.ts';
import type { Admission, EventStore } from './store/store.ts';
import { Turns } from './work.ts';
import { type Rule, refusalByAll } from './write-rules.ts';

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
  /** Send the NIP-67 hint with EOSE. */
  eoseHint: boolean;
  /** Milliseconds since 1970. */
  now: () => number;
  log: (line: string) => void;
}

/** A connection, as the hub sees it. */
export type Client = Pick<Visitor, 'authed' | 'ownUrls'>;

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

const ANSWERS: Readonly<Record<Admission, Answer>> = {
  stored: { accepted: true, message: '', isNews: true },
  duplicate: { accepted: true, message: 'duplicate: it is here already', isNews: false },
  replaced: { accepted: false, message: 'replaced: a newer version is known', isNews: false },
  deleted: { accepted: false, message: 'deleted: its deletion was asked for', isNews: false },
};

export class Hub {
  readonly settings: Settings;
  /** The subscriptions that hear of accepted events. */
  readonly live = new LiveIndex<Listener>();
  readonly turns = new Turns();
  readonly negotiated = new NegotiationMemory();
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
   * Throws what the store throws; then none is answered.
   */
  async publish(
    events: readonly Event[],
    client: Client,
    answer: (event: Event, answer: Answer) => void,
  ): Promise<void> {
    const visitor = this.visitor(client);
    const answers = events.map(event => this.#answerBeforeStoring(event, visitor));
    const candidates = events.filter((_, i) => answers[i] === undefined);
    const admissions = await this.#store(candidates);
    for (const [i, event] of events.entries()) {
      const reply = answers[i] ?? ANSWERS[admissions.shift()!];
      answer(event, reply);
      if (reply.isNews) this.#broadcast(event);
    }
  }

  #answerBeforeStoring(event: Event, visitor: Visitor): Answer | undefined {
    const refusal = refusalToPublish(event, visitor) ?? refusalByAll(event, this.settings.rules);
    if (refusal !== undefined) return { accepted: false, message: refusal, isNews: false };
    // "ephemeral … not expected to be stored by relays" (NIP-01)
    return kindClass(event.kind) === 'ephemeral' ? ANSWERS.stored : undefined;
  }

  async #store(events: readonly Event[]): Promise<Admission[]> {
    if (events.length === 0) return [];
    const fresh = events.filter(event => !this.#arriving.has(event.id));
    for (const { id } of fresh) this.#arriving.add(id);
    try {
      return await this.settings.store.add(events);
    } finally {
      for (const { id } of fresh) this.#arriving.delete(id);
    }
  }

  #broadcast(event: Event): void {
    const listeners = this.live.matching(event);
    if (listeners.size === 0) return;
    const json = stringifyEvent(event);
    for (const listener of listeners) listener.deliver(event, json);
  }
}
