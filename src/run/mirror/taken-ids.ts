// The ids, with their times, of the events that an output has taken: what a relay holds is compared with them, since the
// output itself cannot be asked. With a file beside the state they outlive the process: 40 bytes each, only ever appended.
import { closeSync, ftruncateSync, openSync, readSync, statSync, writeSync } from 'node:fs';
import { IoError } from '../../errors.ts';
import { whyNot } from '../../files/named-path.ts';
import { IdTable } from '../../protocol/id-table.ts';
import { NegentropyItems } from '../../protocol/nip77.ts';
import { quote } from '../../protocol/quote.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { IdKey } from '../../relay/link/id-key.ts';

/** Bytes: a time in seconds, and an id. */
const RECORD = 40;

/**
 * Events that a pipe and its reader may have had when they ended: no event is shorter than 340 bytes, so these are a
 * megabyte at least; a pipe of Linux holds 64 KB.
 */
export const IN_A_PIPE = 3000;

export class TakenIds {
  readonly #path: string | undefined;
  #file: number | undefined;
  readonly #ids = new IdTable(1024);
  readonly #key = new IdKey();
  /** One record each, in the order of the table. */
  #records = Buffer.alloc(1024 * RECORD);
  /** Records that are in the file. */
  #written = 0;
  /** The least time of what was forgotten, in seconds. */
  #forgottenSince = Number.POSITIVE_INFINITY;

  private constructor(path: string | undefined) {
    this.#path = path;
  }

  /**
   * Reads the file, or makes it. The last of them, `unsure` in number, are forgotten: they are to be taken once more.
   * Without a path they are kept for this process alone. Throws `IoError`.
   */
  static async open(path: string | undefined, unsure: number): Promise<TakenIds> {
    const taken = new TakenIds(path);
    if (path !== undefined) taken.#load(path, unsure);
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
    return this.#ids.find(this.#key) > 0;
  }

  /** Notes an event that was taken. */
  add(createdAt: number, id: string): void {
    const number = this.#ids.add(this.#key.read(id));
    if (number === 0) return;
    const at = (number - 1) * RECORD;
    if (at === this.#records.length) this.#records = Buffer.concat([this.#records, Buffer.alloc(at)]);
    this.#records.writeDoubleLE(createdAt, at);
    this.#records.write(id, at + 8, 'hex');
  }

  /** Hands what was noted to the operating system. Throws `IoError`. */
  flush(): void {
    if (this.#file === undefined || this.#written === this.#ids.size) return;
    const fresh = this.#records.subarray(this.#written * RECORD, this.#ids.size * RECORD);
    try {
      for (let at = 0; at < fresh.length; ) at += writeSync(this.#file, fresh, at);
    } catch (error) {
      throw this.#unusable(error as Error);
    }
    this.#written = this.#ids.size;
  }

  items(): NegentropyItems {
    const items = new NegentropyItems(Math.max(1, this.#ids.size));
    for (let at = 0; at < this.#ids.size * RECORD; at += RECORD)
      items.add(this.#records.readDoubleLE(at), this.#records.subarray(at + 8, at + RECORD));
    return items.seal();
  }

  async close(): Promise<void> {
    this.flush();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  #load(path: string, unsure: number): void {
    try {
      this.#file = openSync(path, 'a+', 0o600);
      const { size } = statSync(path);
      const bytes = Buffer.alloc(size);
      for (let at = 0; at < size; ) at += readSync(this.#file, bytes, at, size - at, at);
      const sure = Math.max(0, Math.floor(size / RECORD) - unsure) * RECORD;
      for (let at = 0; at < sure; at += RECORD)
        this.add(bytes.readDoubleLE(at), bytes.toString('hex', at + 8, at + RECORD));
      for (let at = sure; at + RECORD <= size; at += RECORD)
        this.#forgottenSince = Math.min(this.#forgottenSince, bytes.readDoubleLE(at));
      ftruncateSync(this.#file, sure);
      this.#written = this.#ids.size;
    } catch (error) {
      throw this.#unusable(error as Error);
    }
  }

  #unusable(error: Error): IoError {
    return new IoError(`--state: cannot use ${quote(this.#path!, 200)}: ${whyNot(error)}`, {
      code: 'state',
      cause: error,
    });
  }
}
