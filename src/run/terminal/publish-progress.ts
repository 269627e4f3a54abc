// How far a bulk publishing is, in a line for people: events of those read so far, how fast, how many were not accepted.
import type { Context } from '../../context.ts';
import type { PublishCounts } from '../publish-counts.ts';

export class PublishProgress {
  readonly #counts: Pick<PublishCounts, 'events' | 'missed'>;
  readonly #now: () => number;
  readonly #start: number;
  readonly #stop: () => void;
  #read = 0;
  #isWhole = false;

  constructor(counts: Pick<PublishCounts, 'events' | 'missed'>, { log, now }: Pick<Context, 'log' | 'now'>) {
    this.#counts = counts;
    this.#now = now;
    this.#start = now();
    this.#stop = log.showProgress(() => this.describe());
  }

  /** So many more events were read. */
  read(events: number): void {
    this.#read += events;
  }

  /** No more will be read. */
  whole(): void {
    this.#isWhole = true;
  }

  end(): void {
    this.#stop();
  }

  describe(): string {
    const { events, missed } = this.#counts;
    const seconds = Math.max((this.#now() - this.#start) / 1000, 0.001);
    const total = this.#isWhole ? this.#read : `${this.#read}+`;
    return `events: ${events} of ${total}, ${Math.round(events / seconds)}/s, ${missed} not accepted`;
  }
}
