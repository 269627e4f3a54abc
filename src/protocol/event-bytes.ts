// An event as the bytes it came in. Most relays send events as everybody would write them, but for the order of
// the keys; such an event is read by walking once over its bytes: what its id covers and the line we print are
// pieces of them, so nothing is parsed into objects and put into words again. Anything else about the text (white
// space, other escapes, unknown or repeated keys, a field of the wrong shape) and this reader says so by giving
// nothing; `JSON.parse` and `parseEvent` then decide.
import { hash } from 'node:crypto';
import { type Event, MAX_KIND, parseEvent, stringifyEvent } from './event.ts';

/** What came from a relay, in either form. */
export type Received = Event | EventBytes;

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [
  ...Buffer.from('"\\,[]{}'),
] as [number, number, number, number, number, number, number];
const [ZERO, NINE] = [0x30, 0x39];

/** Inside a string these bytes stand for themselves: all but controls, the quote and the backslash. */
const PLAIN = new Uint8Array(256).fill(1, 0x20);
PLAIN[QUOTE] = 0;
PLAIN[BACKSLASH] = 0;

/** The value of a lower-case hex digit; NO_DIGIT for every other byte. */
const NO_DIGIT = 0xff;
const DIGIT = new Uint8Array(256).fill(NO_DIGIT);
for (const [value, byte] of Buffer.from('0123456789abcdef').entries()) DIGIT[byte] = value;

/** The characters after a backslash that JSON.stringify writes, and those of `\u00` it writes. */
const SHORT_ESCAPES = new Uint8Array(256);
for (const byte of Buffer.from('"\\bfnrt')) SHORT_ESCAPES[byte] = 1;
const LONG_ESCAPES = new Set(
  Array.from({ length: 32 }, (_, code) => JSON.stringify(String.fromCharCode(code)))
    .filter(json => json.length === 8)
    .map(json => json.slice(3, 7)),
);

const KEYS = ['id', 'pubkey', 'created_at', 'kind', 'tags', 'content', 'sig'].map(key =>
  Buffer.from(`"${key}":`),
);
const [ID, PUBKEY, CREATED_AT, KIND, TAGS, CONTENT, SIG] = [0, 1, 2, 3, 4, 5, 6] as const;

/** The bytes of a line that belong to no value: braces, keys, the commas between, the newline. */
const LINE_FRAME = KEYS.reduce((sum, key) => sum + key.length, 0) + 2 + 6 + 1;

/** An event and where its parts lie. The bytes must not change as long as it lives. */
export class EventBytes {
  readonly created_at: number;
  readonly kind: number;
  readonly #bytes: Buffer;
  /** Begin and end of each value, quotes included, in the order of `KEYS`. */
  readonly #at: Uint32Array;
  #tags: string[][] | undefined;

  /** Use `readEventBytes`. */
  constructor(bytes: Buffer, at: Uint32Array, created_at: number, kind: number) {
    this.#bytes = bytes;
    this.#at = at;
    this.created_at = created_at;
    this.kind = kind;
  }

  get id(): string {
    return this.#hex(ID);
  }

  get pubkey(): string {
    return this.#hex(PUBKEY);
  }

  /** Parsed when somebody asks. */
  get tags(): string[][] {
    this.#tags ??= JSON.parse(this.#bytes.toString('utf8', this.#at[TAGS * 2], this.#at[TAGS * 2 + 1]));
    return this.#tags!;
  }

  /** The event as an object of its own. */
  event(): Event {
    return parseEvent(JSON.parse(this.line()));
  }

