// How many events may await their answer at one relay. It closes when the relay is overrun and opens again with its
// answers, as TCP does it: halved at once, and larger by one after a windowful of answers. Where it may grow beyond where
// it began, it does so with each answer, for as long as the answers come as fast as at first: when they take longer, more
// events in flight would only wait at the relay.

/** Answers may take so many times as long as the fastest, and so many milliseconds more, while it still grows. */
const SLOWER = 2;
const SLACK_MS = 10;

/** The usual wait follows the last answers by this part. */
const SMOOTHING = 1 / 8;

/** The window of `auto`: where it begins, and what it may grow to. */
const FIRST = 50;
const MOST = 1000;

/** A full window is sent in so many pieces: a call to the system for each event costs more than the rest of it. */
const BURSTS = 8;

/** Bytes of frames in flight beyond which a window that has grown lets no more out. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Whether what is in flight is enough for its size, however few events it is. */
export function isHeavy({ inFlight, bytesInFlight }: { inFlight: number; bytesInFlight: number }): boolean {
  return bytesInFlight > MAX_BYTES && inFlight >= FIRST;
}

export class SendWindow {
  readonly #first: number;
  readonly #most: number;
  #size: number;
  #isResting = false;
  /** Nothing was lost or refused yet: it grows with each answer. */
  #isOpening = true;
  #fastest = Number.POSITIVE_INFINITY;
  #usual = 0;

  /** `first`: where it begins, at least 1; `most`: what it never exceeds. */
  constructor(first: number, most = first) {
    this.#first = first;
    this.#most = most;
    this.#size = first;
  }

  /** One of a fixed size, or one that finds its size. */
  static of(pipeline: number | 'auto'): SendWindow {
    return pipeline === 'auto' ? new SendWindow(FIRST, MOST) : new SendWindow(pipeline);
  }

  /** How many of those that wait may be sent now: none while there is room only for a small part of them. */
  room(waiting: number, inFlight: number): number {
    const room = this.size - inFlight;
    return room < Math.min(waiting, this.size / BURSTS) ? 0 : room;
  }

  /** None while it rests, else at least 1. */
  get size(): number {
    return this.#isResting ? 0 : Math.floor(this.#size);
  }

  /** An event was answered after so many milliseconds. */
  answered(ms: number): void {
    this.#fastest = Math.min(this.#fastest, ms);
    this.#usual += (ms - this.#usual) * SMOOTHING;
    if (this.#size >= this.#most || (this.#size >= this.#first && this.#isSlow)) return;
    const step = this.#isOpening && this.#size >= this.#first ? 1 : 1 / this.#size;
    this.#size = Math.min(this.#size + step, this.#most);
  }

  get #isSlow(): boolean {
    return this.#usual > SLOWER * this.#fastest + SLACK_MS;
  }

  get isResting(): boolean {
    return this.#isResting;
  }

  /** The relay asked to slow down: fewer events, and none until `wake`. */
  rest(): void {
    this.#size = Math.max(1, this.#size / 2);
    this.#isOpening = false;
    this.#isResting = true;
  }

  wake(): void {
    this.#isResting = false;
  }

  /** Something in the window broke the connection: one at a time will tell what. */
  close(): void {
    this.#size = 1;
    this.#isOpening = false;
  }
}
