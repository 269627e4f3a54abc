// The tables of `nost serve` without --store PATH: all is in memory and is lost when the process ends.
import { hash } from 'node:crypto';
import { type Event, stringifyEvent } from '../../protocol/event.ts';
import { KeptEvent } from './kept-event.ts';
import type { Glance, Position, Range, StoredEvent, Tables } from './tables.ts';
import { Timeline } from './timeline.ts';

/** An event with more tags is kept as its text: read, it takes many times as much. */
const MANY_TAGS = 500;

/** A longer key is kept as its hash. */
const MAX_KEY = 40;

const isWithholding = ([name]: readonly string[]): boolean => name === '-' || name === 'expiration';

class HeldEvent implements StoredEvent {
  readonly event: Event;

  constructor(event: Event) {
    this.event = event;
  }

  get head(): Event {
    return this.event;
  }

  get json(): string {
    return stringifyEvent(this.event);
  }
}

export class MemoryTables implements Tables {
  readonly #events = new Map<string, HeldEvent | string>();
  /** Most keys list one event: a timeline of its own would take more room than the event. */
  readonly #index = new Map<string, Position | Timeline>();
  readonly #notes = new Map<string, string>();

  get size(): number {
    return this.#events.size;
  }

  has(id: string): boolean {
    return this.#events.has(id);
  }

  get(id: string): StoredEvent | undefined {
    const held = this.#events.get(id);
    return typeof held === 'string' ? new KeptEvent(held) : held;
  }

  load({ id }: Position): StoredEvent | undefined {
    return this.get(id);
  }

  glance({ id }: Position): Glance | undefined {
    const held = this.#events.get(id);
    if (held === undefined) return undefined;
    return { id, mayBeWithheld: typeof held === 'string' || held.event.tags.some(isWithholding) };
  }

  put(event: Event, keys: readonly string[]): void {
    const { id, created_at, tags } = event;
    const isLarge = tags.length > MANY_TAGS;
    const position: Position = isLarge ? { id, created_at } : event;
    this.#events.set(id, isLarge ? stringifyEvent(event) : new HeldEvent(event));
    for (const key of keys.map(kept)) {
      const listed = this.#index.get(key);
      if (listed === undefined) this.#index.set(key, position);
      else if (listed instanceof Timeline) listed.add(position);
      else this.#index.set(key, Timeline.of(listed, position));
    }
  }

  remove(event: Event, keys: readonly string[]): void {
    this.#events.delete(event.id);
    for (const key of keys.map(kept)) {
      const listed = this.#index.get(key);
      if (!(listed instanceof Timeline)) this.#index.delete(key);
      else {
        listed.remove(event);
        if (listed.size === 0) this.#index.delete(key);
      }
    }
  }

  page(key: string, range: Range, max: number): readonly Position[] {
    const listed = this.#index.get(kept(key));
    if (listed === undefined) return [];
    return (listed instanceof Timeline ? listed : Timeline.of(listed)).page(range, max);
  }

  count(key: string, since: number, until: number, enough: number): number {
    const listed = this.#index.get(kept(key));
    if (listed === undefined) return 0;
    if (listed instanceof Timeline) return listed.count(since, until, enough);
    return listed.created_at >= since && listed.created_at <= until ? 1 : 0;
  }

  note(key: string): string | undefined {
    return this.#notes.get(kept(key));
  }

  setNote(key: string, value: string | undefined): void {
    if (value === undefined) this.#notes.delete(kept(key));
    else this.#notes.set(kept(key), value);
  }

  async transaction<T>(work: () => T): Promise<T> {
    return work();
  }

  async close(): Promise<void> {}
}

/** A key as it is kept. Two texts that UTF-8 does not tell apart must not become one. */
function kept(key: string): string {
  return key.length > MAX_KEY && key.isWellFormed() ? hash('sha256', key, 'binary') : key;
}
