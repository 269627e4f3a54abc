// What authors asked to have deleted (NIP-09) and whose events are to vanish (NIP-62). The requests are kept as notes
// of the tables, so that a deleted event stays away, also when the request arrives before the event.
import type { Event } from '../../protocol/event.ts';
import { eventAddress } from '../../protocol/kind.ts';
import { type DeletionName, deletersOf, isDeletable, namedBy } from '../../protocol/nip09.ts';
import { VANISH_KIND } from '../../protocol/nip62.ts';
import type { Head, Tables } from './tables.ts';

/** A request by id: whether its author may delete the event is known only when the event arrives. */
const byId = (id: string, asker: string): string => `d${id}${asker}`;
/** Versions of an address up to this second are deleted. */
const byAddress = (address: string): string => `r${address}`;
/** Events of an author up to this second have vanished. */
const byAuthor = (author: string): string => `g${author}`;

export class Deletions {
  readonly #tables: Tables;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** Records a deletion request; returns what it names. */
  add(request: Event): DeletionName[] {
    const names = namedBy(request);
    for (const [kind, value] of names) {
      if (kind === 'id') this.#tables.setNote(byId(value, request.pubkey), '');
      else this.#extend(byAddress(value), request.created_at);
    }
    return names;
  }

  /** Records a request to vanish. */
  addVanish(request: Pick<Event, 'pubkey' | 'created_at'>): void {
    this.#extend(byAuthor(request.pubkey), request.created_at);
  }

  #extend(key: string, until: number): void {
    if (until > this.#untilOf(key)) this.#tables.setNote(key, `${until}`);
  }

  #untilOf(key: string): number {
    return Number(this.#tables.note(key) ?? -1);
  }

  /** Whether a request covers this event. */
  covers(event: Event): boolean {
    return deletersOf(event).some(asker => this.#coversFor(asker, event)) || this.#coversAddress(event);
  }

  /** Whether a request of its author names this event, or covers all of the author. Others may cover it as well. */
  coversHead(head: Head): boolean {
    return this.#coversFor(head.pubkey, head);
  }

  /** "a deletion request event against a deletion request has no effect". */
  #coversFor(asker: string, { id, kind, created_at }: Head): boolean {
    const latest = kind === VANISH_KIND ? created_at + 1 : created_at; // it stays itself
    if (latest <= this.#untilOf(byAuthor(asker))) return true;
    return isDeletable(kind) && this.#isAsked(id, asker);
  }

  #isAsked(id: string, asker: string): boolean {
    return this.#tables.note(byId(id, asker)) !== undefined;
  }

  /** "delete all versions of the replaceable event up to the created_at timestamp of the deletion request". */
  #coversAddress(event: Event): boolean {
    const address = eventAddress(event);
    return address !== undefined && event.created_at <= this.#untilOf(byAddress(address));
  }
}
