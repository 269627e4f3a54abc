// Reads WebSocket text frames (RFC 6455, section 5.2) straight from the bytes of a socket, many at once, where `ws`
// would make a message of each. Only plain text frames are taken; every other byte goes to `ws` as it came, and at the
// first frame that is out of the ordinary `ws` gets the socket back. So what is allowed is decided by `ws` alone.
import { isUtf8 } from 'node:buffer';
import type { Duplex } from 'node:stream';
import { GatheredBytes } from '../../files/gathered-bytes.ts';

export interface TextFramesListener {
  /** Text frames that came at once: the bytes, UTF-8, and where in them each frame begins and ends. */
  texts(bytes: Buffer, ranges: readonly number[]): void;
  /** A text frame is not UTF-8. */
  notUtf8(): void;
}

type DataListener = (chunk: Buffer) => void;

/** The first byte of a frame: final, nothing reserved, and what it is. */
const [TEXT, BINARY, PING, PONG] = [0x81, 0x82, 0x89, 0x8a];

/** The length of the longest header a server may send. */
const MAX_HEADER = 10;

/** "All control frames MUST have a payload length of 125 bytes or less" (section 5.5). */
const MAX_CONTROL = 125;

/** `ws` keeps every piece that it gets of a frame, however small. */
const PIECE = 64 * 1024;

const SPACE = 0x20;
const NOTHING = Buffer.alloc(0);

interface Header {
  first: number;
  /** Bytes of the header. */
  length: number;
  /** Bytes of the payload. */
  payload: number;
}

export class TextFrames {
  readonly #wire: Duplex;
  readonly #ws: DataListener;
  readonly #listener: TextFramesListener;
  readonly #maxPayload: number;
  /** What has come of a frame whose header is not whole yet. */
  #cut: Buffer = NOTHING;
  /** What has come of a text frame, header included, how long that is, and what is still missing. */
  readonly #begun = new GatheredBytes();
  #headerLength = 0;
  #missing = 0;
  /** How much is still to come of a frame that is for `ws`, and what has come and is not passed on yet. */
  #owed = 0;
  readonly #unpaid = new GatheredBytes();
  readonly #onData = (chunk: Buffer) => this.#read(chunk);

  /**
   * Stands between the socket and `ws`, which has just opened a connection on it without extensions. Does nothing
   * where `ws` does not read the socket in the one way this knows.
   */
  static interpose(wire: Duplex, maxPayload: number, listener: TextFramesListener): void {
    const readers = wire.listeners('data') as DataListener[];
    if (readers.length === 1) new TextFrames(wire, readers[0]!, maxPayload, listener);
  }

