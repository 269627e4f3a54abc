// Requests that are too large for a relay, in parts that together ask for the same. Pure.

import { type Filter, isTagKey } from '../../protocol/filter.ts';
import { encodeClientMessage } from '../../protocol/message.ts';

/** What one REQ may hold. */
export interface RequestBounds {
  /** UTF-8 bytes of the frame (NIP-11 `max_message_length`). */
  bytes: number;
  filters: number;
}

/** What every relay bears: beyond it the relay's own limits must be known. */
export const MODEST: RequestBounds = { bytes: 16_384, filters: 10 };

/** Where a relay does not tell: strfry drops the connection for a longer frame, without a word. */
export const USUAL: RequestBounds = { bytes: 131_072, filters: 100 };

/** A subscription id of ours, longer than any will ever be. */
const SUB_ID = 'nost'.padEnd(16, '9');

/** Whether one REQ can hold all of them. */
export function fitsRequest(filters: readonly Filter[], bounds: RequestBounds): boolean {
  if (filters.length > bounds.filters) return false;
  const text = encodeClientMessage({ type: 'REQ', subId: SUB_ID, filters: [...filters] });
  return Buffer.byteLength(text) <= bounds.bytes;
}

/**
 * The same filters as the REQs that it takes. The lists of a filter too long are split; its `limit` then holds for
 * each part. A filter that no split makes short enough is left to the relay to refuse.
 */
export function splitRequest(filters: readonly Filter[], bounds: RequestBounds): Filter[][] {
  const requests: Filter[][] = [];
  for (const filter of filters.flatMap(filter => splitFilter(filter, bounds))) {
    const last = requests.at(-1);
    if (last && fitsRequest([...last, filter], bounds)) last.push(filter);
    else requests.push([filter]);
  }
  return requests;
}

function splitFilter(filter: Filter, bounds: RequestBounds): Filter[] {
  if (fitsRequest([filter], bounds)) return [filter];
  return halveFilter(filter)?.flatMap(half => splitFilter(half, bounds)) ?? [filter];
}

type ListKey = 'ids' | 'authors' | 'kinds' | `#${string}`;

/** The filter with each half of its longest list, or undefined when no list has two values. */
export function halveFilter(filter: Filter): [Filter, Filter] | undefined {
  const lists = (['ids', 'authors', 'kinds', ...Object.keys(filter).filter(isTagKey)] as ListKey[])
    .map(key => [key, (filter[key] ?? []) as (string | number)[]] as const)
    .sort(([, a], [, b]) => b.length - a.length);
  const [key, values] = lists[0]!;
  if (values.length < 2) return undefined;
  const middle = values.length >> 1;
  return [
    { ...filter, [key]: values.slice(0, middle) },
    { ...filter, [key]: values.slice(middle) },
  ];
}
