// Finds the parts of an event in its bytes. Most relays send events as everybody would write them, but for the order
// of the keys: such an event is read by walking over it once. Anything else about the text (white space, other
// escapes, unknown or repeated keys, a value of the wrong shape) and the scanner says so by giving nothing;
// `JSON.parse` and `parseEvent` then decide.
import { MAX_KIND } from './event.ts';
import { EventBytes } from './event-bytes.ts';

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [
  ...Buffer.from('"\\,[]{}'),
] as [number, number, number, number, number, number, number];
const [ZERO, NINE, LETTER_U] = [0x30, 0x39, 0x75];

/** Inside a string these bytes stand for themselves: all but controls, the quote and the backslash. */
const PLAIN = new Uint8Array(256).fill(1, 0x20);
PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;

/** 1 for a lower-case hex digit. */
const IS_DIGIT = new Uint8Array(256);
for (const byte of Buffer.from('0123456789abcdef')) IS_DIGIT[byte] = 1;

/** The characters after a backslash that JSON.stringify writes, and those of `\u00` it writes. */
const SHORT_ESCAPES = new Uint8Array(256);
for (const byte of Buffer.from('"\\bfnrt')) SHORT_ESCAPES[byte] = 1;
const LONG_ESCAPES = new Set(
  Array.from({ length: 32 }, (_, code) => JSON.stringify(String.fromCharCode(code)))
    .filter(json => json.length === 8)
    .map(json => json.slice(3, 7)),
);

const key = (name: string) => Uint8Array.from(Buffer.from(`"${name}":`));
const [ID, PUBKEY, CREATED_AT, KIND, TAGS, CONTENT, SIG] = [
  key('id'),
  key('pubkey'),
  key('created_at'),
  key('kind'),
  key('tags'),
  key('content'),
  key('sig'),
] as const;

/** All memory that a piece of it lies in, as bytes and as words: a chunk from the socket holds many frames. */
interface Memory {
  bytes: Buffer;
  words: Int32Array;
}

let last: ArrayBufferLike | undefined;
let memory: Memory = { bytes: Buffer.alloc(0), words: new Int32Array(0) };

function memoryOf(buffer: ArrayBufferLike): Memory {
  if (buffer !== last) {
    last = buffer;
    memory = { bytes: Buffer.from(buffer), words: new Int32Array(buffer, 0, buffer.byteLength >> 2) };
  }
  return memory;
}

/**
 * The event that stands in `text`, braces included, when it is canonical but for the order of its keys; otherwise
 * undefined. The bytes must be UTF-8.
 * @example
 * readEventBytes(Buffer.from('{"id":"x"}')) // → undefined
 */
export function readEventBytes(text: Buffer): EventBytes | undefined {
  return scanEvent(memoryOf(text.buffer), text.byteOffset, text.byteOffset + text.length);
}

const FRAME_HEAD = Buffer.from('["EVENT","');

/**
 * A relay's EVENT frame whose event `readEventBytes` can read; undefined for every other frame.
 * @example
 * readEventFrame(Buffer.from('["EOSE","a"]')) // → undefined
 */
export function readEventFrame(text: Buffer): { subId: string; event: EventBytes } | undefined {
  const memory = memoryOf(text.buffer);
  const { bytes } = memory;
  const start = text.byteOffset;
  const end = start + text.length - 1;
  const nameAt = start + FRAME_HEAD.length;
  if (nameAt >= end || bytes[end] !== CLOSE_LIST || !startsWith(bytes, start, FRAME_HEAD)) return undefined;
  const nameEnd = endOfPlain(memory, nameAt, end);
  if (nameEnd + 2 >= end || bytes[nameEnd] !== QUOTE || bytes[nameEnd + 1] !== COMMA) return undefined;
  const event = scanEvent(memory, nameEnd + 2, end);
  return event && { subId: subIdAt(bytes, nameAt, nameEnd), event };
}

/** Frame after frame names the same subscription. */
let lastSubId = '';
let lastSubIdBytes: Uint8Array = new Uint8Array(0);

function subIdAt(bytes: Buffer, begin: number, end: number): string {
  if (end - begin !== lastSubIdBytes.length || !startsWith(bytes, begin, lastSubIdBytes)) {
    lastSubIdBytes = Uint8Array.from(bytes.subarray(begin, end));
    lastSubId = bytes.toString('utf8', begin, end);
  }
  return lastSubId;
}