  /** Whether the id is the hash of the rest (NIP-01). */
  hasValidId(): boolean {
    const [tags, content] = [this.#lengthOf(TAGS), this.#lengthOf(CONTENT)];
    if (scratch.length < tags + content + MAX_SERIAL_FRAME)
      scratch = Buffer.allocUnsafe(tags + content + 65536);
    let end = scratch.write('[0,', 'latin1');
    for (const key of [PUBKEY, CREATED_AT, KIND, TAGS, CONTENT]) {
      end = this.#copy(key, scratch, end);
      scratch[end++] = COMMA;
    }
    scratch[end - 1] = CLOSE_LIST;
    return hash('sha256', scratch.subarray(0, end), 'hex') === this.id;
  }

  /** Writes id, public key and signature as 128 bytes. */
  writeCheck(target: Uint8Array, at: number): void {
    this.writeId(target, at);
    this.#decode(PUBKEY, target, at + 32);
    this.#decode(SIG, target, at + 64);
  }

  /** Writes the id as 32 bytes. */
  writeId(target: Uint8Array, at: number): void {
    this.#decode(ID, target, at);
  }

  #decode(key: number, target: Uint8Array, at: number): void {
    const bytes = this.#bytes;
    const end = this.#at[key * 2 + 1]! - 1;
    for (let i = this.#at[key * 2]! + 1, to = at; i < end; i += 2) {
      target[to++] = (DIGIT[bytes[i]!]! << 4) | DIGIT[bytes[i + 1]!]!;
    }
  }

  /** The length of the line in bytes, its newline included. */
  get lineLength(): number {
    let length = LINE_FRAME;
    for (let key = ID; key <= SIG; key++) length += this.#lengthOf(key);
    return length;
  }

  /** Writes the event as one line in canonical key order, with a newline; returns where it ends. */
  writeLine(target: Uint8Array, at: number): number {
    let end = at;
    for (let key = ID; key <= SIG; key++) {
      target[end++] = key === ID ? OPEN_OBJECT : COMMA;
      const name = KEYS[key]!;
      for (let i = 0; i < name.length; i++) target[end++] = name[i]!;
      end = this.#copy(key, target, end);
    }
    target[end++] = CLOSE_OBJECT;
    target[end++] = 0x0a;
    return end;
  }

  /** The same as text, without the newline. */
  line(): string {
    const line = Buffer.allocUnsafe(this.lineLength);
    return line.toString('utf8', 0, this.writeLine(line, 0) - 1);
  }

  #lengthOf(key: number): number {
    return this.#at[key * 2 + 1]! - this.#at[key * 2]!;
  }

  #copy(key: number, target: Uint8Array, at: number): number {
    const [begin, end] = [this.#at[key * 2]!, this.#at[key * 2 + 1]!];
    if (end - begin > LOOP_LIMIT) return at + this.#bytes.copy(target, at, begin, end);
    for (let i = begin; i < end; i++) target[at++] = this.#bytes[i]!;
    return at;
  }

  #hex(key: number): string {
    return this.#bytes.toString('latin1', this.#at[key * 2]! + 1, this.#at[key * 2 + 1]! - 1);
  }
}

/** Up to so many bytes a loop is faster than a call. */
const LOOP_LIMIT = 40;

const MAX_SERIAL_FRAME = 128;
let scratch = Buffer.allocUnsafe(65536);

/**
 * The event that stands in `bytes` from `start` to `end`, braces included, when its text is canonical but for the
 * order of its keys; otherwise undefined. The bytes must be UTF-8.
 * @example
 * readEventBytes(Buffer.from('{"id":"x"}')) // → undefined
 */
export function readEventBytes(bytes: Buffer, start = 0, end = bytes.length): EventBytes | undefined {
  if (end - start < 2 || bytes[start] !== OPEN_OBJECT || bytes[end - 1] !== CLOSE_OBJECT) return undefined;
  const last = end - 1;
  const at = new Uint32Array(14);
  let cursor = start;
  let found = 0;
  do {
    const key = keyAt(bytes, cursor + 1, last);
    if (key < 0 || at[key * 2] !== 0) return undefined;
    const begin = cursor + 1 + KEYS[key]!.length;
    cursor = endOfValue(bytes, key, begin, last);
    if (cursor < 0) return undefined;
    at[key * 2] = begin;
    at[key * 2 + 1] = cursor;
    found++;
  } while (bytes[cursor] === COMMA);
  if (found !== KEYS.length || cursor !== last) return undefined;
  const created_at = numberAt(bytes, at[CREATED_AT * 2]!, at[CREATED_AT * 2 + 1]!);
  const kind = numberAt(bytes, at[KIND * 2]!, at[KIND * 2 + 1]!);
  if (created_at > Number.MAX_SAFE_INTEGER || kind > MAX_KIND) return undefined;
  return new EventBytes(bytes, at, created_at, kind);
}

