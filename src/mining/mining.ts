// Proof of work for a command, loaded only for --pow: opens a miner on all cores. At a terminal one line shows how it goes;
// a search that will take hours is told of wherever stderr goes.
import { availableParallelism } from 'node:os';
import type { Event, UnsignedEvent } from '../protocol/event.ts';
import { committedDifficulty, type MinedEvent } from '../protocol/nip13.ts';
import { Miner } from './miner.ts';

/** What is used of the context of a command. */
export interface Surroundings {
  readonly log: {
    showProgress(describe: () => string): () => void;
    warn(entry: { type: string; message: string }): void;
    detail(entry: { type: string; message: string }): void;
  };
  /** Milliseconds since 1970. */
  readonly now: () => number;
  onEnd(release: () => void): void;
}

/** Expected to take longer than this: told of once. */
const LONG_SECONDS = 3600;

/** After so long the rate is known. */
const RATE_KNOWN_MS = 2000;

/** Between two events of a bulk the line stays. */
const LINGER_MS = 200;

/** `bits` as --pow has them. `signal` ends a search. */
export function openMining(context: Surroundings, bits: number, signal: AbortSignal): Mining {
  const log = (message: string) => context.log.detail({ type: 'mining', message });
  const clock = () => performance.now();
  const miner = new Miner({ threads: availableParallelism(), clock, log });
  context.onEnd(() => miner.close());
  return new Mining(miner, context, bits, signal);
}

export class Mining {
  readonly #miner: Pick<Miner, 'mine' | 'hashes'>;
  readonly #context: Pick<Surroundings, 'log' | 'now'>;
  readonly #bits: number;
  readonly #signal: AbortSignal;
  #events = 0;
  /** Time spent in searches that are over, and when the one under way began, in milliseconds. */
  #spent = 0;
  #since: number | undefined;
  #isLongTold = false;
  #hideProgress: (() => void) | undefined;
  #hiding: NodeJS.Timeout | undefined;

  constructor(
    miner: Pick<Miner, 'mine' | 'hashes'>,
    context: Pick<Surroundings, 'log' | 'now'>,
    bits: number,
    signal: AbortSignal,
  ) {
    this.#miner = miner;
    this.#context = context;
    this.#bits = bits;
    this.#signal = signal;
  }

  /** Whether the event commits to as much work already, done by somebody else. */
  isDone(event: Pick<Event, 'id' | 'tags'>): boolean {
    return committedDifficulty(event) >= this.#bits;
  }

  /** See `Miner.mine`. */
  async mine(event: UnsignedEvent, createdAt: () => number): Promise<MinedEvent> {
    this.#begin();
    const warning = setTimeout(() => this.#warnOfLong(), RATE_KNOWN_MS).unref();
    try {
      return await this.#miner.mine(event, { bits: this.#bits, createdAt, signal: this.#signal });
    } finally {
      clearTimeout(warning);
      this.#spent = this.#milliseconds();
      this.#since = undefined;
      this.#hiding = setTimeout(() => this.end(), LINGER_MS).unref();
    }
  }

  /** Takes the line away. */
  end(): void {
    clearTimeout(this.#hiding);
    this.#hideProgress?.();
    this.#hideProgress = undefined;
  }

  /** How it goes, in a line for people. Each hash is a new throw of the dice: what is to come never gets less. */
  describe(): string {
    const { hashes } = this.#miner;
    const which = this.#events > 1 ? `, event ${this.#events}` : '';
    const rate = `${shown(this.#rate())}/s`;
    const average = roughly(this.#averageSeconds());
    return `mining ${this.#bits} bits${which}: ${shown(hashes)} hashes, ${rate}, average ${average}`;
  }

  #begin(): void {
    clearTimeout(this.#hiding);
    this.#events++;
    this.#since = this.#context.now();
    this.#hideProgress ??= this.#context.log.showProgress(() => this.describe());
  }

  #milliseconds(): number {
    return this.#spent + (this.#since === undefined ? 0 : this.#context.now() - this.#since);
  }

  /** Hashes a second. */
  #rate(): number {
    return this.#miner.hashes / Math.max(this.#milliseconds() / 1000, 0.001);
  }

  #averageSeconds(): number {
    return 2 ** this.#bits / this.#rate();
  }

  #warnOfLong(): void {
    const seconds = this.#averageSeconds();
    if (this.#isLongTold || seconds < LONG_SECONDS) return;
    this.#isLongTold = true;
    const rate = `${shown(this.#rate())} hashes/s`;
    const message = `--pow ${this.#bits} takes ${roughly(seconds)} for each event on average, at ${rate}`;
    this.#context.log.warn({ type: 'warning', message });
  }
}

/** Millions where there are some. */
function shown(count: number): string {
  if (count < 1e6) return Math.round(count).toLocaleString('en');
  return `${(count / 1e6).toFixed(count < 1e7 ? 1 : 0)} million`;
}

const UNITS: readonly [name: string, seconds: number][] = [
  ['million years', 1e6 * 365 * 86_400],
  ['years', 365 * 86_400],
  ['days', 86_400],
  ['h', 3600],
  ['min', 60],
];

/** A time in the largest unit there are two of. */
function roughly(seconds: number): string {
  const [name, size] = UNITS.find(unit => seconds >= 2 * unit[1]) ?? ['s', 1];
  const count = seconds / size;
  if (count > 1e6) return `more than a million ${name}`;
  if (count < 0.1) return 'less than 0.1 s';
  return `${count.toLocaleString('en', { maximumFractionDigits: count < 10 ? 1 : 0 })} ${name}`;
}
