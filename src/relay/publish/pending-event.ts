// The events that one relay has no answer for yet: those that wait to be sent, in the order they were offered, those in
// flight, and those held until an AUTH.
import type { OutgoingEvent } from './outgoing-event.ts';

export interface PendingEvent {
  readonly event: OutgoingEvent;
  /** The place in the order of offering: what is sent again goes before what is not yet sent. */
  readonly number: number;
  attempts: number;
  /** Attempts it may still have after this one. */
  retries: number;
  /** Sent again after an AUTH on this connection: that happens once. */
  afterAuth: boolean;
  /** It was in flight when a connection broke. */
  hasBroken: boolean;
  /** Of the first and of the last sending, in milliseconds on the monotonic clock. */
  since: number;
  sent: number;
}

export class PendingEvents {
  readonly #waiting: PendingEvent[] = [];
  /** By event id, in the order of sending. */
  readonly #inFlight = new Map<string, PendingEvent>();
  #held: PendingEvent[] = [];
  #offered = 0;
  /** Bytes of the frames in flight. */
  #bytes = 0;

  /** A new event, which has its place but does not wait in it yet. */
  create(event: OutgoingEvent, retries: number): PendingEvent {
    return {
      event,
      number: this.#offered++,
      attempts: 0,
      retries,
      afterAuth: false,
      hasBroken: false,
      since: 0,
      sent: 0,
    };
  }

  /** Puts an event into its place among those that wait. */
  wait(pending: PendingEvent): void {
    const waiting = this.#waiting;
    const last = waiting.at(-1);
    const isLast = last === undefined || last.number < pending.number;
    const at = isLast ? waiting.length : waiting.findIndex(({ number }) => number > pending.number);
    waiting.splice(at, 0, pending);
  }

  /** How many were ever offered. */
  get offered(): number {
    return this.#offered;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** How many are in flight. */
  get inFlight(): number {
    return this.#inFlight.size;
  }

  /** Bytes of their frames. */
  get bytesInFlight(): number {
    return this.#bytes;
  }

  /** How many are held. */
  get held(): number {
    return this.#held.length;
  }

  /** Those in flight, in the order of sending. */
  sent(): Iterable<PendingEvent> {
    return this.#inFlight.values();
  }

  /** The next to be sent; undefined when none waits, or when it is in flight already: one answer at a time. */
  get first(): PendingEvent | undefined {
    const [first] = this.#waiting;
    return first && !this.#inFlight.has(first.event.id) ? first : undefined;
  }

  /** Takes the first of those that wait. */
  next(): PendingEvent | undefined {
    return this.#waiting.shift();
  }

  /** Notes a sending at `now`. */
  send(pending: PendingEvent, now: number): void {
    pending.sent = now;
    if (pending.attempts++ === 0) pending.since = now;
    this.#inFlight.set(pending.event.id, pending);
    this.#bytes += pending.event.frame.length;
  }

  /** Takes the one of that id out of flight; undefined when none is. */
  take(id: string): PendingEvent | undefined {
    const pending = this.#inFlight.get(id);
    if (!pending) return undefined;
    this.#inFlight.delete(id);
    this.#bytes -= pending.event.frame.length;
    return pending;
  }

  hold(pending: PendingEvent): void {
    pending.afterAuth = true;
    this.#held.push(pending);
  }

  takeHeld(): PendingEvent[] {
    return this.#held.splice(0);
  }

  /** Takes all that a lost connection might have answered. */
  takeSent(): PendingEvent[] {
    const lost = [...this.#inFlight.values(), ...this.takeHeld()];
    this.#inFlight.clear();
    this.#bytes = 0;
    return lost;
  }

  /** Takes everything. */
  takeAll(): PendingEvent[] {
    return [...this.takeSent(), ...this.#waiting.splice(0)];
  }
}
