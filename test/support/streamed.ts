// Events as they stream through a command, for tests that have them as objects.
import type { Event } from '../../src/protocol/event.ts';
import { ParsedEvent } from '../../src/protocol/parsed-event.ts';
import type { StreamEvent } from '../../src/protocol/stream-event.ts';

export function streamed(event: Event): StreamEvent {
  return new ParsedEvent(event);
}

export function allStreamed(events: readonly Event[]): StreamEvent[] {
  return events.map(streamed);
}
