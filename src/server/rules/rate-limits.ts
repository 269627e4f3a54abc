// How fast events may come from one address, and by one key: each has a bucket that fills at the rate, and that an event
// takes one from. An event that was known already costs its author nothing, for anybody may send it again.
import type { Event } from '../../protocol/event.ts';
import type { Rate } from '../../protocol/rate.ts';

/** Buckets that are remembered; the one used longest ago goes first. */
const MAX_BUCKETS = 20_000;

interface Bucket {
  level: number;
  /** Milliseconds. */
  at: number;
}

export class RateLimits {
  readonly #rate: Rate;
  readonly #now: () => number;
  readonly #buckets = new Map<string, Bucket>();

  /** `now` counts milliseconds. */
  constructor(rate: Rate, now: () => number) {
    this.#rate = rate;
    this.#now = now;
  }

  /** Why an event comes too early, as the message of an OK; undefined when it does not. */
  take({ pubkey }: Pick<Event, 'pubkey'>, address: string): string | undefined {
    if (!this.#takeFrom(`address ${address}`)) return this.#refusal('from one address');
    if (!this.#takeFrom(pubkey)) return this.#refusal('by one key');
    return undefined;
  }

  /** The event was no news. */
  giveBack({ pubkey }: Pick<Event, 'pubkey'>): void {
    const bucket = this.#buckets.get(pubkey);
    if (bucket) bucket.level = Math.min(bucket.level + 1, this.#rate.count);
  }

  #refusal(from: string): string {
    const { count, ms } = this.#rate;
    return `rate-limited: at most ${count} events in ${ms / 1000} s ${from}`;
  }

  #takeFrom(name: string): boolean {
    const now = this.#now();
    const { count, ms } = this.#rate;
    const { level, at } = this.#buckets.get(name) ?? { level: count, at: now };
    const filled = Math.min(count, level + (Math.max(0, now - at) * count) / ms);
    this.#buckets.delete(name); // it moves to the end
    this.#buckets.set(name, { level: filled < 1 ? filled : filled - 1, at: now });
    if (this.#buckets.size > MAX_BUCKETS) this.#buckets.delete(this.#buckets.keys().next().value!);
    return filled >= 1;
  }
}
