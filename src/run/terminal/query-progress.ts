// How far a long query is, in a line for people: events so far and how fast, the oldest date, relays that ended.
import type { Context } from '../../context.ts';
import type { Batch } from '../../relay/query/relay-query.ts';

export class QueryProgress {
  readonly #relays: number;
  readonly #now: () => number;
  readonly #start: number;
  readonly #stop: () => void;
  #events = 0;
  #ended = 0;
  #oldest = Number.POSITIVE_INFINITY;

  constructor(relays: number, { log, now }: Pick<Context, 'log' | 'now'>) {
    this.#relays = relays;
    this.#now = now;
    this.#start = now();
    this.#stop = log.showProgress(() => this.describe());
  }

  count({ events }: Batch): void {
    this.#events += events.length;
    const last = events.at(-1); // pages go back in time
    if (last) this.#oldest = Math.min(this.#oldest, last.created_at);
  }

  relayEnded(): void {
    this.#ended++;
  }

  end(): void {
    this.#stop();
  }

  describe(): string {
    const seconds = Math.max((this.#now() - this.#start) / 1000, 0.001);
    const rate = Math.round(this.#events / seconds);
    const date = new Date(this.#oldest * 1000);
    return [
      `events: ${this.#events}`,
      `${rate}/s`,
      ...(Number.isNaN(date.getTime())
        ? []
        : [`back to ${date.toISOString().slice(0, 16).replace('T', ' ')}`]),
      ...(this.#relays === 1 ? [] : [`${this.#ended} of ${this.#relays} relays ended`]),
    ].join(', ');
  }
}
