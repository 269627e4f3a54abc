// How much all open negotiations (NIP-77) keep together, and which of them ends when it is too much.
import { MAX_NEGOTIATED_IN_ALL } from './limits.ts';

/** An open negotiation, as the memory of the relay sees it. */
export interface Negotiated {
  /** What it keeps, in items. */
  readonly weight: number;
  /** Ends it, and releases it here, because others need its memory. */
  drop(): void;
}

/** The negotiations of all connections. While they hold too much, the one that was used longest ago is dropped. */
export class NegotiationMemory {
  readonly #max: number;
  /** Negotiations with what they weighed when it was last looked at; the one used longest ago comes first. */
  readonly #weights = new Map<Negotiated, number>();
  #total = 0;

  constructor(max = MAX_NEGOTIATED_IN_ALL) {
    this.#max = max;
  }

  /** Notes that a negotiation is used, and what it holds now. */
  use(negotiation: Negotiated): void {
    this.release(negotiation);
    this.#weights.set(negotiation, negotiation.weight);
    this.#total += negotiation.weight;
    for (const [oldest] of this.#weights) {
      if (this.#total <= this.#max) return;
      oldest.drop();
    }
  }

  release(negotiation: Negotiated): void {
    this.#total -= this.#weights.get(negotiation) ?? 0;
    this.#weights.delete(negotiation);
  }
}
