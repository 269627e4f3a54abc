// The versions of replaceable events: which one is current, and the last ones that it replaced. When the current one is
// deleted by its id, the next one becomes current again, because its author did not delete it.
import { compareEvents, type Event } from '../../protocol/event.ts';
import { eventAddress } from '../../protocol/kind.ts';
import type { Tables } from './tables.ts';

/** How many replaced versions of one address are kept, and how many characters of them at most. */
const MAX_REPLACED = 9;
const MAX_LENGTH = 256 * 1024;

const currentKey = (address: string): string => `c${address}`;
const replacedKey = (address: string): string => `v${address}`;

export class Versions {
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** The current version of an address. */
  current(address: string): Event | undefined {
    const id = this.#tables.note(currentKey(address));
    return id === undefined ? undefined : this.#tables.get(id)?.event;
  }

  /**
   * The version that an event replaces, or `newer` when the current one wins: by the latest `created_at`, and "the
   * event with the lowest id (first in lexical order)" when they are equal (NIP-01).
   */
  replacedBy(event: Event): Event | 'newer' | undefined {
    const address = eventAddress(event);
    const held = address === undefined ? undefined : this.current(address);
    return held && compareEvents(held, event) < 0 ? 'newer' : held;
  }

  /** Notes that an event is current now, and what it replaced. */
  advance(event: Event, replaced: Event | undefined): void {
    const address = eventAddress(event);
    if (address === undefined) return;
    this.#tables.setNote(currentKey(address), event.id);
    if (replaced) this.#setReplaced(address, [replaced, ...this.#replaced(address)]);
  }

  /** Forgets a current version that was deleted; returns the one that becomes current again. */
  retreat(deleted: Event, isDeleted: (event: Event) => boolean): Event | undefined {
    const address = eventAddress(deleted);
    if (address === undefined) return undefined;
    const [next, ...older] = this.#replaced(address).filter(event => !isDeleted(event));
    this.#tables.setNote(currentKey(address), next?.id);
    this.#setReplaced(address, older);
    return next;
  }

  #replaced(address: string): Event[] {
    const note = this.#tables.note(replacedKey(address));
    return note === undefined ? [] : JSON.parse(note);
  }

  #setReplaced(address: string, events: readonly Event[]): void {
    let note = JSON.stringify(events.slice(0, MAX_REPLACED));
    if (note.length > MAX_LENGTH) note = JSON.stringify(events.slice(0, 1));
    const isKept = events.length > 0 && note.length <= MAX_LENGTH;
    this.#tables.setNote(replacedKey(address), isKept ? note : undefined);
  }
}
