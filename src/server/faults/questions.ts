// What a client has asked on one connection, so that the answers can be told apart: the open REQs and COUNTs, and the
// events that it published last. Bounded, since a client may ask for ever.
import type { Filter } from '../../protocol/filter.ts';
import type { Lane, Outgoing } from './held-frames.ts';
import type { Random } from './random.ts';
import type { About } from './scope.ts';

/** Sources of chance, one for each fault, so that no fault changes what another one does. */
export class Chances {
  readonly #make: (key: string) => Random;
  readonly #sources = new Map<string, Random>();

  constructor(make: (key: string) => Random) {
    this.#make = make;
  }

  for(key: string): Random {
    const source = this.#sources.get(key) ?? this.#make(key);
    this.#sources.set(key, source);
    return source;
  }
}

/** A REQ that is open. */
export interface Question {
  readonly filters: readonly Filter[];
  readonly chances: Chances;
  /** Whether its stored events are still being sent. */
  isStored: boolean;
  /** Where its frames wait. */
  readonly lane: Lane;
  /** Stored events that wait to be sent in another order. */
  readonly shuffled: Outgoing[];
}

/** Events whose OK may still be to come; a batch of frames holds fewer. */
const MAX_EVENTS = 4096;

export class Questions {
  readonly #open = new Map<string, Question>();
  readonly #counts = new Map<string, readonly Filter[]>();
  readonly #events = new Map<string, { kind: number; pubkey: string }>();

  open(subId: string, question: Question): void {
    this.#open.set(subId, question);
  }

  get(subId: string): Question | undefined {
    return this.#open.get(subId);
  }

  all(): Iterable<Question> {
    return this.#open.values();
  }

  close(subId: string): Question | undefined {
    const question = this.#open.get(subId);
    this.#open.delete(subId);
    return question;
  }

  noteCount(subId: string, filters: readonly Filter[]): void {
    this.#counts.set(subId, filters);
  }

  /** The COUNT is answered. */
  takeCount(subId: string): About {
    const filters = this.#counts.get(subId);
    this.#counts.delete(subId);
    return filters && { filters };
  }

  /** The event of an EVENT or AUTH frame, of which nothing is checked yet. */
  noteEvent(value: unknown): void {
    const { id, kind, pubkey } = (value ?? {}) as Record<string, unknown>;
    if (typeof id !== 'string' || typeof kind !== 'number' || typeof pubkey !== 'string') return;
    this.#events.delete(id);
    this.#events.set(id, { kind, pubkey });
    if (this.#events.size > MAX_EVENTS) this.#events.delete(this.#events.keys().next().value!);
  }

  aboutEvent(id: string): About {
    const event = this.#events.get(id);
    return event && { event };
  }
}
