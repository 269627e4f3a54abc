// NIP-13: proof of work. Difficulty is the number of leading zero bits of an id.
// Mining runs in chunks, so that its caller can stop it, show progress and refresh `created_at`.
import { sha256HexAfter } from './crypto.ts';
import { type Event, eventId, type UnsignedEvent } from './event.ts';
import { quote } from './quote.ts';

/** Leading zero bits: an id has no more. */
export const MAX_DIFFICULTY = 256;

/**
 * The number of leading zero bits of an id given as hex: 0 to 256.
 * @example
 * difficultyOf('000006d8c378af1779d2feebc7603a125d99eca0ccf1085959b307f64e5dd358') // → 21
 * difficultyOf('8fff') // → 0
 */
export function difficultyOf(id: string): number {
  for (let i = 0; i < id.length; i++) {
    const nibble = Number.parseInt(id[i]!, 16);
    if (nibble !== 0) return i * 4 + Math.clz32(nibble) - 28;
  }
  return id.length * 4;
}

/**
 * The difficulty the author committed to: the third element of the `nonce` tag when the id really has that many
 * bits, otherwise 0. A relay asks for this and not for `difficultyOf`, because a lucky id is no work (NIP-13).
 * @example
 * committedDifficulty({ id: '000fff', tags: [['nonce', '7', '10']] }) // → 10
 * committedDifficulty({ id: '000fff', tags: [['nonce', '7', '13']] }) // → 0
 * committedDifficulty({ id: '000fff', tags: [] }) // → 0
 */
export function committedDifficulty(event: Pick<Event, 'id' | 'tags'>): number {
  const target = event.tags.find(tag => tag[0] === 'nonce')?.[2];
  if (target === undefined || !/^\d{1,3}$/.test(target)) return 0;
  return difficultyOf(event.id) >= Number(target) ? Number(target) : 0;
}

/** An unsigned event whose id meets the target, with its `nonce` tag. */
export type MinedEvent = UnsignedEvent & { id: string };

/** Which counters one call tries. */
export interface MiningChunk {
  /** The first counter. */
  from: number;
  /** How many; a hundred thousand take about a tenth of a second. */
  attempts: number;
}

/**
 * Tries `attempts` counters from `from` on and returns the first event whose id has at least `bits` leading zero
 * bits, or undefined. The `nonce` tag, with the target as its third element, replaces any that was there.
 * Mining comes before signing: the id does not cover the signature, so work can be delegated (NIP-13).
 * Throws `RangeError` for a target outside 0 to 256, `InvalidEvent` for a lone surrogate.
 * @example
 * mineChunk({ pubkey: 'ab', created_at: 1, kind: 1, tags: [], content: '' }, 4, { from: 0, attempts: 500 }).tags[0][2] // → '4'
 * mineChunk({ pubkey: 'ab', created_at: 1, kind: 1, tags: [], content: '' }, 200, { from: 0, attempts: 2 }) // → undefined
 * mineChunk({ pubkey: 'ab', created_at: 1, kind: 1, tags: [], content: '' }, 257, { from: 0, attempts: 2 }) // throws from 0 to 256, not 257
 */
export function mineChunk(event: UnsignedEvent, bits: number, chunk: MiningChunk): MinedEvent | undefined {
  const [before, after] = aroundNonce(event, bits);
  const hash = sha256HexAfter(before);
  for (let counter = chunk.from; counter < chunk.from + chunk.attempts; counter++) {
    const id = hash(counterDigits(counter) + after);
    if (difficultyOf(id) >= bits) return { ...withNonce(event, counter, bits), id };
  }
  return undefined;
}

/** Every counter has so many digits: one of 2^53 has no more. */
const COUNTER_DIGITS = 16;

/** The last digits of a counter, which begin a block of sha256; what is in the blocks before it changes once in a thousand. */
export const HOT_DIGITS = 3;

const BLOCK_BYTES = 64;

/**
 * A counter as the end of a nonce has it.
 * @example
 * counterDigits(42) // → '0000000000000042'
 */
export function counterDigits(counter: number): string {
  return String(counter).padStart(COUNTER_DIGITS, '0');
}

/**
 * The canonical serialisation of the event with its `nonce` tag, cut where the digits of the counter stand: they are all
 * that changes from one attempt to the next. Zeros before them put the last three at the begin of a block of sha256, so
 * that one more attempt hashes as few blocks as can be. Throws as `mineChunk` does.
 * @example
 * aroundNonce({ pubkey: 'ab', created_at: 1, kind: 1, tags: [['t', 'x']], content: 'hi' }, 20) // → ['[0,"ab",1,1,[["t","x"],["nonce","000000000000000000', '","20"]],"hi"]']
 */
export function aroundNonce(event: UnsignedEvent, bits: number): [before: string, after: string] {
  if (!Number.isInteger(bits) || bits < 0 || bits > MAX_DIFFICULTY) {
    throw new RangeError(
      `the difficulty must be a whole number of bits from 0 to ${MAX_DIFFICULTY}, not ${quote(bits)}`,
    );
  }
  eventId(event); // refuses what cannot be hashed
  const { content, ...others } = withoutNonce(event);
  const head = headOf(others);
  return [`${head}${zerosBehind(head)}`, `","${bits}"]],${JSON.stringify(content)}]`];
}

/** The serialisation up to the value of the `nonce` tag. */
function headOf({ pubkey, created_at, kind, tags }: Omit<UnsignedEvent, 'content'>): string {
  const fields = JSON.stringify([0, pubkey, created_at, kind]).slice(0, -1);
  return `${fields},[${tags.map(tag => `${JSON.stringify(tag)},`).join('')}["nonce","`;
}

function zerosBehind(head: string): string {
  const hot = new TextEncoder().encode(head).length + COUNTER_DIGITS - HOT_DIGITS;
  return '0'.repeat((BLOCK_BYTES - (hot % BLOCK_BYTES)) % BLOCK_BYTES);
}

/**
 * The event with the `nonce` tag of this counter as its last tag, and no other.
 * @example
 * withNonce({ pubkey: 'ab', created_at: 1, kind: 1, tags: [['nonce', '1', '2'], ['t', 'x']], content: '' }, 7, 20).tags // → [['t', 'x'], ['nonce', '0000000000000000000000000000000007', '20']]
 */
export function withNonce(event: UnsignedEvent, counter: number, bits: number): UnsignedEvent {
  const { tags, ...rest } = withoutNonce(event);
  const nonce = zerosBehind(headOf({ ...rest, tags })) + counterDigits(counter);
  return { ...rest, tags: [...tags, ['nonce', nonce, String(bits)]] };
}

function withoutNonce({ pubkey, created_at, kind, tags, content }: UnsignedEvent): UnsignedEvent {
  return { pubkey, created_at, kind, tags: tags.filter(tag => tag[0] !== 'nonce'), content };
}
