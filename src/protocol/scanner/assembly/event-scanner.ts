// AssemblyScript, compiled to WebAssembly by `npm run generate`: finds the parts of an event in its bytes, sixteen at
// a time, and writes it down as nost prints it. Most relays send events as everybody would write them, but for the
// order of the keys. Anything else about the text (white space, other escapes, unknown or repeated keys, a value of
// the wrong shape) and the scanner says so by taking nothing; `JSON.parse` and `parseEvent` then decide.
//
// The caller puts frames or an event at `input`, and takes lines and records away before it puts others there. Reads may
// go beyond the end of a text, but never beyond the memory; what they find there is never taken.

import {
  CHECK_FIELD,
  CONTENT_AT_FIELD,
  CREATED_AT_FIELD,
  KIND_AT_FIELD,
  KIND_FIELD,
  LINE_END_FIELD,
  LINE_FIELD,
  MAX_FRAMES,
  RANGE_SIZE,
  RECORD_SIZE,
  TAGS_AT_FIELD,
} from './record.ts';

const QUOTE: u8 = 0x22;
const COMMA: u8 = 0x2c;
const BACKSLASH: u8 = 0x5c;
const OPEN_LIST: u8 = 0x5b;
const CLOSE_LIST: u8 = 0x5d;
const OPEN_OBJECT: u8 = 0x7b;
const CLOSE_OBJECT: u8 = 0x7d;

/** NIP-01: "integer between 0 and 65535". */
const MAX_KIND: u64 = 65535;
const MAX_SAFE_INTEGER: u64 = 9007199254740991;

/** The length of 32 and of 64 bytes in hex, with quotes. */
const HEX_32: usize = 66;
const HEX_64: usize = 130;

/** What is read and written at once. */
const STEP: usize = 16;

/** What reads and writes may go beyond the end of a text. */
const MARGIN: usize = 256;

/** Up to sixteen bytes of text of our own. */
class Text {
  readonly at: usize;
  readonly length: usize;
  /** A bit for each byte. */
  readonly mask: i32;
  constructor(text: string) {
    this.length = text.length;
    this.mask = (1 << text.length) - 1;
    this.at = heap.alloc(this.length + STEP);
    for (let i: i32 = 0; i < text.length; i++) store<u8>(this.at + i, <u8>text.charCodeAt(i));
  }
}

const FRAME = new Text('["EVENT","');
const ID = new Text('"id":');
const PUBKEY = new Text('"pubkey":');
const CREATED_AT = new Text('"created_at":');
const KIND = new Text('"kind":');
const TAGS = new Text('"tags":');
const CONTENT = new Text('"content":');
const SIG = new Text('"sig":');

/** How many bytes the caller may put at `input`; their lines are never longer. */
export let room: usize = 128 * 1024;
export let input: usize = heap.alloc(room + MARGIN);
export let lines: usize = heap.alloc(room + MARGIN);
export const records: usize = heap.alloc(MAX_FRAMES * RECORD_SIZE);
/** Where the caller says where in the input frames lie: the begin and the end of each. */
export const frames: usize = heap.alloc(MAX_FRAMES * RANGE_SIZE);

/** Where the next line and the next record will stand. */
export let linesEnd: usize = lines;
export let recordsEnd: usize = records;

/** Makes room for so many bytes. What was not taken is lost, and everything lies elsewhere from now on. */
export function grow(bytes: usize): void {
  room = bytes;
  input = heap.alloc(room + MARGIN);
  lines = heap.alloc(room + MARGIN);
  clear();
}

/** Begins anew. */
export function clear(): void {
  linesEnd = lines;
  recordsEnd = records;
}

/** The length of the subscription id of the frames added last, quotes excluded. */
export let idLength: usize = 0;

/**
 * Adds the events of the frames from `first` on, up to the first that is no EVENT frame or names another
 * subscription, and returns how many were added. `frames` holds where each of them begins and ends in the input.
 */
export function addFrames(first: usize, count: usize): usize {
  const id = input + load<u32>(frames + first * RANGE_SIZE) + FRAME.length;
  for (let i = first; i < count; i++) {
    const range = frames + i * RANGE_SIZE;
    const start = input + load<u32>(range);
    const length = subIdLength(start, input + load<u32>(range, 4));
    if (i === first) idLength = length;
    else if (length !== idLength || !isSame(start + FRAME.length, id, length)) return i - first;
    if (length === 0 || !add(start + FRAME.length + length + 2, input + load<u32>(range, 4) - 1))
      return i - first;
  }
  return count - first;
}

