// The requests to delete or to vanish whose work is not done. They are noted with the request itself, so that a start
// after the end of the process goes on with them.
import type { Event } from '../../protocol/event.ts';
import type { Tables } from './tables.ts';

export type Request = Pick<Event, 'id' | 'pubkey' | 'created_at'>;

export class Unfinished {
  readonly #tables: Tables;
  readonly #note: string;

  /** `note`: where they are kept. */
  constructor(tables: Tables, note: string) {
    this.#tables = tables;
    this.#note = note;
  }

  get isEmpty(): boolean {
    return this.#tables.note(this.#note) === undefined;
  }

  list(): Request[] {
    const note = this.#tables.note(this.#note);
    return note === undefined ? [] : JSON.parse(note);
  }

  has(id: string): boolean {
    return this.list().some(request => request.id === id);
  }

  add({ id, pubkey, created_at }: Request): void {
    this.#set([...this.list(), { id, pubkey, created_at }]);
  }

  delete(id: string): void {
    this.#set(this.list().filter(request => request.id !== id));
  }

  #set(requests: readonly Request[]): void {
    this.#tables.setNote(this.#note, requests.length > 0 ? JSON.stringify(requests) : undefined);
  }
}
