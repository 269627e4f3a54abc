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
/** A replaced version as JSON. Each has a note of its own: the next replacement writes one, not all of them. */
const versionKey = (id: string): string => `o${id}`;

/** A replaced version, and the characters of its JSON. */
type Listed = [id: string, length: number];

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
    if (replaced) this.#keep(address, replaced);
  }

  /** Forgets a current version that was deleted; returns the one that becomes current again. */
  retreat(deleted: Event, isDeleted: (event: Event) => boolean): Event | undefined {
    const address = eventAddress(deleted);
    if (address === undefined) return undefined;
    const alive = this.#replaced(address).flatMap(listed => this.#aliveOf(listed, isDeleted));
    const [next, ...older] = alive;
    if (next) this.#tables.setNote(versionKey(next.event.id), undefined);
    this.#tables.setNote(currentKey(address), next?.event.id);
    this.#setReplaced(
      address,
      older.map(({ listed }) => listed),
    );
    return next?.event;
  }

  /** A listed version with its event; nothing, and forgotten, when it was deleted. */
  #aliveOf(listed: Listed, isDeleted: (event: Event) => boolean): { listed: Listed; event: Event }[] {
    const key = versionKey(listed[0]);
    const event: Event = JSON.parse(this.#tables.note(key)!);
    if (!isDeleted(event)) return [{ listed, event }];
    this.#tables.setNote(key, undefined);
    return [];
  }

  #keep(address: string, replaced: Event): void {
    const json = JSON.stringify(replaced);
    this.#tables.setNote(versionKey(replaced.id), json);
    const kept: Listed[] = [];
    let length = 0;
    for (const listed of [[replaced.id, json.length] as Listed, ...this.#replaced(address)]) {
      length += listed[1];
      if (kept.length < MAX_REPLACED && length <= MAX_LENGTH) kept.push(listed);
      else this.#tables.setNote(versionKey(listed[0]), undefined);
    }
    this.#setReplaced(address, kept);
  }

  /** Newest first. */
  #replaced(address: string): Listed[] {
    const note = this.#tables.note(replacedKey(address));
    return note === undefined ? [] : JSON.parse(note);
  }

  #setReplaced(address: string, versions: readonly Listed[]): void {
    this.#tables.setNote(replacedKey(address), versions.length > 0 ? JSON.stringify(versions) : undefined);
  }
}