/** The length of the subscription id, quotes excluded, of what begins and ends as an EVENT frame; otherwise 0. */
function subIdLength(start: usize, end: usize): usize {
  const last = end - 1;
  const name = start + FRAME.length;
  if (name >= last || load<u8>(last) !== CLOSE_LIST || !startsWith(start, FRAME)) return 0;
  const nameEnd = endOfPlain(name, last);
  if (nameEnd + 2 >= last || load<u8>(nameEnd) !== QUOTE || load<u8>(nameEnd + 1) !== COMMA) return 0;
  return nameEnd - name;
}

function isSame(a: usize, b: usize, length: usize): bool {
  for (let i: usize = 0; i < length; i++) if (load<u8>(a + i) !== load<u8>(b + i)) return false;
  return true;
}

/** Adds the event of so many bytes that stands there in the input; false when it is something else. */
export function addEvent(at: usize, length: usize): bool {
  return add(input + at, input + at + length);
}

function add(start: usize, end: usize): bool {
  if (!scan(start, end)) return false;
  const time = numberAt(createdAt, createdAtEnd);
  const number = numberAt(kind, kindEnd);
  if (time > MAX_SAFE_INTEGER || number > MAX_KIND) return false;
  store<f64>(recordsEnd, <f64>time, CREATED_AT_FIELD);
  store<u32>(recordsEnd, <u32>number, KIND_FIELD);
  writeLine();
  writeCheck(recordsEnd + CHECK_FIELD);
  recordsEnd += RECORD_SIZE;
  return true;
}

// Where the values of the event lie that was scanned last, quotes included.
let id: usize = 0;
let pubkey: usize = 0;
let sig: usize = 0;
let createdAt: usize = 0;
let createdAtEnd: usize = 0;
let kind: usize = 0;
let kindEnd: usize = 0;
let tags: usize = 0;
let tagsEnd: usize = 0;
let content: usize = 0;
let contentEnd: usize = 0;

// One bit for each key that has been seen.
const SAW_ID: u32 = 1;
const SAW_PUBKEY: u32 = 2;
const SAW_CREATED_AT: u32 = 4;
const SAW_KIND: u32 = 8;
const SAW_TAGS: u32 = 16;
const SAW_CONTENT: u32 = 32;
const SAW_SIG: u32 = 64;
const SAW_ALL: u32 = 127;

function scan(start: usize, end: usize): bool {
  const close = end - 1;
  if (close <= start || load<u8>(start) !== OPEN_OBJECT || load<u8>(close) !== CLOSE_OBJECT) return false;
  let seen: u32 = 0;
  let bit: u32 = 0;
  let cursor = start;
  do {
    const at = cursor + 1;
    switch (load<u8>(at + 1)) {
      case 0x69: // i
        if (!startsWith(at, ID)) return false;
        bit = SAW_ID;
        id = at + ID.length;
        cursor = endOfHex(id, HEX_32);
        break;
      case 0x70: // p
        if (!startsWith(at, PUBKEY)) return false;
        bit = SAW_PUBKEY;
        pubkey = at + PUBKEY.length;
        cursor = endOfHex(pubkey, HEX_32);
        break;
      case 0x73: // s
        if (!startsWith(at, SIG)) return false;
        bit = SAW_SIG;
        sig = at + SIG.length;
        cursor = endOfHex(sig, HEX_64);
        break;
      case 0x6b: // k
        if (!startsWith(at, KIND)) return false;
        bit = SAW_KIND;
        kind = at + KIND.length;
        kindEnd = cursor = endOfNumber(kind);
        break;
      case 0x74: // t
        if (!startsWith(at, TAGS)) return false;
        bit = SAW_TAGS;
        tags = at + TAGS.length;
        tagsEnd = cursor = endOfTags(tags, close);
        break;
      case 0x63: // cr, co
        if (startsWith(at, CREATED_AT)) {
          bit = SAW_CREATED_AT;
          createdAt = at + CREATED_AT.length;
          createdAtEnd = cursor = endOfNumber(createdAt);
        } else if (startsWith(at, CONTENT)) {
          bit = SAW_CONTENT;
          content = at + CONTENT.length;
          contentEnd = cursor = endOfString(content, close);
        } else return false;
        break;
      default:
        return false;
    }
    if (cursor === NOWHERE || cursor > close || (seen & bit) !== 0) return false;
    seen |= bit;
  } while (load<u8>(cursor) === COMMA);
  return seen === SAW_ALL && cursor === close;
}

