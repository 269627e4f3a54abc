// How a batch of events becomes lines on stdout: one formatter for each way, found by name.
import { type Event, stringifyEvent } from '../protocol/event.ts';

/** Events of one relay, as the formatters see them. */
export interface EventBatch {
  relay: string;
  stored: boolean;
  events: readonly Event[];
}

export type EventFormatter = (batch: EventBatch) => string[];

export type EventFormat = 'jsonl' | 'envelope';

/** The formatter of that name; `now` gives milliseconds. */
export function formatterFor(format: EventFormat, now: () => number): EventFormatter {
  return format === 'envelope'
    ? batch => envelopes(batch, now() / 1000)
    : ({ events }) => events.map(stringifyEvent);
}

/** Where and when an event came, around the event. `received_at` is in unix seconds with milliseconds. */
function envelopes({ relay, stored, events }: EventBatch, receivedAt: number): string[] {
  const head = `{"relay":${JSON.stringify(relay)},"stored":${stored},"received_at":${receivedAt},"event":`;
  return events.map(event => `${head}${stringifyEvent(event)}}`);
}