// No byte beyond `end` is ever read, not even to find out that there is none: V8 makes every such loop many times
// slower from then on.

/** One bit for each key that has been seen. */
const [SAW_ID, SAW_PUBKEY, SAW_CREATED_AT, SAW_KIND, SAW_TAGS, SAW_CONTENT, SAW_SIG, SAW_ALL] = [
  1, 2, 4, 8, 16, 32, 64, 127,
];

function scanEvent(memory: Memory, start: number, end: number): EventBytes | undefined {
  const { bytes } = memory;
  const close = end - 1;
  if (close <= start || bytes[start] !== OPEN_OBJECT || bytes[close] !== CLOSE_OBJECT) return undefined;
  let id = 0;
  let pubkey = 0;
  let sig = 0;
  let createdAt = 0;
  let createdAtEnd = 0;
  let kind = 0;
  let kindEnd = 0;
  let tags = 0;
  let tagsEnd = 0;
  let content = 0;
  let contentEnd = 0;
  let seen = 0;
  let cursor = start;
  do {
    const at = cursor + 1;
    const name = keyAt(bytes, at, close);
    if (name === undefined) return undefined;
    const begin = at + name.length;
    let bit: number;
    switch (name) {
      case ID:
        bit = SAW_ID!;
        id = begin;
        cursor = endOfHex(memory, begin, close, 64);
        break;
      case PUBKEY:
        bit = SAW_PUBKEY!;
        pubkey = begin;
        cursor = endOfHex(memory, begin, close, 64);
        break;
      case SIG:
        bit = SAW_SIG!;
        sig = begin;
        cursor = endOfHex(memory, begin, close, 128);
        break;
      case CREATED_AT:
        bit = SAW_CREATED_AT!;
        createdAt = begin;
        createdAtEnd = cursor = endOfNumber(bytes, begin, close);
        break;
      case KIND:
        bit = SAW_KIND!;
        kind = begin;
        kindEnd = cursor = endOfNumber(bytes, begin, close);
        break;
      case TAGS:
        bit = SAW_TAGS!;
        tags = begin;
        tagsEnd = cursor = endOfTags(memory, begin, close);
        break;
      default:
        bit = SAW_CONTENT!;
        content = begin;
        contentEnd = cursor = endOfString(memory, begin, close);
    }
    if (cursor < 0 || cursor > close || (seen & bit) !== 0) return undefined;
    seen |= bit;
  } while (bytes[cursor] === COMMA);
  if (seen !== SAW_ALL || cursor !== close) return undefined;
  const time = numberAt(bytes, createdAt, createdAtEnd);
  const number = numberAt(bytes, kind, kindEnd);
  if (time > Number.MAX_SAFE_INTEGER || number > MAX_KIND) return undefined;
  const places = {
    id,
    pubkey,
    sig,
    createdAt,
    createdAtEnd,
    kind,
    kindEnd,
    tags,
    tagsEnd,
    content,
    contentEnd,
  };
  return new EventBytes(bytes, places, time, number);
}

/** The key that stands there with its quotes and colon. */
function keyAt(bytes: Buffer, at: number, end: number): Uint8Array | undefined {
  if (at + 2 >= end) return undefined;
  const name = keyOfInitial(bytes[at + 1]!, bytes[at + 2]!);
  return name !== undefined && at + name.length <= end && startsWith(bytes, at, name) ? name : undefined;
}

function keyOfInitial(first: number, second: number): Uint8Array | undefined {
  switch (first) {
    case 0x69: // i
      return ID;
    case 0x70: // p
      return PUBKEY;
    case 0x63: // cr, co
      return second === 0x72 ? CREATED_AT : CONTENT;
    case 0x6b: // k
      return KIND;
    case 0x74: // t
      return TAGS;
    case 0x73: // s
      return SIG;
    default:
      return undefined;
  }
}

function startsWith(bytes: Buffer, at: number, prefix: Uint8Array): boolean {
  for (let i = 0; i < prefix.length; i++) if (bytes[at + i] !== prefix[i]) return false;
  return true;
}