/** The value that ought to be there is not. */
const NOWHERE: usize = 0;

function startsWith(at: usize, text: Text): bool {
  const same = i8x16.bitmask(i8x16.eq(v128.load(at), v128.load(text.at)));
  return (same & text.mask) === text.mask;
}

/** The end of lower-case hex digits of that length, quotes included. */
function endOfHex(at: usize, length: usize): usize {
  const last = at + length - 1;
  if (load<u8>(at) !== QUOTE || load<u8>(last) !== QUOTE) return NOWHERE;
  let areDigits = i8x16.splat(-1);
  for (let i = at + 1; i < last; i += STEP) areDigits = v128.and(areDigits, digitsAmong(v128.load(i)));
  return i8x16.all_true(areDigits) ? last + 1 : NOWHERE;
}

function digitsAmong(bytes: v128): v128 {
  const numerals = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x30)), i8x16.splat(10));
  const letters = i8x16.lt_u(i8x16.sub(bytes, i8x16.splat(0x61)), i8x16.splat(6));
  return v128.or(numerals, letters);
}

/** The end of a whole number of at most 16 digits. */
function endOfNumber(at: usize): usize {
  let i = at;
  while (isNumeral(load<u8>(i))) i++;
  if (i === at || i - at > 16 || (load<u8>(at) === 0x30 && i > at + 1)) return NOWHERE;
  return i;
}

function isNumeral(byte: u8): bool {
  return byte >= 0x30 && byte <= 0x39;
}

function numberAt(at: usize, end: usize): u64 {
  let value: u64 = 0;
  for (let i = at; i < end; i++) value = value * 10 + (load<u8>(i) - 0x30);
  return value;
}

/** The end of a list of lists of strings. */
function endOfTags(at: usize, end: usize): usize {
  if (load<u8>(at) !== OPEN_LIST) return NOWHERE;
  if (load<u8>(at + 1) === CLOSE_LIST) return at + 2;
  let i = at;
  do {
    i = endOfTag(i + 1, end);
    if (i === NOWHERE || i >= end) return NOWHERE;
  } while (load<u8>(i) === COMMA);
  return load<u8>(i) === CLOSE_LIST ? i + 1 : NOWHERE;
}

function endOfTag(at: usize, end: usize): usize {
  if (load<u8>(at) !== OPEN_LIST) return NOWHERE;
  if (load<u8>(at + 1) === CLOSE_LIST) return at + 2;
  let i = at;
  do {
    i = endOfString(i + 1, end);
    if (i === NOWHERE || i >= end) return NOWHERE;
  } while (load<u8>(i) === COMMA);
  return load<u8>(i) === CLOSE_LIST ? i + 1 : NOWHERE;
}

/** The end of a string as JSON.stringify writes it. */
function endOfString(at: usize, end: usize): usize {
  if (load<u8>(at) !== QUOTE) return NOWHERE;
  let i = endOfPlain(at + 1, end);
  while (i < end && load<u8>(i) === BACKSLASH) {
    const length = escapeAt(i);
    if (length === 0) return NOWHERE;
    i = endOfPlain(i + length, end);
  }
  return i < end && load<u8>(i) === QUOTE ? i + 1 : NOWHERE;
}

/** The first byte from `at` on that does not stand for itself in a string, or one that is not before `end`. */
function endOfPlain(at: usize, end: usize): usize {
  for (let i = at; i < end; i += STEP) {
    const bytes = v128.load(i);
    const marks = v128.or(i8x16.eq(bytes, i8x16.splat(QUOTE)), i8x16.eq(bytes, i8x16.splat(BACKSLASH)));
    const found = i8x16.bitmask(v128.or(marks, i8x16.lt_u(bytes, i8x16.splat(0x20))));
    if (found !== 0) return i + ctz(found);
  }
  return end;
}