  private constructor(wire: Duplex, ws: DataListener, maxPayload: number, listener: TextFramesListener) {
    this.#wire = wire;
    this.#ws = ws;
    this.#maxPayload = maxPayload;
    this.#listener = listener;
    wire.off('data', ws);
    wire.on('data', this.#onData);
    wire.prependOnceListener('close', () => this.#handOver());
  }

  #read(data: Buffer): void {
    const chunk = this.#cut.length > 0 ? Buffer.concat([this.#cut, data]) : data;
    this.#cut = NOTHING;
    let at = this.#payOwed(chunk, 0);
    if (this.#missing > 0) {
      at = this.#keep(chunk, at);
      if (!this.#tellKept()) return;
    }
    let ranges: number[] = [];
    while (at < chunk.length) {
      const header = readHeader(chunk, at);
      const end = header ? at + header.length + header.payload : 0;
      if (header?.first === TEXT && end <= chunk.length) {
        ranges.push(at + header.length, end);
        at = end;
        continue;
      }
      if (!this.#tell(chunk, ranges)) return;
      ranges = [];
      if (header && !this.#isOrdinary(header)) return this.#giveBack(chunk.subarray(at));
      at = this.#begin(chunk, at, header);
    }
    this.#tell(chunk, ranges);
  }

  /** Begins a frame that is no text, or is not whole; returns where what has come of it ends. */
  #begin(chunk: Buffer, at: number, header: Header | undefined): number {
    if (header === undefined) {
      this.#cut = chunk.subarray(at);
      return chunk.length;
    }
    const size = header.length + header.payload;
    if (header.first === TEXT) {
      this.#headerLength = header.length;
      this.#missing = size;
      return this.#keep(chunk, at);
    }
    this.#owed = size;
    return this.#payOwed(chunk, at);
  }

  /** Keeps what is missing of a text frame from `at` on, and returns where that ends. */
  #keep(chunk: Buffer, at: number): number {
    const end = Math.min(at + this.#missing, chunk.length);
    this.#missing -= end - at;
    this.#begun.add(chunk.subarray(at, end));
    return end;
  }

  /** Tells of the text frame that came in parts, once it is whole. */
  #tellKept(): boolean {
    if (this.#missing > 0) return true;
    const frame = this.#begun.take();
    return this.#tell(frame, [this.#headerLength, frame.length]);
  }

  /** Passes on what is owed from `at` on, in pieces that are worth it, and returns where that ends. */
  #payOwed(chunk: Buffer, at: number): number {
    const end = Math.min(at + this.#owed, chunk.length);
    if (end === at) return end;
    this.#owed -= end - at;
    this.#unpaid.add(chunk.subarray(at, end));
    if (this.#owed === 0 || this.#unpaid.size >= PIECE) this.#pass(this.#unpaid.take());
    return end;
  }

  #isOrdinary({ first, payload }: Header): boolean {
    if (first === PING || first === PONG) return payload <= MAX_CONTROL;
    return (first === TEXT || first === BINARY) && payload <= this.#maxPayload;
  }

  /** False when one of them is not UTF-8: that is the last that is read. */
  #tell(chunk: Buffer, ranges: number[]): boolean {
    if (ranges.length === 0) return true;
    blankBetween(chunk, ranges);
    const isValid = isUtf8(chunk.subarray(ranges[0], ranges.at(-1)));
    const good = isValid ? ranges : ranges.slice(0, firstWrong(chunk, ranges));
    if (good.length > 0) this.#listener.texts(chunk, good);
    if (isValid) return true;
    this.#stop();
    this.#listener.notUtf8();
    return false;
  }

  #pass(bytes: Buffer): void {
    this.#ws.call(this.#wire, bytes);
  }

  /** From now on `ws` reads for itself. */
  #giveBack(rest: Buffer): void {
    this.#stop();
    this.#wire.on('data', this.#ws);
    this.#pass(rest);
  }

  /** When the socket closes, `ws` reads what still waits in it: that begins where it left off. */
  #handOver(): void {
    this.#stop();
    for (const part of [this.#unpaid.take(), this.#begun.take(), this.#cut])
      if (part.length > 0) this.#pass(part);
  }

  #stop(): void {
    this.#wire.off('data', this.#onData);
  }
}

/** The frames as texts. */
export function textsIn(bytes: Buffer, ranges: readonly number[]): string[] {
  const texts = [];
  for (let i = 0; i < ranges.length; i += 2) texts.push(bytes.toString('utf8', ranges[i], ranges[i + 1]));
  return texts;
}

/** The header at `at`, or undefined when it is cut. A masked one, or a length beyond reason, has an endless payload. */
function readHeader(bytes: Buffer, at: number): Header | undefined {
  if (at + 2 > bytes.length) return undefined;
  const first = bytes[at]!;
  const short = bytes[at + 1]!;
  if (short < 126) return { first, length: 2, payload: short };
  if (short === 126) {
    return at + 4 > bytes.length ? undefined : { first, length: 4, payload: bytes.readUInt16BE(at + 2) };
  }
  if (short > 127) return { first, length: 2, payload: Number.POSITIVE_INFINITY };
  if (at + MAX_HEADER > bytes.length) return undefined;
  return {
    first,
    length: MAX_HEADER,
    payload: bytes.readUInt32BE(at + 2) * 2 ** 32 + bytes.readUInt32BE(at + 6),
  };
}

/** With spaces instead of headers, all frames are one text: it is UTF-8 when each of them is. */
function blankBetween(bytes: Buffer, ranges: readonly number[]): void {
  for (let i = 1; i + 1 < ranges.length; i += 2)
    for (let at = ranges[i]!; at < ranges[i + 1]!; at++) bytes[at] = SPACE;
}

/** The index in `ranges` of the first frame that is not UTF-8. */
function firstWrong(bytes: Buffer, ranges: readonly number[]): number {
  let i = 0;
  while (isUtf8(bytes.subarray(ranges[i], ranges[i + 1]))) i += 2;
  return i;
}