const FRAME_HEAD = Buffer.from('["EVENT","');

/**
 * A relay's EVENT frame whose event `readEventBytes` can read; undefined for every other frame.
 * @example
 * readEventFrame(Buffer.from('["EOSE","a"]')) // → undefined
 */
export function readEventFrame(bytes: Buffer): { subId: string; event: EventBytes } | undefined {
  const end = bytes.length - 1;
  if (end < FRAME_HEAD.length || bytes[end] !== CLOSE_LIST) return undefined;
  for (let i = 0; i < FRAME_HEAD.length; i++) if (bytes[i] !== FRAME_HEAD[i]) return undefined;
  const at = endOfPlain(bytes, FRAME_HEAD.length, end);
  if (at + 2 >= end || bytes[at] !== QUOTE || bytes[at + 1] !== COMMA) return undefined;
  const event = readEventBytes(bytes, at + 2, end);
  return event && { subId: subIdAt(bytes, at), event };
}

/** Frame after frame names the same subscription. */
let lastSubId = '';
let lastSubIdBytes = Buffer.alloc(0);

function subIdAt(bytes: Buffer, end: number): string {
  const begin = FRAME_HEAD.length;
  let isSame = end - begin === lastSubIdBytes.length;
  for (let i = begin; isSame && i < end; i++) isSame = bytes[i] === lastSubIdBytes[i - begin];
  if (!isSame) {
    lastSubIdBytes = Buffer.from(bytes.subarray(begin, end));
    lastSubId = lastSubIdBytes.toString('utf8');
  }
  return lastSubId;
}

/**
 * An event as bytes, whatever text it came in. Undefined for one that holds a lone surrogate, which has no bytes.
 * @example
 * toEventBytes({ id: '', pubkey: '', created_at: 1, kind: 1, tags: [], content: '', sig: '' }) // → undefined
 */
export function toEventBytes(event: Event): EventBytes | undefined {
  return readEventBytes(Buffer.from(stringifyEvent(event)));
}

/** The event as an object, whichever form it has. */
export function toEvent(received: Received): Event {
  return received instanceof EventBytes ? received.event() : received;
}

// No byte beyond `end` is ever read, not even to find out that there is none: V8 makes every such loop many times
// slower from then on.

/** Which key stands there with its quotes and colon, or -1. */
function keyAt(bytes: Buffer, at: number, end: number): number {
  if (at + 2 >= end) return -1;
  const key = keyOfInitial(bytes[at + 1]!, bytes[at + 2]!);
  if (key < 0) return -1;
  const name = KEYS[key]!;
  if (at + name.length > end) return -1;
  for (let i = 0; i < name.length; i++) if (bytes[at + i] !== name[i]) return -1;
  return key;
}

function keyOfInitial(first: number, second: number): number {
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
      return -1;
  }
}

/** The end of the value of that key, or -1 when it has not its shape. */
function endOfValue(bytes: Buffer, key: number, at: number, end: number): number {
  switch (key) {
    case ID:
    case PUBKEY:
      return endOfHex(bytes, at, end, 64);
    case SIG:
      return endOfHex(bytes, at, end, 128);
    case CREATED_AT:
    case KIND:
      return endOfNumber(bytes, at, end);
    case TAGS:
      return endOfTags(bytes, at, end);
    default:
      return endOfString(bytes, at, end);
  }
}