/** The length of an escape as JSON.stringify writes it, or 0. */
function escapeAt(at: usize): usize {
  switch (load<u8>(at + 1)) {
    case QUOTE:
    case BACKSLASH:
    case 0x62: // b
    case 0x66: // f
    case 0x6e: // n
    case 0x72: // r
    case 0x74: // t
      return 2;
    case 0x75: // u
      return isControlWithoutName(at + 2) ? 6 : 0;
    default:
      return 0;
  }
}

/** `0000` to `001f` in lower-case hex, but for the controls that have a letter of their own. */
function isControlWithoutName(at: usize): bool {
  const isLow = load<u8>(at + 2) === 0x30;
  if (load<u8>(at) !== 0x30 || load<u8>(at + 1) !== 0x30 || !(isLow || load<u8>(at + 2) === 0x31))
    return false;
  const digit = load<u8>(at + 3);
  if (isNumeral(digit)) return !isLow || digit < 0x38; // \b \t
  if (digit < 0x61 || digit > 0x66) return false;
  return !isLow || digit === 0x62 || digit > 0x64; // \n \f \r
}

/** The event as one line in canonical key order, and in its record where the pieces of that line begin. */
function writeLine(): void {
  const record = recordsEnd;
  store<u32>(record, <u32>(linesEnd - lines), LINE_FIELD);
  let end = putKey(linesEnd, OPEN_OBJECT, ID);
  end = put(end, id, HEX_32);
  end = putKey(end, COMMA, PUBKEY);
  end = put(end, pubkey, HEX_32);
  end = putKey(end, COMMA, CREATED_AT);
  end = put(end, createdAt, createdAtEnd - createdAt);
  end = putKey(end, COMMA, KIND);
  store<u32>(record, <u32>(end - lines), KIND_AT_FIELD);
  end = put(end, kind, kindEnd - kind);
  end = putKey(end, COMMA, TAGS);
  store<u32>(record, <u32>(end - lines), TAGS_AT_FIELD);
  end = put(end, tags, tagsEnd - tags);
  end = putKey(end, COMMA, CONTENT);
  store<u32>(record, <u32>(end - lines), CONTENT_AT_FIELD);
  end = put(end, content, contentEnd - content);
  end = putKey(end, COMMA, SIG);
  end = put(end, sig, HEX_64);
  store<u16>(end, LINE_END);
  linesEnd = end + 2;
  store<u32>(record, <u32>(linesEnd - lines), LINE_END_FIELD);
}

/** A brace and a newline. */
const LINE_END: u16 = 0x0a7d;

function putKey(target: usize, before: u8, key: Text): usize {
  store<u8>(target, before);
  return put(target + 1, key.at, key.length);
}

/** Copies so many bytes, and leaves up to 15 of no meaning behind them. */
function put(target: usize, source: usize, length: usize): usize {
  for (let i: usize = 0; i < length; i += STEP) v128.store(target + i, v128.load(source + i));
  return target + length;
}

/** What a signature is about, decoded: id, public key, signature. */
function writeCheck(target: usize): void {
  decode(target, id + 1, 32);
  decode(target + 32, pubkey + 1, 32);
  decode(target + 64, sig + 1, 64);
}

/** Decodes so many bytes, a multiple of 16, from lower-case hex. */
function decode(target: usize, hex: usize, length: usize): void {
  for (let i: usize = 0; i < length; i += STEP) {
    const first = pairs(v128.load(hex + 2 * i));
    const second = pairs(v128.load(hex + 2 * i + STEP));
    v128.store(target + i, i8x16.narrow_i16x8_u(first, second));
  }
}

/** The values of eight pairs of digits, each in two bytes. */
function pairs(digits: v128): v128 {
  const nines = v128.and(i8x16.gt_u(digits, i8x16.splat(0x39)), i8x16.splat(9)); // a is 0x61, and stands for 1 + 9
  const values = i8x16.add(v128.and(digits, i8x16.splat(15)), nines);
  const high = i16x8.shl(values, 4); // the first digit of a pair is the lower byte
  return v128.and(v128.or(high, i16x8.shr_u(values, 8)), i16x8.splat(255));
}
