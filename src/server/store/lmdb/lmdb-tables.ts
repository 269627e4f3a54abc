// The tables of `nost serve --store PATH`: an LMDB database in a folder. What is written in one transaction is there as
// a whole or not at all, whenever the process ends, and `transaction` resolves when it is on the disk.
//
// Four databases: `events` (serial number → JSON), `ids` (id → serial number), `index` (entries.ts; no values) and
// `notes`. Serial numbers rise, so that events are written side by side, and are never used again.
import { hash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import type { Database, RootDatabase } from 'lmdb';
import type { Event } from '../../../protocol/event.ts';
import { stringifyEvent } from '../../../protocol/event.ts';
import { glanceAt, KeptEvent } from '../kept-event.ts';
import type { Glance, Position, Range, StoredEvent, Tables } from '../tables.ts';
import { Entries, type Entry, readEntry, readSerial, serialBytes } from './entries.ts';
import { DATA_FILE, inspect } from './lmdb-file.ts';

type Table = Database<Buffer, Buffer>;

/** A longer note key is kept as its hash: LMDB's keys have an end. */
const MAX_NOTE_KEY = 256;

/** How long transactions are gathered before they are committed as one. */
const TOGETHER_MS = 25;

/** Turns of the event loop after a transaction that took longer: as many as a question of another client needs. */
const TURNS_BETWEEN = 6;

const NOTHING = Buffer.alloc(0);

/** A transaction that waits. */
interface Job {
  work: () => unknown;
  resolve: (result: unknown) => void;
  reject: (error: Error) => void;
}

export class LmdbTables implements Tables {
  readonly #root: RootDatabase<Buffer, Buffer>;
  readonly #events: Table;
  readonly #ids: Table;
  readonly #index: Table;
  readonly #notes: Table;
  readonly #entries = new Entries();
  /** Transactions that are made together, at the next turn. */
  readonly #waiting: Job[] = [];
  /** Whether others go first, after a transaction that took long. */
  #isPausing = false;
  #nextSerial: number;
  #size: number;

  /**
   * Opens the database in a folder that exists, or with `readOnly` one that exists. Throws what LMDB throws, and what
   * `inspect` does.
   */
  static async open(folder: string, readOnly = false): Promise<LmdbTables> {
    const state = inspect(folder);
    const { open } = await import('lmdb');
    // Each commit waits until it is on the disk: an answer must not be given earlier.
    const settings = { path: folder, maxDbs: 8, readOnly, noSubdir: false, overlappingSync: false };
    const tables = new LmdbTables(open({ ...settings, ...BINARY }));
    if (state === 'short') await tables.#checkAll();
    return tables;
  }

  private constructor(root: RootDatabase<Buffer, Buffer>) {
    this.#root = root;
    const table = (name: string): Table => this.#root.openDB<Buffer, Buffer>({ name, ...BINARY });
    this.#events = table('events');
    this.#ids = table('ids');
    this.#index = table('index');
    this.#notes = table('notes');
    this.#size = (this.#ids.getStats() as { entryCount: number }).entryCount;
    const [last] = this.#events.getKeys({ reverse: true, limit: 1 });
    this.#nextSerial = last === undefined ? 1 : readSerial(last) + 1;
  }

  get size(): number {
    return this.#size;
  }

  has(id: string): boolean {
    return this.#ids.doesExist(Buffer.from(id, 'hex'));
  }

  get(id: string): StoredEvent | undefined {
    const serial = this.#ids.getBinary(Buffer.from(id, 'hex'));
    return serial && this.#read(serial);
  }

  load(position: Position): StoredEvent | undefined {
    return this.#read((position as Entry).serial);
  }

  #read(serial: Buffer): StoredEvent | undefined {
    const json = this.#events.getBinary(serial);
    return json && new KeptEvent(json.toString('utf8'));
  }

  glance(position: Position): Glance | undefined {
    const bytes = this.#events.getBinaryFast((position as Entry).serial); // good until the next call
    return bytes && glanceAt(bytes.toString('latin1', 0, bytes.length));
  }

  put(event: Event, keys: readonly string[]): void {
    const serial = serialBytes(this.#nextSerial++);
    this.#events.putSync(serial, Buffer.from(stringifyEvent(event)), { append: true });
    void this.#ids.put(Buffer.from(event.id, 'hex'), serial);
    for (const key of keys) void this.#index.put(this.#entries.of(key, event, serial), NOTHING);
    this.#size++;
  }

  remove(event: Event, keys: readonly string[]): void {
    const id = Buffer.from(event.id, 'hex');
    const serial = Buffer.from(this.#ids.getBinary(id)!);
    void this.#events.remove(serial);
    void this.#ids.remove(id);
    for (const key of keys) void this.#index.remove(this.#entries.of(key, event, serial));
    this.#size--;
  }

  page(key: string, range: Range, max: number): readonly Position[] {
    const found: Entry[] = [];
    const span = this.#entries.span(key, range);
    for (const entry of this.#index.getKeys({ ...span, limit: max })) found.push(readEntry(entry));
    return found;
  }

  count(key: string, since: number, until: number, enough: number): number {
    let count = 0;
    const span = this.#entries.span(key, { since, until });
    for (const _ of this.#index.getKeys(span)) if (++count >= enough) break;
    return count;
  }

  note(key: string): string | undefined {
    return this.#notes.getBinary(noteKey(key))?.toString('utf8');
  }

  setNote(key: string, value: string | undefined): void {
    if (value === undefined) void this.#notes.remove(noteKey(key));
    else void this.#notes.put(noteKey(key), Buffer.from(value));
  }

  transaction<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#waiting.push({ work, resolve: resolve as (result: unknown) => void, reject });
      if (this.#waiting.length === 1 && !this.#isPausing) setImmediate(this.#commitWaiting);
    });
  }

  /** The disk is waited for once for all that came meanwhile. */
  readonly #commitWaiting = (): void => {
    const jobs: Job[] = [];
    const results: unknown[] = [];
    const until = performance.now() + TOGETHER_MS;
    try {
      this.#write(() => {
        do {
          jobs.push(this.#waiting.shift()!);
          results.push(jobs.at(-1)!.work());
        } while (this.#waiting.length > 0 && performance.now() < until);
      });
      for (const [i, { resolve }] of jobs.entries()) resolve(results[i]);
    } catch (error) {
      if (jobs.length <= 1) jobs[0]?.reject(error as Error);
      else for (const job of jobs) this.#commitAlone(job);
    }
    if (performance.now() >= until) this.#pause(TURNS_BETWEEN);
    else if (this.#waiting.length > 0) setImmediate(this.#commitWaiting);
  };

  /** Also what comes meanwhile is committed after it: a long work asks for one transaction after the other. */
  #pause(turns: number): void {
    this.#isPausing = turns > 0;
    if (turns > 0) setImmediate(() => this.#pause(turns - 1));
    else if (this.#waiting.length > 0) this.#commitWaiting();
  }

  #commitAlone({ work, resolve, reject }: Job): void {
    try {
      resolve(this.#write(work));
    } catch (error) {
      reject(error as Error);
    }
  }

  #write<T>(work: () => T): T {
    const size = this.#size;
    try {
      return this.#root.transactionSync(work);
    } catch (error) {
      this.#size = size;
      throw error;
    }
  }

  /** Reads everything there is; throws when something cannot be read. */
  async #checkAll(): Promise<void> {
    try {
      for (const { value } of this.#events.getRange({})) JSON.parse(value.toString('utf8'));
      for (const table of [this.#ids, this.#index, this.#notes]) for (const _ of table.getRange({}));
    } catch {
      await this.close();
      throw new Error(`${DATA_FILE} is damaged: its end is missing`);
    }
  }

  async close(): Promise<void> {
    while (this.#waiting.length > 0) await turn();
    await this.#root.close();
  }
}

const BINARY = { keyEncoding: 'binary', encoding: 'binary' } as const;

function noteKey(key: string): Buffer {
  const bytes = Buffer.from(key);
  return bytes.length <= MAX_NOTE_KEY ? bytes : Buffer.from(`#${hash('sha256', bytes)}`);
}
