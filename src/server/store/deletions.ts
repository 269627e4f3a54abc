// The deletion requests of authors (NIP-09). They are kept until the relay ends, so that a deleted event stays away,
// also when the request arrives before the event. Holds no events.
import type { Event } from '../../protocol/event.ts';
import { eventAddress, kindClass, parseAddress } from '../../protocol/kind.ts';

export const DELETION = 5;
const GIFT_WRAP = 1059;

export class Deletions {
  /** Event id → who requested its deletion. Whether they may is known only when the event arrives. */
  readonly #askers = new Map<string, Set<string>>();
  /** Address → versions up to this second are deleted. */
  readonly #addresses = new Map<string, number>();

  /** Records a deletion request; returns what it names. */
  add(request: Event): { ids: string[]; addresses: string[] } {
    const ids: string[] = [];
    const addresses: string[] = [];
    for (const [name, value] of request.tags) {
      if (value === undefined) continue;
      if (name === 'e') {
        this.#addAsker(value, request.pubkey);
        ids.push(value);
      } else if (name === 'a') {
        const address = ownAddress(value, request.pubkey);
        if (address === undefined) continue;
        this.#addresses.set(address, Math.max(request.created_at, this.#addresses.get(address) ?? 0));
        addresses.push(address);
      }
    }
    return { ids, addresses };
  }

  #addAsker(id: string, pubkey: string): void {
    const askers = this.#askers.get(id);
    if (askers) askers.add(pubkey);
    else this.#askers.set(id, new Set([pubkey]));
  }

  /** Whether a request covers this event. "a deletion request event against a deletion request has no effect". */
  covers(event: Event): boolean {
    if (event.kind === DELETION) return false;
    return this.#coversId(event) || this.#coversAddress(event);
  }

  /** By id, whatever the times. Only the author may, and for a gift wrap its recipient (NIP-59). */
  #coversId(event: Event): boolean {
    const askers = this.#askers.get(event.id);
    if (!askers) return false;
    if (askers.has(event.pubkey)) return true;
    return (
      event.kind === GIFT_WRAP && event.tags.some(([name, reader]) => name === 'p' && askers.has(reader!))
    );
  }

  /** "delete all versions of the replaceable event up to the created_at timestamp of the deletion request". */
  #coversAddress(event: Event): boolean {
    const address = eventAddress(event);
    return address !== undefined && event.created_at <= (this.#addresses.get(address) ?? -1);
  }
}

/** The address as `eventAddress` writes it, if it is one of the requester. A replaceable kind has no identifier. */
function ownAddress(value: string, asker: string): string | undefined {
  const address = parseAddress(value);
  if (address?.pubkey !== asker) return undefined;
  const identifier = kindClass(address.kind) === 'addressable' ? address.identifier : '';
  return `${address.kind}:${asker}:${identifier}`;
}
