// An event that is an object already: what `JSON.parse` read where the scanner read nothing, and what we have signed
// ourselves. Its line is written once, when somebody asks for it.
import { type Event, hasValidId, parseEvent, stringifyEvent, type Tag } from './event.ts';
import { isStreamEvent, type StreamEvent } from './stream-event.ts';

/**
 * The event that a value from outside is: a stream event is itself, anything else must have the shape of an event.
 * Throws `InvalidEvent` (layer `format`).
 * @example
 * parseStreamEvent({ id: 7 }) // throws id must be 64 lower-case hex digits, not 7
 */
export function parseStreamEvent(value: unknown): StreamEvent {
  return isStreamEvent(value) ? value : new ParsedEvent(parseEvent(value));
}

export class ParsedEvent implements StreamEvent {
  readonly id: string;
  readonly pubkey: string;
  readonly kind: number;
  readonly created_at: number;
  readonly tags: Tag[];
  readonly #event: Event;
  #lines: Buffer | undefined;

  /** The event must not change any more. */
  constructor(event: Event) {
    this.id = event.id;
    this.pubkey = event.pubkey;
    this.kind = event.kind;
    this.created_at = event.created_at;
    this.tags = event.tags;
    this.#event = event;
    this.#lines = undefined;
  }

  get lines(): Buffer {
    this.#lines ??= Buffer.from(`${this.line()}\n`);
    return this.#lines;
  }

  get lineAt(): number {
    return 0;
  }

  get lineEnd(): number {
    return this.lines.length;
  }

  get lineLength(): number {
    return this.lines.length;
  }

  writeLine(target: Buffer, at: number): number {
    return at + this.lines.copy(target, at);
  }

  line(): string {
    return stringifyEvent(this.#event);
  }

  writeId(words: Int32Array): void {
    ID_BYTES.write(this.id, 'hex');
    for (let i = 0; i < words.length; i++) words[i] = ID_WORDS[i]!;
  }

  writeCheck(buffer: Buffer, at: number): void {
    buffer.write(this.id, at, 'hex');
    buffer.write(this.pubkey, at + 32, 'hex');
    buffer.write(this.#event.sig, at + 64, 'hex');
  }

  hasValidId(): boolean {
    return hasValidId(this.#event);
  }

  toEvent(): Event {
    return this.#event;
  }
}

/** Bytes of an id, and the same memory as words. */
const ID_WORDS = new Int32Array(8);
const ID_BYTES = Buffer.from(ID_WORDS.buffer);
