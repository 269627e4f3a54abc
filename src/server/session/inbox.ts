// The queue of frames that a client has sent. They are answered in order, and handled in batches, so that many
// signatures are checked at once. While the queue is full, the socket is not read.
import { FRAME_COST, MAX_BATCH, MAX_INBOX_FRAMES } from '../limits.ts';
import type { Transport } from '../transport.ts';

/** The text of a frame; undefined for a binary frame, whose bytes are not needed. */
export type RawFrame = string | undefined;

export class Inbox {
  readonly #transport: Transport;
  readonly #batchSize: number;
  readonly #handle: (frames: RawFrame[]) => Promise<void>;
  readonly #frames: RawFrame[] = [];
  #length = 0;
  #paused = false;
  #work: Promise<void> | undefined;

  /** `handle` receives at most `batchSize` frames, one batch at a time. It must not throw. */
  constructor(transport: Transport, batchSize: number, handle: (frames: RawFrame[]) => Promise<void>) {
    this.#transport = transport;
    this.#batchSize = batchSize;
    this.#handle = handle;
  }

  push(frame: RawFrame): void {
    this.#frames.push(frame);
    this.#count(costOf(frame));
    if (!this.#paused && this.#isFull()) {
      this.#paused = true;
      this.#transport.pause();
    }
    this.#work ??= this.#run();
  }

  /** Resolves when all frames have been handled. */
  async idle(): Promise<void> {
    await this.#work;
  }

  /** Forgets the frames that wait. */
  discard(): void {
    const cost = this.#frames.reduce((sum, frame) => sum + costOf(frame), 0);
    this.#frames.length = 0;
    this.#count(-cost);
  }

  async #run(): Promise<void> {
    while (this.#frames.length > 0) {
      await this.#transport.drained(); // while a client does not read its answers, its frames are not read either
      if (this.#frames.length === 0) break; // they were discarded meanwhile
      const batch = this.#nextBatch();
      const cost = batch.reduce((sum, frame) => sum + costOf(frame), 0);
      await this.#handle(batch);
      this.#count(-cost);
      if (this.#paused && !this.#isFull()) {
        this.#paused = false;
        this.#transport.resume();
      }
    }
    this.#work = undefined;
  }

  /** At least one frame; no long ones together, because read they take many times their length. */
  #nextBatch(): RawFrame[] {
    let size = 0;
    let length = 0;
    while (size < Math.min(this.#batchSize, this.#frames.length)) {
      length += costOf(this.#frames[size]);
      if (size > 0 && length > MAX_BATCH) break;
      size++;
    }
    return this.#frames.splice(0, size);
  }

  #count(difference: number): void {
    this.#length += difference;
    this.#transport.queue(difference);
  }

  #isFull(): boolean {
    return this.#length > this.#transport.inboxRoom || this.#frames.length > MAX_INBOX_FRAMES;
  }
}

function costOf(frame: RawFrame): number {
  return FRAME_COST + (frame?.length ?? 0);
}
