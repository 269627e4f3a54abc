// `serve --import`: the events of a file or stdin go into a store, which no relay serves meanwhile. They are verified ahead,
// and stored many at a time; what is stored stays, whenever the import ends.
import type { Context } from '../../context.ts';
import { openNamedFile } from '../../input/named-file.ts';
import type { Event } from '../../protocol/event.ts';
import { kindClass } from '../../protocol/kind.ts';
import { isExpired } from '../../protocol/nip40.ts';
import type { EventStore } from '../../server/store/store.ts';
import { BadLines, openLines, readItems } from '../events/event-input.ts';
import { deliverEvents } from '../events/event-source.ts';
import { openVerifier } from '../verification.ts';

/** Events that are stored in one transaction. */
const BATCH = 2000;

/** Imports until the end or a signal, and tells what became of the events. Throws for bad lines, at the end. */
export async function importEvents(path: string, store: EventStore, context: Context): Promise<void> {
  const name = path === '-' ? 'stdin' : path;
  const source =
    path === '-' ? openLines(context, true, '') : await openNamedFile(path, context.deadline.signal);
  const stop = () => source.destroy();
  context.signal.addEventListener('abort', stop);
  const badLines = new BadLines(name, context, false);
  const importing = new Importing(store, context.now);
  const endProgress = context.log.showProgress(() => importing.describe());
  try {
    const verifier = await openVerifier(context);
    const rules = { noDrafts: 'a draft is no event yet: nost sign makes one' };
    await deliverEvents(readItems(source, name), rules, badLines, verifier, async events => {
      await importing.take(events.map(event => event.toEvent()));
      return !context.signal.aborted;
    });
    await importing.flush();
  } finally {
    endProgress();
    stop();
    tell(importing, badLines.count, context);
  }
  if (badLines.failure && !context.signal.aborted) throw badLines.failure;
}

function tell({ stored, skipped }: Importing, bad: number, { log }: Context): void {
  const parts = [`${stored} stored`, `${skipped} skipped`, ...(bad > 0 ? [`${bad} bad`] : [])];
  log.note({ type: 'summary', stored, skipped, bad, message: `imported: ${parts.join(', ')}` });
}

class Importing {
  /** New in the store; later events may have replaced or deleted some of them. */
  stored = 0;
  /** Ephemeral, expired, known already, replaced or deleted. */
  skipped = 0;
  readonly #store: EventStore;
  readonly #now: () => number;
  readonly #start: number;
  #waiting: Event[] = [];

  constructor(store: EventStore, now: () => number) {
    this.#store = store;
    this.#now = now;
    this.#start = now();
  }

  describe(): string {
    const seconds = Math.max((this.#now() - this.#start) / 1000, 0.001);
    const all = this.stored + this.skipped;
    return `import: ${all} events, ${Math.round(all / seconds)}/s, ${this.skipped} skipped`;
  }

  async take(events: readonly Event[]): Promise<void> {
    const now = Math.floor(this.#now() / 1000);
    const kept = events.filter(event => kindClass(event.kind) !== 'ephemeral' && !isExpired(event, now));
    this.skipped += events.length - kept.length;
    this.#waiting.push(...kept);
    if (this.#waiting.length >= BATCH) await this.flush();
  }

  async flush(): Promise<void> {
    const batch = this.#waiting;
    this.#waiting = [];
    const admissions = await this.#store.add(batch);
    const stored = admissions.filter(admission => admission === 'stored').length;
    this.stored += stored;
    this.skipped += batch.length - stored;
  }
}