function endOfHex(bytes: Buffer, at: number, end: number, digits: number): number {
  const last = at + 1 + digits;
  if (last >= end || bytes[at] !== QUOTE || bytes[last] !== QUOTE) return -1;
  const { byteOffset } = bytes;
  let i = at + 1;
  let seen = 0;
  for (; ((i + byteOffset) & 3) !== 0; i++) seen |= DIGIT[bytes[i]!]!;
  const words = wordsOf(bytes.buffer);
  const lastWord = (last + byteOffset) >> 2;
  for (let word = (i + byteOffset) >> 2; word < lastWord; word++) if (!areDigits(words[word]!)) return -1;
  for (i = (lastWord << 2) - byteOffset; i < last; i++) seen |= DIGIT[bytes[i]!]!;
  return seen === NO_DIGIT ? -1 : last + 1; // a digit's value has four bits
}

/** Whether four bytes are lower-case hex digits: 0 to 9 or a to f. The top bit of each byte tells what is above. */
function areDigits(word: number): boolean {
  const numerals = (word + 0x50505050) & ~(word + 0x46464646);
  const letters = (word + 0x1f1f1f1f) & ~(word + 0x19191919);
  return ((numerals | letters) & ~word & 0x80808080) === (0x80808080 | 0);
}

/** A whole number of at most 16 digits. */
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

/** Tags, and the strings of each. */
function endOfTags(bytes: Buffer, at: number, end: number): number {
  if (at + 1 >= end || bytes[at] !== OPEN_LIST) return -1;
  if (bytes[at + 1] === CLOSE_LIST) return at + 2;
  let i = at;
  do {
    i = endOfTag(bytes, i + 1, end);
    if (i < 0 || i >= end) return -1;
  } while (bytes[i] === COMMA);
  return bytes[i] === CLOSE_LIST ? i + 1 : -1;
}

function endOfTag(bytes: Buffer, at: number, end: number): number {
  if (at + 1 >= end || bytes[at] !== OPEN_LIST) return -1;
  if (bytes[at + 1] === CLOSE_LIST) return at + 2;
  let i = at;
  do {
    i = endOfString(bytes, i + 1, end);
    if (i < 0 || i >= end) return -1;
  } while (bytes[i] === COMMA);
  return bytes[i] === CLOSE_LIST ? i + 1 : -1;
}

function endOfString(bytes: Buffer, at: number, end: number): number {
  if (at >= end || bytes[at] !== QUOTE) return -1;
  for (let i = at + 1; ; i++) {
    i = endOfPlain(bytes, i, end);
    if (i >= end) return -1;
    if (bytes[i] === QUOTE) return i + 1;
    if (bytes[i] !== BACKSLASH || i + 1 >= end) return -1; // a control character
    const letter = bytes[++i]!;
    if (SHORT_ESCAPES[letter] === 1) continue;
    if (letter !== 0x75 || !LONG_ESCAPES.has(bytes.toString('latin1', i + 1, i + 5))) return -1;
    i += 4;
  }
}

/** The first byte from `at` on that does not stand for itself in a string, or `end`. Looks at four at a time. */
function endOfPlain(bytes: Buffer, at: number, end: number): number {
  const { byteOffset } = bytes;
  let i = at;
  for (; ((i + byteOffset) & 3) !== 0; i++) if (i >= end || PLAIN[bytes[i]!] !== 1) return i;
  const words = wordsOf(bytes.buffer);
  const lastWord = (end + byteOffset) >> 2;
  let word = (i + byteOffset) >> 2;
  while (word < lastWord && isPlain(words[word]!)) word++;
  i = (word << 2) - byteOffset;
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

/** A chunk from the socket holds many frames, so one view is enough for all of them. */
let lastMemory: ArrayBufferLike | undefined;
let lastWords: Int32Array = new Int32Array(0);

function wordsOf(memory: ArrayBufferLike): Int32Array {
  if (memory !== lastMemory) {
    lastMemory = memory;
    lastWords = new Int32Array(memory, 0, memory.byteLength >> 2);
  }
  return lastWords;
}