/** The end of so many hex digits in quotes, or -1. */
function endOfHex({ bytes, words }: Memory, at: number, end: number, digits: number): number {
  const last = at + 1 + digits;
  if (last >= end || bytes[at] !== QUOTE || bytes[last] !== QUOTE) return -1;
  let i = at + 1;
  for (; (i & 3) !== 0; i++) if (IS_DIGIT[bytes[i]!] !== 1) return -1;
  for (; i + 4 <= last; i += 4) if (!areDigits(words[i >> 2]!)) return -1;
  for (; i < last; i++) if (IS_DIGIT[bytes[i]!] !== 1) return -1;
  return last + 1;
}

/** Whether four bytes are lower-case hex digits: 0 to 9 or a to f. The top bit of each byte tells what is above. */
function areDigits(word: number): boolean {
  const numerals = (word + 0x50505050) & ~(word + 0x46464646);
  const letters = (word + 0x1f1f1f1f) & ~(word + 0x19191919);
  return ((numerals | letters) & ~word & 0x80808080) === (0x80808080 | 0);
}

/** The end of a whole number of at most 16 digits, or -1. */
function endOfNumber(bytes: Buffer, at: number, end: number): number {
  let i = at;
  while (i < end && bytes[i]! >= ZERO && bytes[i]! <= NINE) i++;
  if (i === at || i - at > 16 || (bytes[at] === ZERO && i > at + 1)) return -1;
  return i;
}

function numberAt(bytes: Buffer, at: number, end: number): number {
  let value = 0;
  for (let i = at; i < end; i++) value = value * 10 + (bytes[i]! - ZERO);
  return value;
}

/** The end of a list of lists of strings, or -1. */
function endOfTags(memory: Memory, at: number, end: number): number {
  const { bytes } = memory;
  if (at + 1 >= end || bytes[at] !== OPEN_LIST) return -1;
  if (bytes[at + 1] === CLOSE_LIST) return at + 2;
  let i = at;
  do {
    i = endOfTag(memory, i + 1, end);
    if (i < 0 || i >= end) return -1;
  } while (bytes[i] === COMMA);
  return bytes[i] === CLOSE_LIST ? i + 1 : -1;
}

function endOfTag(memory: Memory, at: number, end: number): number {
  const { bytes } = memory;
  if (at + 1 >= end || bytes[at] !== OPEN_LIST) return -1;
  if (bytes[at + 1] === CLOSE_LIST) return at + 2;
  let i = at;
  do {
    i = endOfString(memory, i + 1, end);
    if (i < 0 || i >= end) return -1;
  } while (bytes[i] === COMMA);
  return bytes[i] === CLOSE_LIST ? i + 1 : -1;
}

/** The end of a string, or -1. */
function endOfString(memory: Memory, at: number, end: number): number {
  const { bytes } = memory;
  if (at >= end || bytes[at] !== QUOTE) return -1;
  for (let i = at + 1; ; i++) {
    i = endOfPlain(memory, i, end);
    if (i >= end) return -1;
    if (bytes[i] === QUOTE) return i + 1;
    if (bytes[i] !== BACKSLASH || i + 1 >= end) return -1; // a control character
    const letter = bytes[++i]!;
    if (SHORT_ESCAPES[letter] === 1) continue;
    if (letter !== LETTER_U || !LONG_ESCAPES.has(bytes.toString('latin1', i + 1, Math.min(i + 5, end))))
      return -1;
    i += 4;
  }
}

/** The first byte from `at` on that does not stand for itself in a string, or `end`. Looks at four at a time. */
function endOfPlain({ bytes, words }: Memory, at: number, end: number): number {
  let i = at;
  for (; (i & 3) !== 0 && i < end; i++) if (PLAIN[bytes[i]!] !== 1) return i;
  while (i + 4 <= end && isPlain(words[i >> 2]!)) i += 4;
  while (i < end && PLAIN[bytes[i]!] === 1) i++;
  return i;
}

/** Whether none of four bytes is a control, a quote or a backslash: the usual trick for a zero among bytes. */
function isPlain(word: number): boolean {
  const quotes = word ^ 0x22222222;
  const backslashes = word ^ 0x5c5c5c5c;
  const controls = (word - 0x20202020) & ~word;
  const others = ((quotes - 0x01010101) & ~quotes) | ((backslashes - 0x01010101) & ~backslashes);
  return ((controls | others) & 0x80808080) === 0;
}
