// The frames a client has sent and that wait for their turn. Answers come in the order of the frames; the work is
// done in batches, so that signatures are checked many at a time; a client that sends faster is not read.
import { MAX_INBOX, MAX_INBOX_FRAMES } from './limits.ts';
import type { Transport } from './transport.ts';

/** A frame as it came: text, or undefined for a binary one, whose bytes nobody needs. */
export type RawFrame = string | undefined;

export class Inbox {
  readonly #transport: Transport;
  readonly #batchSize: number;
  readonly #handle: (frames: RawFrame[]) => Promise<void>;
  readonly #frames: RawFrame[] = [];
  #length = 0;
  #paused = false;
  #work: Promise<void> | undefined;

  /** `handle` gets at most `batchSize` frames, one batch after the other; it must not throw. */
  constructor(transport: Transport, batchSize: number, handle: (frames: RawFrame[]) => Promise<void>) {
    this.#transport = transport;
    this.#batchSize = batchSize;
    this.#handle = handle;
  }

  push(frame: RawFrame): void {
    this.#frames.push(frame);
    this.#length += lengthOf(frame);
    if (!this.#paused && this.#isFull()) {
      this.#paused = true;
      this.#transport.pause();
    }
    this.#work ??= this.#run();
  }

  /** Resolves when every frame has been handled. */
  async idle(): Promise<void> {
    await this.#work;
  }

  async #run(): Promise<void> {
    while (this.#frames.length > 0) {
      await this.#transport.drained(); // a client that does not read its answers is not read either
      const batch = this.#frames.splice(0, this.#batchSize);
      for (const frame of batch) this.#length -= lengthOf(frame);
      await this.#handle(batch);
      if (this.#paused && !this.#isFull()) {
        this.#paused = false;
        this.#transport.resume();
      }
    }
    this.#work = undefined;
  }

  #isFull(): boolean {
    return this.#length > MAX_INBOX || this.#frames.length > MAX_INBOX_FRAMES;
  }
}

function lengthOf(frame: RawFrame): number {
  return frame?.length ?? 0;
}
