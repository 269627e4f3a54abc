// The tables of `nost serve --store PATH`: an LMDB database in a folder. What is written in one transaction is there as
// a whole or not at all, whenever the process ends, and `transaction` resolves when it is on the disk.
//
// Four databases: `events` (serial number → JSON), `ids` (id → serial number), `index` (index key, time descending, id →
// serial number) and `notes`. Serial numbers rise, so that events are written side by side, and are never used again.
import { hash } from 'node:crypto';
import type { Database, RootDatabase } from 'lmdb';
import type { Event } from '../../protocol/event.ts';
import { stringifyEvent } from '../../protocol/event.ts';
import type { Position, Range, StoredEvent, Tables } from './tables.ts';

type Table = Database<Buffer, Buffer>;

/** Bytes of the parts of an index entry's key. */
const PREFIX = 12;
const TIME = 7;
const ID = 32;
const ENTRY = PREFIX + TIME + ID;

const SERIAL = 6;
const MAX_TIME = 2 ** 53 - 1;

/** A longer note key is kept as its hash: LMDB's keys have an end. */
const MAX_NOTE_KEY = 256;

/** Hashes of index keys that are remembered, for kinds and authors come again and again. */
const MAX_PREFIXES = 20_000;

/** A position that knows where its event lies. */
interface Entry extends Position {
  serial: Buffer;
}

class KeptEvent implements StoredEvent {
  readonly json: string;
  #event: Event | undefined;

  constructor(json: string) {
    this.json = json;
  }

  get event(): Event {
    this.#event ??= JSON.parse(this.json) as Event;
    return this.#event;
  }
}

export class LmdbTables implements Tables {
  readonly #root: RootDatabase<Buffer, Buffer>;
  readonly #events: Table;
  readonly #ids: Table;
  readonly #index: Table;
  readonly #notes: Table;
  readonly #prefixes = new Map<string, Buffer>();
  #flushed: Promise<unknown> = Promise.resolve();
  #nextSerial: number;
  #size: number;

  /** Opens the database in a folder that exists, or with `readOnly` one that exists; throws what LMDB throws. */
  static async open(folder: string, readOnly = false): Promise<LmdbTables> {
    const { open } = await import('lmdb');
    return new LmdbTables(open({ path: folder, maxDbs: 8, readOnly, ...BINARY }));
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
    this.#nextSerial = last === undefined ? 1 : last.readUIntBE(0, SERIAL) + 1;
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

  put(event: Event, keys: readonly string[]): void {
    const serial = Buffer.allocUnsafe(SERIAL);
    serial.writeUIntBE(this.#nextSerial++, 0, SERIAL);
    void this.#events.put(serial, Buffer.from(stringifyEvent(event)));
    void this.#ids.put(Buffer.from(event.id, 'hex'), serial);
    for (const key of keys) void this.#index.put(this.#entryKey(key, event), serial);
    this.#size++;
  }

  remove(event: Event, keys: readonly string[]): void {
    const id = Buffer.from(event.id, 'hex');
    const serial = this.#ids.getBinary(id);
    if (serial) void this.#events.remove(Buffer.from(serial));
    void this.#ids.remove(id);
    for (const key of keys) void this.#index.remove(this.#entryKey(key, event));
    this.#size--;
  }

  page(key: string, range: Range, max: number): readonly Position[] {
    const found: Entry[] = [];
    for (const { key: entry, value } of this.#index.getRange({ ...this.#span(key, range), limit: max })) {
      found.push({
        id: entry.toString('hex', PREFIX + TIME, ENTRY),
        created_at: MAX_TIME - entry.readUIntBE(PREFIX, 1) * 2 ** 48 - entry.readUIntBE(PREFIX + 1, 6),
        serial: value,
      });
    }
    return found;
  }

  count(key: string, since: number, until: number, enough: number): number {
    let count = 0;
    for (const _ of this.#index.getKeys({ ...this.#span(key, { since, until }), limit: Math.ceil(enough) }))
      count++;
    return count;
  }

  note(key: string): string | undefined {
    return this.#notes.getBinary(noteKey(key))?.toString('utf8');
  }

  setNote(key: string, value: string | undefined): void {
    if (value === undefined) void this.#notes.remove(noteKey(key));
    else void this.#notes.put(noteKey(key), Buffer.from(value));
  }

  async transaction<T>(work: () => T): Promise<T> {
    const size = this.#size;
    let result: T;
    try {
      result = this.#root.transactionSync(work);
    } catch (error) {
      this.#size = size;
      throw error;
    }
    this.#flushed = Promise.resolve(this.#root.flushed);
    await this.#flushed;
    return result;
  }

  async close(): Promise<void> {
    await this.#flushed; // LMDB waits for ever when it is closed in between
    await this.#root.close();
  }

  #span(key: string, { since, until, after }: Range): { start: Buffer; end: Buffer } {
    const start = Buffer.alloc(ENTRY + 1);
    this.#writeEntryKey(start, key, after?.created_at ?? Math.min(until, MAX_TIME));
    if (after) {
      start.write(after.id, PREFIX + TIME, 'hex');
      return { start, end: this.#endOf(key, since) };
    }
    return { start: start.subarray(0, ENTRY), end: this.#endOf(key, since) };
  }

  /** Behind the last entry that is not before `since`. */
  #endOf(key: string, since: number): Buffer {
    const end = Buffer.alloc(ENTRY + 1, 0xff);
    this.#writeEntryKey(end, key, since);
    return end;
  }

  #entryKey(key: string, { created_at, id }: Position): Buffer {
    const entry = Buffer.allocUnsafe(ENTRY);
    this.#writeEntryKey(entry, key, created_at);
    entry.write(id, PREFIX + TIME, 'hex');
    return entry;
  }

  /** Times are counted down, so that the newest comes first. */
  #writeEntryKey(target: Buffer, key: string, createdAt: number): void {
    this.#prefixOf(key).copy(target);
    const time = MAX_TIME - createdAt;
    target.writeUIntBE(Math.floor(time / 2 ** 48), PREFIX, 1);
    target.writeUIntBE(time % 2 ** 48, PREFIX + 1, 6);
  }

  #prefixOf(key: string): Buffer {
    const known = this.#prefixes.get(key);
    if (known) return known;
    const prefix = hash('sha256', key, 'buffer').subarray(0, PREFIX);
    if (this.#prefixes.size >= MAX_PREFIXES) this.#prefixes.clear();
    if (key.length <= MAX_NOTE_KEY) this.#prefixes.set(key, prefix);
    return prefix;
  }
}

const BINARY = { keyEncoding: 'binary', encoding: 'binary' } as const;

function noteKey(key: string): Buffer {
  const bytes = Buffer.from(key);
  return bytes.length <= MAX_NOTE_KEY ? bytes : Buffer.from(`#${hash('sha256', bytes)}`);
}
