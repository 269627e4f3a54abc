// An event that is kept as its text, and read when somebody asks for more than the text.
import type { Event } from '../../protocol/event.ts';
import type { Glance, Head, StoredEvent } from './tables.ts';

/** How the text of each kept event begins. */
const HEAD = /^\{"id":"([0-9a-f]{64})","pubkey":"([0-9a-f]{64})","created_at":(\d+),"kind":(\d+),/;

/** The id of a kept event; and the tags that withhold it, as they stand in its text. */
const ID_AT = '{"id":"'.length;
const ID_END = ID_AT + 64;
const WITHHOLDING = ['["-"', '["expiration"'];

/** What the text of a kept event shows at a glance; its bytes may stand for characters. */
export function glanceAt(text: string): Glance {
  return {
    id: text.slice(ID_AT, ID_END),
    mayBeWithheld: WITHHOLDING.some(tag => text.includes(tag)),
  };
}

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

  get head(): Head {
    if (this.#event) return this.#event;
    const [, id, pubkey, created_at, kind] = HEAD.exec(this.json) ?? [];
    if (kind === undefined) return this.event;
    return { id: id!, pubkey: pubkey!, created_at: Number(created_at), kind: Number(kind) };
  }
}
