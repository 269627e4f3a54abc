// An event that is kept as its text, and read when somebody asks for more than the text.
import type { Event } from '../../protocol/event.ts';
import type { StoredEvent } from './tables.ts';

export class KeptEvent implements StoredEvent {
  readonly json: string;
  #event: Event | undefined;

  constructor(json: string) {
    this.json = json;
  }

  get event(): Event {
    this.#event ??= JSON.parse(this.json) as Event;
    return this.#event;
  }
}
