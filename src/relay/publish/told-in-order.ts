// Events whose vote may end in any order, told of in the order in which they were offered. An event that has its quorum
// waits for those before it; how many bytes wait so is counted, for whoever can hold the source.
import type { OutgoingEvent } from './outgoing-event.ts';

/** Bytes of events that may wait before the source is held. */
const MAX_WAITING = 8 * 1024 * 1024;

/** What an event takes in memory beside its bytes. */
const OVERHEAD = 256;

/** `met`: enough relays have accepted it; `missed`: they never will. */
type Verdict = 'met' | 'missed';

export class ToldInOrder {
  readonly #tell: (event: OutgoingEvent) => void;
  readonly #events: OutgoingEvent[] = [];
  readonly #verdicts = new Map<OutgoingEvent, Verdict>();
  #first = 0;
  #waiting = 0;

  /** `tell` is called for each event that met its quorum. */
  constructor(tell: (event: OutgoingEvent) => void) {
    this.#tell = tell;
  }

  /** Whether too much waits for an event without a verdict. */
  get isFull(): boolean {
    return this.#waiting > MAX_WAITING;
  }

  /** Takes an event into the order. */
  offer(event: OutgoingEvent): void {
    this.#events.push(event);
  }

  /** The verdict on an event: it is told, with those behind it, when none before it is without one. */
  decide(event: OutgoingEvent, verdict: Verdict): void {
    if (event !== this.#events[this.#first]) return this.#wait(event, verdict);
    this.#leave(event, verdict);
    for (;;) {
      const next = this.#events[this.#first];
      const known = next && this.#verdicts.get(next);
      if (!known) return;
      this.#verdicts.delete(next);
      this.#waiting -= sizeOf(next);
      this.#leave(next, known);
    }
  }

  #wait(event: OutgoingEvent, verdict: Verdict): void {
    this.#verdicts.set(event, verdict);
    this.#waiting += sizeOf(event);
  }

  #leave(event: OutgoingEvent, verdict: Verdict): void {
    if (++this.#first * 2 > this.#events.length) {
      this.#events.splice(0, this.#first); // fewer are left than go: each is moved once, more or less
      this.#first = 0;
    }
    if (verdict === 'met') this.#tell(event);
  }
}

function sizeOf(event: OutgoingEvent): number {
  return event.frame.length + OVERHEAD;
}
