// A part of the events, told by their ids alone: so that several programs share a job without talking to each other. The
// parts are disjoint, together the whole, and about as large as each other.
import { quote } from '../protocol/quote.ts';

/** Part `index` of `count`, from 0 on. */
export interface Shard {
  index: number;
  count: number;
}

/** Parts there can be. */
const MOST = 65_536;

/** A part as `i/n`. Throws for another text. */
export function parseShard(text: string): Shard {
  const [, first = '', second = ''] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? [];
  const [index, count] = [Number(first), Number(second)];
  if (second !== '' && count > 0 && count <= MOST && index < count) return { index, count };
  throw new Error(`${quote(text)} is no part of a whole; write 0/3, 1/3 and 2/3 for three parts`);
}

/** Whether an id of 32 bytes, or of 64 hex digits, is in the part; without one all are. */
export function isInShard(id: Uint8Array | string, shard: Shard | undefined): boolean {
  if (!shard) return true;
  const head =
    typeof id === 'string'
      ? Number.parseInt(id.slice(0, 8), 16)
      : ((id[0]! << 24) | (id[1]! << 16) | (id[2]! << 8) | id[3]!) >>> 0;
  return Math.floor((head * shard.count) / 2 ** 32) === shard.index;
}
