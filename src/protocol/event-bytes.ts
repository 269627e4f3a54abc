// An event as the bytes it came in: what its id covers and the line we print are pieces of them, so nothing is parsed
// into objects and put into words again. Made by `event-scanner.ts`, which has seen that the text is canonical but
// for the order of its keys.
import { type Event, parseEvent } from './event.ts';
import { sha256Hex } from './sha256.ts';

/** What came from a relay, in either form. */
export type Received = Event | EventBytes;

/** Where the values of an event lie in memory, quotes included; hex values have a known length. */
export interface EventPlaces {
  id: number;
  pubkey: number;
  sig: number;
  createdAt: number;
  createdAtEnd: number;
  kind: number;
  kindEnd: number;
  tags: number;
  tagsEnd: number;
  content: number;
  contentEnd: number;
}

/** The length of 32 and of 64 bytes in hex, with quotes. */
const HEX_32 = 66;
const HEX_64 = 130;

const [COMMA, CLOSE_LIST] = [0x2c, 0x5d];

const frame = (text: string) => Uint8Array.from(Buffer.from(text));
const [ID, PUBKEY, CREATED_AT, KIND, TAGS, CONTENT, SIG, END] = [
  frame('{"id":'),
  frame(',"pubkey":'),
  frame(',"created_at":'),
  frame(',"kind":'),
  frame(',"tags":'),
  frame(',"content":'),
  frame(',"sig":'),
  frame('}\n'),
] as const;

/** The bytes of a line that do not depend on the event. */
const FIXED =
  [ID, PUBKEY, CREATED_AT, KIND, TAGS, CONTENT, SIG, END].reduce((sum, part) => sum + part.length, 0) +
  2 * HEX_32 +
  HEX_64;

/** The value of a lower-case hex digit. */
const DIGIT = new Uint8Array(128);
for (const [value, byte] of Buffer.from('0123456789abcdef').entries()) DIGIT[byte] = value;

/** The bytes must not change as long as it lives. */
export class EventBytes {
  readonly created_at: number;
  readonly kind: number;
  readonly #bytes: Buffer;
  readonly #at: EventPlaces;
  #tags: string[][] | undefined;

  /** Use `readEventBytes`. */
  constructor(bytes: Buffer, at: EventPlaces, created_at: number, kind: number) {
    this.#bytes = bytes;
    this.#at = at;
    this.created_at = created_at;
    this.kind = kind;
  }

  get id(): string {
    return this.#bytes.toString('latin1', this.#at.id + 1, this.#at.id + HEX_32 - 1);
  }

  get pubkey(): string {
    return this.#bytes.toString('latin1', this.#at.pubkey + 1, this.#at.pubkey + HEX_32 - 1);
  }

  /** Parsed when somebody asks. */
  get tags(): string[][] {
    this.#tags ??= JSON.parse(this.#bytes.toString('utf8', this.#at.tags, this.#at.tagsEnd));
    return this.#tags!;
  }

  /** The event as an object of its own. */
  event(): Event {
    return parseEvent(JSON.parse(this.line()));
  }

  /** Whether the id is the hash of the rest (NIP-01). */
  hasValidId(): boolean {
    const { pubkey, createdAt, createdAtEnd, kind, kindEnd, tags, tagsEnd, content, contentEnd } = this.#at;
    const variable = tagsEnd - tags + contentEnd - content;
    if (scratch.length < variable + SERIAL_ROOM) scratch = withPrefix(variable * 2 + SERIAL_ROOM);
    let end = this.#copy(pubkey, pubkey + HEX_32, scratch, SERIAL_PREFIX.length);
    scratch[end++] = COMMA;
    end = this.#copy(createdAt, createdAtEnd, scratch, end);
    scratch[end++] = COMMA;
    end = this.#copy(kind, kindEnd, scratch, end);
    scratch[end++] = COMMA;
    end = this.#copy(tags, tagsEnd, scratch, end);
    scratch[end++] = COMMA;
    end = this.#copy(content, contentEnd, scratch, end);
    scratch[end++] = CLOSE_LIST;
    return sha256Hex(scratch.subarray(0, end)) === this.id;
  }

  /** Writes id, public key and signature as 128 bytes. */
  writeCheck(target: Uint8Array, at: number): void {
    decode(this.#bytes, this.#at.id + 1, target, at, 32);
    decode(this.#bytes, this.#at.pubkey + 1, target, at + 32, 32);
    decode(this.#bytes, this.#at.sig + 1, target, at + 64, 64);
  }

  /** Writes the id as 32 bytes. */
  writeId(target: Uint8Array, at: number): void {
    decode(this.#bytes, this.#at.id + 1, target, at, 32);
  }

  /** The length of the line in bytes, its newline included. */
  get lineLength(): number {
    const { createdAt, createdAtEnd, kind, kindEnd, tags, tagsEnd, content, contentEnd } = this.#at;
    return FIXED + createdAtEnd - createdAt + kindEnd - kind + tagsEnd - tags + contentEnd - content;
  }

  /** Writes the event as one line in canonical key order, with a newline; returns where it ends. */
  writeLine(target: Buffer, at: number): number {
    const places = this.#at;
    let end = write(ID, target, at);
    end = this.#copy(places.id, places.id + HEX_32, target, end);
    end = write(PUBKEY, target, end);
    end = this.#copy(places.pubkey, places.pubkey + HEX_32, target, end);
    end = write(CREATED_AT, target, end);
    end = this.#copy(places.createdAt, places.createdAtEnd, target, end);
    end = write(KIND, target, end);
    end = this.#copy(places.kind, places.kindEnd, target, end);
    end = write(TAGS, target, end);
    end = this.#copy(places.tags, places.tagsEnd, target, end);
    end = write(CONTENT, target, end);
    end = this.#copy(places.content, places.contentEnd, target, end);
    end = write(SIG, target, end);
    end = this.#copy(places.sig, places.sig + HEX_64, target, end);
    return write(END, target, end);
  }

  /** The same as text, without the newline. */
  line(): string {
    const line = Buffer.allocUnsafe(this.lineLength);
    return line.toString('utf8', 0, this.writeLine(line, 0) - 1);
  }

  #copy(begin: number, end: number, target: Buffer, at: number): number {
    const bytes = this.#bytes;
    if (end - begin > LOOP_LIMIT) return at + bytes.copy(target, at, begin, end);
    let to = at;
    for (let i = begin; i < end; i++) target[to++] = bytes[i]!;
    return to;
  }
}

/** Up to so many bytes a loop is faster than a call. */
const LOOP_LIMIT = 70;

/** What an id is the hash of begins so. */
const SERIAL_PREFIX = Buffer.from('[0,');
const SERIAL_ROOM = 128;
let scratch = withPrefix(65536);

function withPrefix(length: number): Buffer {
  const memory = Buffer.allocUnsafe(length);
  SERIAL_PREFIX.copy(memory);
  return memory;
}

function write(part: Uint8Array, target: Uint8Array, at: number): number {
  for (let i = 0; i < part.length; i++) target[at + i] = part[i]!;
  return at + part.length;
}

/** Decodes so many bytes from hex. */
function decode(bytes: Uint8Array, from: number, target: Uint8Array, at: number, count: number): void {
  for (let i = 0; i < count; i++) {
    target[at + i] = (DIGIT[bytes[from + 2 * i]!]! << 4) | DIGIT[bytes[from + 2 * i + 1]!]!;
  }
}

/** The event as an object, whichever form it has. */
export function toEvent(received: Received): Event {
  return received instanceof EventBytes ? received.event() : received;
}
