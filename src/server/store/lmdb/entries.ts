// The keys of the index on disk: bytes that sort as the index is read. An entry is a prefix (of the index key), the
// time counted down, the beginning of the event's id, and its serial number.
import { hash } from 'node:crypto';
import { POSITION_DIGITS, type Position, type Range } from '../tables.ts';

const PREFIX = 8;
const ID = POSITION_DIGITS / 2;
const SERIAL = 5;
const SUFFIX = ID + SERIAL;

const SHORT_TIME = 5;
const LONG_TIME = 8;
const LONGEST = PREFIX + LONG_TIME + SUFFIX;

/** Times from here on need the long form, which sorts first. */
const LONG_FROM = 2 ** 39;
const MAX_TIME = 2 ** 53 - 1;

/** Prefixes that are remembered, for kinds and authors come again and again; and what key is too long for it. */
const MAX_PREFIXES = 20_000;
const MAX_REMEMBERED = 128;

/** A position that knows where its event lies. */
export interface Entry extends Position {
  serial: Buffer;
}

export function serialBytes(serial: number): Buffer {
  const bytes = Buffer.allocUnsafe(SERIAL);
  bytes.writeUIntBE(serial, 0, SERIAL);
  return bytes;
}

export function readSerial(bytes: Buffer): number {
  return bytes.readUIntBE(0, SERIAL);
}

/** Writes and reads entries; remembers prefixes. */
export class Entries {
  #prefixes = new Map<string, Buffer>();
  #older = new Map<string, Buffer>();

  /** The entry of an event under an index key. */
  of(key: string, { id, created_at }: Position, serial: Buffer): Buffer {
    const entry = Buffer.allocUnsafe(PREFIX + timeLength(created_at) + SUFFIX);
    const at = this.#begin(entry, key, created_at);
    entry.write(id.slice(0, POSITION_DIGITS), at, 'hex');
    serial.copy(entry, at + ID);
    return entry;
  }

  /** The first and the last possible bytes of a range; the end is not one of it. */
  span(key: string, { since, until, after }: Range): { start: Buffer; end: Buffer } {
    const end = Buffer.alloc(LONGEST + 1, 0xff);
    this.#begin(end, key, since);
    if (after === undefined) {
      const time = Math.min(until, MAX_TIME);
      const start = Buffer.allocUnsafe(PREFIX + timeLength(time));
      this.#begin(start, key, time);
      return { start, end };
    }
    const start = Buffer.alloc(PREFIX + timeLength(after.created_at) + SUFFIX + 1);
    const at = this.#begin(start, key, after.created_at);
    start.write(after.id, at, 'hex');
    return { start, end };
  }

  #begin(target: Buffer, key: string, time: number): number {
    this.#prefixOf(key).copy(target);
    return writeTime(target, time);
  }

  /** A hash: values of tags can be chosen, so their own first bytes could be made the same. */
  #prefixOf(key: string): Buffer {
    const known = this.#prefixes.get(key);
    if (known) return known;
    const prefix = this.#older.get(key) ?? Buffer.from(hash('sha256', key, 'buffer').subarray(0, PREFIX));
    if (this.#prefixes.size >= MAX_PREFIXES) [this.#older, this.#prefixes] = [this.#prefixes, new Map()];
    if (key.length <= MAX_REMEMBERED) this.#prefixes.set(key, prefix);
    return prefix;
  }
}

export function readEntry(entry: Buffer): Entry {
  const at = entry.length - SUFFIX;
  const id = entry.toString('hex', at);
  return { id, created_at: readTime(entry), serial: entry.subarray(at + ID) };
}

function timeLength(time: number): number {
  return time < LONG_FROM ? SHORT_TIME : LONG_TIME;
}

/** Counts times down, so that the newest comes first. Returns where the time ends. */
function writeTime(target: Buffer, time: number): number {
  if (time < LONG_FROM) return target.writeUIntBE(2 * LONG_FROM - 1 - time, PREFIX, SHORT_TIME);
  const left = MAX_TIME - time;
  target.writeUInt16BE(Math.floor(left / 2 ** 48), PREFIX);
  return target.writeUIntBE(left % 2 ** 48, PREFIX + 2, 6);
}

function readTime(entry: Buffer): number {
  const isShort = entry.length === PREFIX + SHORT_TIME + SUFFIX;
  if (isShort) return 2 * LONG_FROM - 1 - entry.readUIntBE(PREFIX, SHORT_TIME);
  return MAX_TIME - entry.readUInt16BE(PREFIX) * 2 ** 48 - entry.readUIntBE(PREFIX + 2, 6);
}
