// NIP-09 deletion requests: what one names, who may ask for what, and how one is made that names many. A request asks; what
// becomes of it is up to relays and readers.
import type { Event, Tag } from './event.ts';
import { eventAddress, kindClass, parseAddress } from './kind.ts';
import { VANISH_KIND } from './nip62.ts';

/** The kind of a deletion request. */
export const DELETION_KIND = 5;

/** As `nip59.ts` has it, which would bring encryption with it. */
const WRAP_KIND = 1059;

/** What a deletion request names: the id of an event, or an address. */
export type DeletionName = readonly [kind: 'id' | 'address', value: string];

/**
 * What a deletion request names, each once. Addresses of others are passed over: nobody may delete those.
 * @example
 * namedBy({ pubkey: 'ab'.repeat(32), tags: [['e', '01'], ['e', '01'], ['k', '1']] }) // → [['id', '01']]
 * namedBy({ pubkey: 'ab'.repeat(32), tags: [['a', `0:${'ab'.repeat(32)}:x`], ['a', `0:${'cd'.repeat(32)}:`]] }) // → [['address', `0:${'ab'.repeat(32)}:`]]
 */
export function namedBy({ tags, pubkey }: Pick<Event, 'tags' | 'pubkey'>): DeletionName[] {
  const ids = new Set<string>();
  const addresses = new Set<string>();
  for (const [name, value] of tags) {
    if (value === undefined) continue;
    const address = name === 'a' ? ownAddress(value, pubkey) : undefined;
    if (name === 'e') ids.add(value);
    else if (address !== undefined) addresses.add(address);
  }
  return [
    ...Array.from(ids, (id): DeletionName => ['id', id]),
    ...Array.from(addresses, (a): DeletionName => ['address', a]),
  ];
}

/** The address as `eventAddress` writes it, if it is one of the asker. A replaceable kind has no identifier. */
function ownAddress(value: string, asker: string): string | undefined {
  const address = parseAddress(value);
  if (address?.pubkey !== asker) return undefined;
  const identifier = kindClass(address.kind) === 'addressable' ? address.identifier : '';
  return `${address.kind}:${asker}:${identifier}`;
}

/**
 * The keys that may have an event deleted: its author's, and those of the readers of a gift wrap, whose author is nobody
 * (NIP-59).
 * @example
 * deletersOf({ pubkey: 'ab', kind: 1, tags: [['p', 'cd']] }) // → ['ab']
 * deletersOf({ pubkey: 'ab', kind: 1059, tags: [['p', 'cd']] }) // → ['ab', 'cd']
 */
export function deletersOf({ pubkey, kind, tags }: Pick<Event, 'pubkey' | 'kind' | 'tags'>): string[] {
  if (kind !== WRAP_KIND) return [pubkey];
  return [pubkey, ...tags.flatMap(([name, reader]) => (name === 'p' && reader !== undefined ? reader : []))];
}

/**
 * Whether a request of that key may delete an event.
 * @example
 * mayDelete('ab', { pubkey: 'ab', kind: 1, tags: [] }) // → true
 * mayDelete('cd', { pubkey: 'ab', kind: 1, tags: [['p', 'cd']] }) // → false
 */
export function mayDelete(asker: string, event: Pick<Event, 'pubkey' | 'kind' | 'tags'>): boolean {
  return event.pubkey === asker || deletersOf(event).includes(asker);
}

/**
 * Whether a request against events of this kind has an effect: one against a deletion request (NIP-09) or a request to
 * vanish (NIP-62) has none.
 * @example
 * isDeletable(1) // → true
 * isDeletable(5) // → false
 * isDeletable(62) // → false
 */
export function isDeletable(kind: number): boolean {
  return kind !== DELETION_KIND && kind !== VANISH_KIND;
}

/**
 * Whether a request covers an event: it names the id, whenever the event was made; or the address, and the event is not
 * newer than the request.
 * @example
 * isDeletedBy({ id: '01', pubkey: 'ab', kind: 1, created_at: 9, tags: [] }, { pubkey: 'ab', created_at: 5, tags: [['e', '01']] }) // → true
 * isDeletedBy({ id: '01', pubkey: 'ab', kind: 1, created_at: 9, tags: [] }, { pubkey: 'cd', created_at: 9, tags: [['e', '01']] }) // → false
 */
export function isDeletedBy(
  event: Pick<Event, 'id' | 'pubkey' | 'kind' | 'created_at' | 'tags'>,
  request: Pick<Event, 'pubkey' | 'created_at' | 'tags'>,
): boolean {
  if (!isDeletable(event.kind) || !mayDelete(request.pubkey, event)) return false;
  const address = event.created_at <= request.created_at ? eventAddress(event) : undefined;
  return namedBy(request).some(([kind, value]) => value === (kind === 'id' ? event.id : address));
}

/** Something to be deleted. */
export interface DeletionTarget {
  /** Events. */
  ids: readonly string[];
  /** All versions of an address up to the time of the request. */
  address?: string | undefined;
  /** Undefined: it is not known. */
  kind?: number | undefined;
}

/**
 * The tags of a request: `e` for each event, `a` for each address, `k` for each kind; each once.
 * @example
 * deletionTags([{ ids: ['01'], kind: 1 }, { ids: ['02', '01'], address: '0:ab:', kind: 0 }]) // → [['e', '01'], ['e', '02'], ['a', '0:ab:'], ['k', '1'], ['k', '0']]
 */
export function deletionTags(targets: readonly DeletionTarget[]): Tag[] {
  const ids = new Set(targets.flatMap(({ ids }) => ids));
  const addresses = new Set(targets.flatMap(({ address = [] }) => address));
  const kinds = new Set(targets.flatMap(({ kind = [] }) => kind));
  return [
    ...Array.from(ids, id => ['e', id]),
    ...Array.from(addresses, address => ['a', address]),
    ...Array.from(kinds, kind => ['k', `${kind}`]),
  ];
}

/**
 * The same targets in the order they have, as few at a time as relays take: at most `most`, whose tags are at most
 * `bytes` long. One that is longer stands alone.
 * @example
 * deletionBatches([{ ids: ['01'] }, { ids: ['02'] }, { ids: ['03'] }], { most: 2, bytes: 1000 }).map(({ length }) => length) // → [2, 1]
 * deletionBatches([{ ids: ['01'] }, { ids: ['02'] }], { most: 2, bytes: 5 }).map(({ length }) => length) // → [1, 1]
 */
export function deletionBatches<T extends DeletionTarget>(
  targets: readonly T[],
  { most, bytes }: { most: number; bytes: number },
): T[][] {
  const batches: T[][] = [];
  let size = Number.POSITIVE_INFINITY;
  for (const target of targets) {
    const length = sizeOf(target);
    const last = batches.at(-1);
    if (last && last.length < most && size + length <= bytes) last.push(target);
    else {
      batches.push([target]);
      size = 0;
    }
    size += length;
  }
  return batches;
}

const UTF8 = new TextEncoder();

/** Bytes of its tags in JSON, about. */
function sizeOf(target: DeletionTarget): number {
  return UTF8.encode(JSON.stringify(deletionTags([target]))).length;
}
