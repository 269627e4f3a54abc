// The rules of a store, told as plainly as can be: lists that are looked through from the start. The stores are held
// against it.
import { compareEvents, type Event } from '../../src/protocol/event.ts';
import { type Filter, selectEvents } from '../../src/protocol/filter.ts';
import { eventAddress } from '../../src/protocol/kind.ts';
import type { Admission } from '../../src/server/store/store.ts';

const DELETION = 5;
const VANISH = 62;
const GIFT_WRAP = 1059;

/** How many replaced versions of an address a store keeps. */
const MAX_REPLACED = 9;

export class ListModel {
  #events: Event[] = [];
  /** Deletions and requests to vanish; they hold also after they were removed. */
  readonly #requests: Event[] = [];
  /** The versions that were replaced, newest first, by address. */
  readonly #replaced = new Map<string, Event[]>();

  get events(): readonly Event[] {
    return this.#events;
  }

  select(filter: Filter): Event[] {
    return selectEvents(this.#events, [filter]);
  }

  add(event: Event): Admission {
    if (this.#isCovered(event)) return 'deleted';
    if (this.#events.some(({ id }) => id === event.id)) return 'duplicate';
    const address = eventAddress(event);
    const held = address && this.#events.find(one => eventAddress(one) === address);
    if (held && compareEvents(held, event) < 0) return 'replaced';
    if (held) {
      this.#drop(held);
      this.#replaced.set(address!, [held, ...(this.#replaced.get(address!) ?? [])].slice(0, MAX_REPLACED));
    }
    this.#events.push(event);
    if (event.kind === DELETION || event.kind === VANISH) {
      this.#requests.push(event);
      const covered = this.#events.filter(one => this.#isCovered(one));
      for (const one of covered) this.#remove(one);
    }
    return 'stored';
  }

  remove(ids: readonly string[]): void {
    for (const event of this.#events.filter(({ id }) => ids.includes(id))) this.#remove(event);
  }

  #drop(event: Event): void {
    this.#events = this.#events.filter(one => one !== event);
  }

  /** The newest replaced version that is not deleted is current again. */
  #remove(event: Event): void {
    this.#drop(event);
    const address = eventAddress(event);
    if (address === undefined) return;
    const [next, ...older] = (this.#replaced.get(address) ?? []).filter(one => !this.#isCovered(one));
    this.#replaced.set(address, older);
    if (next) this.#events.push(next);
  }

  #isCovered(event: Event): boolean {
    return this.#requests.some(request =>
      request.kind === VANISH ? vanishes(request, event) : deletes(request, event),
    );
  }
}

function vanishes({ pubkey, created_at }: Event, event: Event): boolean {
  const isBefore = event.kind === VANISH ? event.created_at < created_at : event.created_at <= created_at;
  return isBefore && (event.pubkey === pubkey || isGiftTo(pubkey, event));
}

function deletes(request: Event, event: Event): boolean {
  if (event.kind === DELETION || event.kind === VANISH) return false;
  const isOwn = event.pubkey === request.pubkey;
  const address = eventAddress(event);
  return request.tags.some(([name, value]) => {
    if (name === 'e') return value === event.id && (isOwn || isGiftTo(request.pubkey, event));
    return name === 'a' && isOwn && value === address && event.created_at <= request.created_at;
  });
}

function isGiftTo(reader: string, { kind, tags }: Event): boolean {
  return kind === GIFT_WRAP && tags.some(([name, value]) => name === 'p' && value === reader);
}
