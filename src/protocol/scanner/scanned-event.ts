// An event as the bytes of the line we print. What its id covers are pieces of that line, so nothing is parsed into
// objects and put into words again. Made by `event-scanner.ts`, many at a time.

import { sha256Hex } from '../crypto.ts';
import { type Event, parseEvent, type Tag } from '../event.ts';
import type { StreamEvent } from '../stream-event.ts';
import { fieldAt, RECORD_FIELDS, RECORD_SIZE } from './record-layout.ts';

const CREATED_AT_FIELD = fieldAt('CREATED_AT');
const KIND_FIELD = fieldAt('KIND');
const LINE_FIELD = fieldAt('LINE');
const LINE_END_FIELD = fieldAt('LINE_END');
const KIND_AT_FIELD = fieldAt('KIND_AT');
const TAGS_AT_FIELD = fieldAt('TAGS_AT');
const CONTENT_AT_FIELD = fieldAt('CONTENT_AT');
const CHECK_FIELD = fieldAt('CHECK');
const CHECK_SIZE = RECORD_FIELDS.CHECK;

// Where the values lie in a line, without their quotes.
const ID_AT = '{"id":"'.length;
const PUBKEY_AT = ID_AT + 64 + '","pubkey":"'.length;
const CREATED_AT_AT = PUBKEY_AT + 64 + '","created_at":'.length;
/** What stands between a value and the next. */
const KIND_KEY = ',"kind":'.length;
const TAGS_KEY = ',"tags":'.length;
const CONTENT_KEY = ',"content":'.length;
/** What follows the content. */
const TAIL = ',"sig":""}\n'.length + 128;

const [COMMA, CLOSE_LIST] = [0x2c, 0x5d];

/** Lines of events, one after the other, and a record of each. They must not change any more. */
export class EventLines {
  readonly lines: Buffer;
  /** The records, as numbers of 8 and of 4 bytes and as bytes. */
  readonly doubles: Float64Array;
  readonly words: Int32Array;
  readonly bytes: Buffer;

  constructor(lines: ArrayBuffer, records: ArrayBuffer) {
    this.lines = Buffer.from(lines);
    this.doubles = new Float64Array(records);
    this.words = new Int32Array(records);
    this.bytes = Buffer.from(records);
  }

  /** The events, in the order of their lines. */
  events(): ScannedEvent[] {
    const events: ScannedEvent[] = [];
    for (let at = 0; at < this.bytes.length; at += RECORD_SIZE) events.push(new ScannedEvent(this, at));
    return events;
  }
}

export class ScannedEvent implements StreamEvent {
  readonly created_at: number;
  readonly kind: number;
  readonly #in: EventLines;
  readonly #record: number;
  #tags: Tag[] | undefined;

  /** Use `readEvent`. */
  constructor(lines: EventLines, record: number) {
    this.#in = lines;
    this.#record = record;
    this.created_at = lines.doubles[(record + CREATED_AT_FIELD) >> 3]!;
    this.kind = this.#word(KIND_FIELD);
  }

  get id(): string {
    return this.#digits(ID_AT);
  }

  get pubkey(): string {
    return this.#digits(PUBKEY_AT);
  }

  /** Parsed when somebody asks. */
  get tags(): Tag[] {
    this.#tags ??= JSON.parse(
      this.lines.toString('utf8', this.#word(TAGS_AT_FIELD), this.#word(CONTENT_AT_FIELD) - CONTENT_KEY),
    );
    return this.#tags!;
  }

  toEvent(): Event {
    return parseEvent(JSON.parse(this.line()));
  }

  hasValidId(): boolean {
    const begin = this.lineAt;
    const kind = this.#word(KIND_AT_FIELD);
    const tags = this.#word(TAGS_AT_FIELD);
    const content = this.#word(CONTENT_AT_FIELD);
    const contentEnd = this.lineEnd - TAIL;
    if (scratch.length < contentEnd - begin) scratch = withPrefix(2 * (contentEnd - begin)); // a line is longer
    let end = this.#copy(begin + PUBKEY_AT - 1, begin + PUBKEY_AT + 65, scratch, SERIAL_PREFIX.length);
    scratch[end++] = COMMA;
    end = this.#copy(begin + CREATED_AT_AT, kind - KIND_KEY, scratch, end);
    scratch[end++] = COMMA;
    end = this.#copy(kind, tags - TAGS_KEY, scratch, end);
    scratch[end++] = COMMA;
    end = this.#copy(tags, content - CONTENT_KEY, scratch, end);
    scratch[end++] = COMMA;
    end = this.#copy(content, contentEnd, scratch, end);
    scratch[end++] = CLOSE_LIST;
    return sha256Hex(scratch.subarray(0, end)) === this.id;
  }

  writeCheck(target: Buffer, at: number): void {
    const from = this.#record + CHECK_FIELD;
    this.#in.bytes.copy(target, at, from, from + CHECK_SIZE);
  }

  writeId(target: Int32Array): void {
    const { words } = this.#in;
    const from = (this.#record + CHECK_FIELD) >> 2;
    for (let i = 0; i < target.length; i++) target[i] = words[from + i]!;
  }

  get lines(): Buffer {
    return this.#in.lines;
  }

  get lineAt(): number {
    return this.#word(LINE_FIELD);
  }

  get lineEnd(): number {
    return this.#word(LINE_END_FIELD);
  }

  get lineLength(): number {
    return this.lineEnd - this.lineAt;
  }

  writeLine(target: Buffer, at: number): number {
    return at + this.lines.copy(target, at, this.lineAt, this.lineEnd);
  }

  line(): string {
    return this.lines.toString('utf8', this.lineAt, this.lineEnd - 1);
  }

  #word(field: number): number {
    return this.#in.words[(this.#record + field) >> 2]!;
  }

  #digits(at: number): string {
    const from = this.lineAt + at;
    return this.lines.toString('latin1', from, from + 64);
  }

  #copy(begin: number, end: number, target: Buffer, at: number): number {
    const { lines } = this;
    if (end - begin > LOOP_LIMIT) return at + lines.copy(target, at, begin, end);
    let to = at;
    for (let i = begin; i < end; i++) target[to++] = lines[i]!;
    return to;
  }
}

/** Up to so many bytes a loop is faster than a call. */
const LOOP_LIMIT = 70;

/** What an id is the hash of begins so. */
const SERIAL_PREFIX = Buffer.from('[0,');
let scratch = withPrefix(65536);

function withPrefix(length: number): Buffer {
  const memory = Buffer.allocUnsafe(length);
  SERIAL_PREFIX.copy(memory);
  return memory;
}
