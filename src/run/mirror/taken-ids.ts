// The ids, with their times, of the events that an output has taken: what a relay holds is compared with them, since the
// output itself cannot be asked. With a file beside the state they outlive the process, at 40 bytes each. There are at most
// a million: beyond that the older ones go, and a time takes their place, before which everything counts as taken.
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { IoError } from '../../errors.ts';
import { whyNot } from '../../files/named-path.ts';
import { NegentropyItems } from '../../protocol/nip77.ts';
import { quote } from '../../protocol/quote.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { IdKey } from '../../relay/link/id-key.ts';
import { RECORD, TimedIds } from './timed-ids.ts';

/**
 * Events that a pipe and its reader may have had when they ended: no event is shorter than 340 bytes, so these are a
 * megabyte at least; a pipe of Linux holds 64 KB.
 */
export const IN_A_PIPE = 3000;

/** The file begins with a record of its own: these words, and the time before which everything counts as taken. */
const MAGIC = 'nost mirror ids\n';

const MOST = 1_000_000;

/** The part of them that goes at once. */
const SHED = 1 / 4;

export class TakenIds {
  /** Everything before this time, in seconds, counts as taken. */
  floor = 0;
  readonly #path: string | undefined;
  readonly #most: number;
  #file: number | undefined;
  #ids = new TimedIds();
  readonly #key = new IdKey();
  /** Ids that are in the file. */
  #written = 0;
  /** The least time of what was forgotten, in seconds. */
  #forgottenSince = Number.POSITIVE_INFINITY;

  private constructor(path: string | undefined, most: number) {
    this.#path = path;
    this.#most = most;
  }

  /**
   * Reads the file, or makes it. The last of them, `unsure` in number, are forgotten: they are to be taken once more.
   * Without a path they are kept for this process alone. Throws `IoError`.
   */
  static async open(path: string | undefined, unsure: number, most = MOST): Promise<TakenIds> {
    const taken = new TakenIds(path, most);
    if (path !== undefined) taken.#open(path, unsure);
    return taken;
  }

  /** From when on something may be missing that was not, up to that time in seconds, when it was asked last. */
  sinceOf(since: number | undefined): number | undefined {
    return since === undefined ? undefined : Math.min(since, this.#forgottenSince);
  }

  get size(): number {
    return this.#ids.size;
  }

  has(event: StreamEvent): boolean {
    event.writeId(this.#key.words);
    return this.#ids.has(this.#key);
  }

  /** Notes an event that was taken. Throws `IoError`. */
  add(createdAt: number, id: string): void {
    if (this.#ids.add(createdAt, id) && this.#ids.size >= this.#most) this.#shed();
  }

  /** Hands what was noted to the operating system. Throws `IoError`. */
  flush(): void {
    if (this.#file === undefined || this.#written === this.#ids.size) return;
    this.#append(this.#file, this.#ids.records(this.#written, this.#ids.size));
    this.#written = this.#ids.size;
  }

  items(): NegentropyItems {
    const items = new NegentropyItems(Math.max(1, this.#ids.size));
    for (let i = 0; i < this.#ids.size; i++) items.add(this.#ids.timeAt(i), this.#ids.idAt(i));
    return items.seal();
  }

  async close(): Promise<void> {
    this.flush();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #open(path: string, unsure: number): void {
    try {
      this.#file = openSync(path, 'a+', 0o600);
      this.#load(this.#file, unsure);
    } catch (error) {
      throw this.#unusable(error as Error);
    }
  }

  /** A record that was torn by a kill is cut off. */
  #load(file: number, unsure: number): void {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new Error('it is no regular file');
    if (stats.size === 0) return this.#append(file, headOf(0));
    const bytes = Buffer.alloc(stats.size);
    for (let at = 0, read = 1; at < stats.size && read > 0; at += read)
      read = readSync(file, bytes, at, stats.size - at, at);
    if (stats.size < RECORD || bytes.toString('latin1', 0, MAGIC.length) !== MAGIC)
      throw new Error('it is not what mirror --state writes');
    this.floor = bytes.readDoubleLE(MAGIC.length);
    const whole = Math.floor(stats.size / RECORD) * RECORD;
    const sure = Math.max(RECORD, whole - unsure * RECORD);
    for (let at = RECORD; at < sure; at += RECORD)
      this.#ids.add(bytes.readDoubleLE(at), bytes.toString('hex', at + 8, at + RECORD));
    for (let at = sure; at < whole; at += RECORD)
      this.#forgottenSince = Math.min(this.#forgottenSince, bytes.readDoubleLE(at));
    ftruncateSync(file, sure);
    this.#written = this.#ids.size;
  }

  #append(file: number, bytes: Buffer): void {
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    } catch (error) {
      throw this.#unusable(error as Error);
    }
  }

  /** Drops the older ones, and writes the rest anew. */
  #shed(): void {
    const { ids, floor } = this.#ids.newer(SHED);
    this.#ids = ids;
    this.floor = Math.max(this.floor, floor);
    this.#written = ids.size;
    if (this.#file === undefined) return;
    const draft = `${this.#path}.tmp`;
    try {
      writeFileSync(draft, Buffer.concat([headOf(this.floor), ids.records(0, ids.size)]), { mode: 0o600 });
      renameSync(draft, this.#path!);
      closeSync(this.#file);
      this.#file = openSync(this.#path!, 'a+', 0o600);
    } catch (error) {
      throw this.#unusable(error as Error);
    }
  }

  #unusable(error: Error): IoError {
    return new IoError(`--state: cannot use ${quote(this.#path!, 200)}: ${whyNot(error)}`, {
      code: 'state',
      hint: 'It lies beside the file of --state: name another one there.',
      cause: error,
    });
  }
}

function headOf(floor: number): Buffer {
  const head = Buffer.alloc(RECORD);
  head.write(MAGIC, 'latin1');
  head.writeDoubleLE(floor, MAGIC.length);
  return head;
}
