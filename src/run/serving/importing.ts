// The events of a file or stdin go into a store, which no relay serves meanwhile: `serve --import`, and `--seed` before the
// relay starts. They are verified ahead, and stored many at a time; what is stored stays, whenever the loading ends.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { openNamedFile } from '../../input/named-file.ts';
import type { Event } from '../../protocol/event.ts';
import { kindClass } from '../../protocol/kind.ts';
import { isExpired } from '../../protocol/nip40.ts';
import { isSlice, weightOf } from '../../server/store/slices.ts';
import { type Admission, type EventStore, PartlyStored } from '../../server/store/store.ts';
import type { Verifier } from '../../verify/verifier.ts';
import { BadLines, openLines, readItems } from '../events/event-input.ts';
import { deliverEvents } from '../events/event-source.ts';
import { openVerifier } from '../verification.ts';

/** Imports until the end or a signal, and tells what became of the events. Throws for bad lines, at the end. */
export async function importEvents(path: string, store: EventStore, context: Context): Promise<void> {
  const loading = new Loading('import', path, store, context);
  try {
    await loading.run(await openVerifier(context));
  } finally {
    context.log.note({ ...loading.summary, message: `imported: ${loading.outcome}` });
  }
  if (loading.badLines.failure && !context.signal.aborted) throw loading.badLines.failure;
}

/** The store of a relay that is to start, and what verifies its events. */
export interface Soil {
  store: EventStore;
  verifier: Verifier;
}

/**
 * Loads what a relay has at its start. Who starts one waits for its URL and not for its end, so bad lines are told at
 * once: with any of them the relay does not start. Throws `UsageError` then, and `IoError`; a signal only ends it.
 */
export async function seedStore(path: string, { store, verifier }: Soil, context: Context): Promise<void> {
  const { log, signal } = context;
  const loading = new Loading('seed', path, store, context);
  try {
    await loading.run(verifier);
  } finally {
    const { summary, outcome } = loading;
    if (signal.aborted)
      log.note({ ...summary, message: `--seed was interrupted, the relay did not start: ${outcome}` });
    else log.detail({ ...summary, message: `seeded: ${outcome}` });
  }
  const { count } = loading.badLines;
  if (count > 0 && !signal.aborted)
    throw new UsageError(`--seed: ${count} bad ${count === 1 ? 'line' : 'lines'}; the relay did not start`, {
      code: 'bad_lines',
      hint: 'nost verify FILE > GOOD writes the good ones to a file.',
    });
}

class Loading {
  readonly badLines: BadLines;
  readonly #name: 'import' | 'seed';
  readonly #path: string;
  readonly #store: EventStore;
  readonly #context: Context;
  readonly #start: number;
  /** New in the store; later events may have replaced or deleted some of them. */
  #stored = 0;
  /** Ephemeral, expired, known already, replaced or deleted. */
  #skipped = 0;
  #waiting: Event[] = [];
  #weight = 0;

  /** `name` is that of the flag that named the path. */
  constructor(name: 'import' | 'seed', path: string, store: EventStore, context: Context) {
    this.#name = name;
    this.#path = path;
    this.#store = store;
    this.#context = context;
    this.#start = context.now();
    this.badLines = new BadLines(path === '-' ? 'stdin' : path, context, false);
  }

  get outcome(): string {
    const { count: bad } = this.badLines;
    const parts = [`${this.#stored} stored`, `${this.#skipped} skipped`, ...(bad > 0 ? [`${bad} bad`] : [])];
    return parts.join(', ');
  }

  get summary() {
    return { type: 'summary', stored: this.#stored, skipped: this.#skipped, bad: this.badLines.count };
  }

  /** Loads until the end or a signal; bad lines are reported and skipped. */
  async run(verifier: Verifier): Promise<void> {
    const { signal, log } = this.#context;
    const source = await this.#open();
    const stop = () => source.destroy();
    signal.addEventListener('abort', stop);
    const endProgress = log.showProgress(() => this.#describe());
    try {
      const items = readItems(source, this.#path === '-' ? 'stdin' : this.#path);
      await deliverEvents(items, RULES, this.badLines, verifier, async events => {
        await this.#take(events.map(event => event.toEvent()));
        return !signal.aborted;
      });
      await this.#flush();
    } finally {
      endProgress();
      stop();
    }
  }

  #open() {
    const isStdin = this.#name === 'import' && this.#path === '-';
    if (isStdin) return openLines(this.#context, true, '');
    return openNamedFile(this.#path, this.#context.deadline.signal, `--${this.#name}`);
  }

  #describe(): string {
    const seconds = Math.max((this.#context.now() - this.#start) / 1000, 0.001);
    const all = this.#stored + this.#skipped;
    return `${this.#name}: ${all} events, ${Math.round(all / seconds)}/s, ${this.#skipped} skipped`;
  }

  async #take(events: readonly Event[]): Promise<void> {
    const now = Math.floor(this.#context.now() / 1000);
    for (const event of events) {
      if (kindClass(event.kind) === 'ephemeral' || isExpired(event, now)) {
        this.#skipped++;
        continue;
      }
      this.#waiting.push(event);
      this.#weight += weightOf(event);
      if (isSlice(this.#waiting.length, this.#weight)) await this.#flush();
    }
  }

  async #flush(): Promise<void> {
    const batch = this.#waiting;
    [this.#waiting, this.#weight] = [[], 0];
    try {
      this.#count(await this.#store.add(batch));
    } catch (error) {
      if (!(error instanceof PartlyStored)) throw error;
      this.#count(error.admissions);
      throw error.cause;
    }
  }

  #count(admissions: readonly Admission[]): void {
    const stored = admissions.filter(admission => admission === 'stored').length;
    this.#stored += stored;
    this.#skipped += admissions.length - stored;
  }
}

const RULES = { noDrafts: 'a draft is no event yet: nost sign makes one' };
