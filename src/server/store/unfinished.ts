// The requests to delete or to vanish whose work is not done. They are noted with the request itself, so that a start
// after the end of the process goes on with them. Each has a note of its own, at a number, so that it costs the same
// whether there are few or many; another note tells the lowest and the next number.
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
    const { first, next } = this.#numbers();
    const requests: Request[] = [];
    for (let number = first; number < next; number++) {
      const request = this.#tables.note(this.#at(number));
      if (request !== undefined) requests.push(JSON.parse(request));
    }
    return requests;
  }

  has(id: string): boolean {
    return this.#tables.note(this.#numberOf(id)) !== undefined;
  }

  add({ id, pubkey, created_at }: Request): void {
    const { first, next } = this.#numbers();
    this.#tables.setNote(this.#at(next), JSON.stringify({ id, pubkey, created_at }));
    this.#tables.setNote(this.#numberOf(id), `${next}`);
    this.#setNumbers(first, next + 1);
  }

  delete(id: string): void {
    const number = this.#tables.note(this.#numberOf(id));
    if (number === undefined) return;
    this.#tables.setNote(this.#numberOf(id), undefined);
    this.#tables.setNote(this.#at(Number(number)), undefined);
    let { first, next } = this.#numbers();
    while (first < next && this.#tables.note(this.#at(first)) === undefined) first++;
    this.#setNumbers(first, next);
  }

  #at(number: number): string {
    return `${this.#note} ${number}`;
  }

  #numberOf(id: string): string {
    return `${this.#note} ${id}`;
  }

  #numbers(): { first: number; next: number } {
    return JSON.parse(this.#tables.note(this.#note) ?? '{"first":0,"next":0}');
  }

  #setNumbers(first: number, next: number): void {
    this.#tables.setNote(this.#note, first < next ? JSON.stringify({ first, next }) : undefined);
  }
}
