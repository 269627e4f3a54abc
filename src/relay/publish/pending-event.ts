// One event on its way to one relay, and its place in the line.
import type { Outgoing } from './outgoing-event.ts';

export interface Flight {
  event: Outgoing;
  /** The place in the order of offering: what is sent again goes before what is not yet sent. */
  number: number;
  attempts: number;
  /** Attempts it may still have after this one. */
  retries: number;
  /** Sent again after an AUTH on this connection: that happens once. */
  afterAuth: boolean;
  /** Of the first and of the last sending, in milliseconds on the monotonic clock. */
  since: number;
  sent: number;
}

/** An event that was not sent yet. */
export function newFlight(event: Outgoing, number: number, retries: number): Flight {
  return { event, number, attempts: 0, retries, afterAuth: false, since: 0, sent: 0 };
}

/** Notes a sending. */
export function launch(flight: Flight, now: number): void {
  flight.sent = now;
  if (flight.attempts++ === 0) flight.since = now;
}

/** Puts a flight back into the line, before what was offered later. */
export function putBack(line: Flight[], flight: Flight): void {
  const later = line.findIndex(({ number }) => number > flight.number);
  line.splice(later < 0 ? line.length : later, 0, flight);
}
