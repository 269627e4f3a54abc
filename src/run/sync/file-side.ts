// A file of events as a side of a sync. It is read and verified once, to know the ids that it holds; the events themselves
// stay in it, and are read again when they are wanted. What it lacks is appended, and is on the disk when it counts.
import type { Context } from '../../context.ts';
import { IoError } from '../../errors.ts';
import { openNamedFile } from '../../input/named-file.ts';
import { InvalidEvent } from '../../protocol/event.ts';
import { compileFilters, type Filter } from '../../protocol/filter.ts';
import { IdTable } from '../../protocol/id-table.ts';
import type { IdList, NegentropyItems } from '../../protocol/nip77.ts';
import { parseStreamEvent } from '../../protocol/parsed-event.ts';
import { quote } from '../../protocol/quote.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { IdKey } from '../../relay/link/id-key.ts';
import { noCounts, type Side, type SideMethod } from '../../sync/side.ts';
import type { Verifier } from '../../verify/verifier.ts';
import { BadLines, openLines, readItems, type Teller } from '../events/event-input.ts';
import { goodEvents } from '../events/event-source.ts';
import type { AppendedLines } from './appended-lines.ts';
import { HeldItems } from './held-items.ts';

export interface FileSideOptions {
  context: Context;
  signal: AbortSignal;
  verifier: Verifier;
  /** What it will be asked for. */
  filters: readonly Filter[];
  /** Whether it may be missing: it then holds nothing. */
  mayBeMissing: boolean;
  /** Where events are appended to it; undefined where none are. */
  lines: AppendedLines | undefined;
  /** Whether it can be read once only; one that may be missing is then written, and never read. */
  isStream: boolean;
}

const RULES = {
  noDrafts: 'a draft is no event yet: nost sign makes one',
  ifChanged: "An event that was changed is signed again as a draft: jq -c 'del(.id,.sig)' FILE | nost sign -",
};

export class FileSide implements Side {
  readonly name: string;
  readonly isRelay = false;
  readonly counts = noCounts();
  readonly gaps: readonly string[] = [];
  readonly negotiator = undefined;
  method: SideMethod | undefined = 'file';
  /** What is wrong with its lines. */
  readonly badLines: BadLines;
  readonly #options: FileSideOptions;
  /** What it holds; undefined as long as it has not been read. */
  #held: HeldItems | undefined;

  /** `path`: `-` is stdin, which is read once. */
  constructor(path: string, options: FileSideOptions) {
    this.name = path;
    this.#options = options;
    this.badLines = new BadLines(path === '-' ? 'stdin' : path, options.context, false);
    if (options.lines) options.lines.onWritten = count => this.#count(count);
  }

  get hasItems(): boolean {
    return !this.#options.isStream;
  }

  giveUpNegotiation(): void {}

  async isEmpty(): Promise<boolean> {
    return (await this.#load()).isEmpty;
  }

  async items(filter: Filter): Promise<NegentropyItems> {
    return (await this.#load()).itemsOf(filter);
  }

  async *all(filters: readonly Filter[]): AsyncGenerator<StreamEvent[], void> {
    const matches = compileFilters(filters);
    for await (const events of this.#read()) yield events.filter(matches);
  }

  /** All its events. Throws `IoError` for a file that is to be written and holds something else. */
  async *#read(): AsyncGenerator<StreamEvent[], void> {
    const { verifier, lines } = this.#options;
    let isEvents = false;
    for await (const events of goodEvents(await this.#open(), RULES, this.#reportsTo, verifier)) {
      isEvents ||= events.length > 0;
      yield events;
    }
    if (lines && !isEvents && this.badLines.failure) throw this.#isNotOurs();
  }

  /** Bad lines of a file that was read before were told then. */
  get #reportsTo(): BadLines {
    return this.#held ? new BadLines(this.name, SILENT, false) : this.badLines;
  }

  async *named(ids: IdList): AsyncGenerator<StreamEvent[], void> {
    const key = new IdKey();
    const wanted = new IdTable(ids.length + 1);
    for (let i = 0; i < ids.length; i++) wanted.add(key.readBytes(ids.at(i)));
    const came = new Uint8Array(wanted.size + 1);
    let left = wanted.size;
    for await (const events of storedEvents(await this.#open())) {
      yield events.filter(event => {
        event.writeId(key.words);
        const number = wanted.find(key);
        if (number === 0 || came[number] === 1 || !event.hasValidId()) return false;
        came[number] = 1;
        left--;
        return true;
      });
      if (left === 0) return;
    }
    this.counts.hidden += left;
  }

  offer(event: StreamEvent): Promise<void> | void {
    const line = Buffer.allocUnsafe(event.lineLength);
    event.writeLine(line, 0);
    this.#held?.add(event);
    return this.#options.lines!.add(line);
  }

  async drain(): Promise<void> {
    await this.#options.lines?.sync();
  }

  async close(): Promise<void> {
    await this.#options.lines?.close();
  }

  #count(lines: number): void {
    this.counts.sent += lines;
    this.counts.accepted += lines;
  }

  /** Reads it once. */
  async #load(): Promise<HeldItems> {
    if (this.#held) return this.#held;
    const held = new HeldItems(this.#options.filters);
    for await (const events of this.#read()) for (const event of events) held.add(event);
    this.#held = held;
    return held;
  }

  /** A word too many in a command must not write into somebody's text. */
  #isNotOurs(): IoError {
    const hint = 'Name a file of events, or one that is not there yet.';
    return new IoError(`cannot write ${quote(this.name)}: it holds lines, and none of them is an event`, {
      hint,
    });
  }

  async #open(): Promise<ReturnType<typeof readItems>> {
    const { context, signal, mayBeMissing, isStream } = this.#options;
    if (this.name === '-') return readItems(openLines(context, true, ''), 'stdin');
    if (isStream && mayBeMissing) return nothing();
    try {
      return readItems(await openNamedFile(this.name, signal), this.name);
    } catch (error) {
      const { code } = ((error as Error).cause ?? {}) as NodeJS.ErrnoException;
      if (mayBeMissing && code === 'ENOENT') return nothing();
      throw error;
    }
  }
}

async function* nothing(): ReturnType<typeof readItems> {}

/** The events of a file that was verified before. */
async function* storedEvents(chunks: ReturnType<typeof readItems>): AsyncGenerator<StreamEvent[], void> {
  for await (const items of chunks) {
    yield items.flatMap(item => {
      if ('event' in item) return [item.event];
      if ('problem' in item) return [];
      try {
        return [parseStreamEvent(item.value)];
      } catch (error) {
        if (!(error instanceof InvalidEvent)) throw error;
        return [];
      }
    });
  }
}

/** Nobody is told. */
const SILENT: Teller = { log: { warn: () => {} }, room: () => undefined };
