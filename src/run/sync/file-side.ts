// A file of events as a side of a sync. It is read and verified once, to know the ids that it holds; the events themselves
// stay in it, and are read again when they are wanted. What it lacks is appended, and is on the disk when it counts.
import type { FileHandle } from 'node:fs/promises';
import type { Context } from '../../context.ts';
import { IoError } from '../../errors.ts';
import { whyNot } from '../../files/named-path.ts';
import { openNamedFile } from '../../input/named-file.ts';
import { InvalidEvent } from '../../protocol/event.ts';
import { compileFilters, type Filter } from '../../protocol/filter.ts';
import type { IdList, NegentropyItems } from '../../protocol/nip77.ts';
import { parseStreamEvent } from '../../protocol/parsed-event.ts';
import { quote } from '../../protocol/quote.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { IdKey, IdTable } from '../../relay/link/id-table.ts';
import { noCounts, type Side, type SideMethod } from '../../sync/side.ts';
import type { Verifier } from '../../verify/verifier.ts';
import { BadLines, openLines, readItems, type Teller } from '../events/event-input.ts';
import { goodEvents } from '../events/event-source.ts';
import { HeldItems } from './held-items.ts';
import { cutTornLine, openToAppend } from './lines-file.ts';

export interface FileSideOptions {
  context: Context;
  signal: AbortSignal;
  verifier: Verifier;
  /** What it will be asked for. */
  filters: readonly Filter[];
  /** Whether it may be missing: then it is made when the first event is written. */
  mayBeMissing: boolean;
  /** Whether events are to be appended: a last line that was torn is then cut off first. */
  isWritten: boolean;
  /** Whether it can be read once only; one that may be missing is then written, and never read. */
  isStream: boolean;
}

/** Bytes of lines that are written together. */
const CHUNK_BYTES = 256 * 1024;

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
  #file: FileHandle | undefined;
  #lines: Buffer[] = [];
  #bytes = 0;

  /** `path`: `-` is stdin, which is read once. */
  constructor(path: string, options: FileSideOptions) {
    this.name = path;
    this.#options = options;
    this.badLines = new BadLines(path === '-' ? 'stdin' : path, options.context, false);
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
    const { verifier } = this.#options;
    for await (const events of goodEvents(await this.#open(), RULES, this.#reportsTo, verifier))
      yield events.filter(matches);
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
    this.#lines.push(line);
    this.#bytes += line.length;
    this.#held?.add(event);
    if (this.#bytes >= CHUNK_BYTES) return this.#write();
  }

  async drain(): Promise<void> {
    await this.#write();
    await this.#do(async () => {
      if ((await this.#file?.stat())?.isFile()) await this.#file!.sync();
    });
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }

  async #write(): Promise<void> {
    const lines = this.#lines;
    if (lines.length === 0) return;
    [this.#lines, this.#bytes] = [[], 0];
    await this.#do(async () => {
      this.#file ??= await openToAppend(this.name);
      try {
        await this.#file.appendFile(Buffer.concat(lines));
      } catch (error) {
        await cutTornLine(this.name).catch(() => {}); // of a full disk, and told below
        throw error;
      }
    });
    this.counts.sent += lines.length;
    this.counts.accepted += lines.length;
  }

  async #do<T>(work: () => Promise<T> | undefined): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      throw new IoError(`cannot write ${quote(this.name)}: ${whyNot(error)}`, { cause: error });
    }
  }

  /** What a kill in the middle of a line has left can never be read. */
  async #mend(): Promise<void> {
    const torn = await cutTornLine(this.name);
    if (torn === 0) return;
    const message = `its last line was torn, and is cut off: ${torn} bytes`;
    this.#options.context.log.warn({ type: 'warning', relay: this.name, message });
  }

  /** Reads it once. */
  async #load(): Promise<HeldItems> {
    if (this.#held) return this.#held;
    const { filters, verifier, isWritten } = this.#options;
    if (isWritten) await this.#do(() => this.#mend());
    const held = new HeldItems(filters);
    let isEvents = false;
    for await (const events of goodEvents(await this.#open(), RULES, this.badLines, verifier))
      for (const event of events) {
        held.add(event);
        isEvents = true;
      }
    if (isWritten && !isEvents && this.badLines.failure) throw this.#isNotOurs();
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
