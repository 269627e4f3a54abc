// What all connections of a relay share: the store, the rules, and the delivery of accepted events to listeners.
import { type Event, stringifyEvent } from '../protocol/event.ts';
import { kindClass } from '../protocol/kind.ts';
import type { Verifier } from '../verify/verifier.ts';
import { maySee, refusalToPublish, type Visitor } from './policy.ts';
import type { Visible } from './store/selection.ts';
import type { Admission, EventStore } from './store/store.ts';

export interface Settings {
  store: EventStore;
  verifier: Verifier;
  /** Require NIP-42 authentication before a client may read or write. */
  authRequired: boolean;
  /** Maximum number of stored events for one filter. */
  maxLimit: number;
  /** Send the NIP-67 hint with EOSE. */
  eoseHint: boolean;
  /** Milliseconds since 1970. */
  now: () => number;
  log: (line: string) => void;
}

/** A connection, as the hub sees it. */
export interface Listener {
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
  readonly #listeners = new Set<Listener>();

  constructor(settings: Settings) {
    this.settings = settings;
  }

  join(listener: Listener): void {
    this.#listeners.add(listener);
  }

  leave(listener: Listener): void {
    this.#listeners.delete(listener);
  }

  /** What the rules know of a connection at this moment. */
  visitor(authed: ReadonlySet<string>): Visitor {
    const { authRequired, now } = this.settings;
    return { authRequired, authed, now: Math.floor(now() / 1000) };
  }

  /** Which events that connection may see at this moment. */
  visibleTo(authed: ReadonlySet<string>): Visible {
    const visitor = this.visitor(authed);
    return event => maySee(event, visitor);
  }

  /** Accepts or refuses a verified event. Clients receive it only by `broadcast`, so that the OK is sent first. */
  accept(event: Event, authed: ReadonlySet<string>): Answer {
    const refusal = refusalToPublish(event, this.visitor(authed));
    if (refusal !== undefined) return { accepted: false, message: refusal, isNews: false };
    // "ephemeral … not expected to be stored by relays" (NIP-01)
    if (kindClass(event.kind) === 'ephemeral') return ANSWERS.stored;
    return ANSWERS[this.settings.store.add(event)];
  }

  broadcast(event: Event): void {
    const json = stringifyEvent(event);
    for (const listener of this.#listeners) listener.deliver(event, json);
  }
}
