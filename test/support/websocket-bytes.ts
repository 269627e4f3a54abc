// WebSocket on bare bytes (RFC 6455), so that the scripted relay can break every rule of it. It writes whatever
// frame it is told to, valid or not; it reads what a client sends. Knows nothing of Nostr.
import { createHash } from 'node:crypto';

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameOptions {
  /** 1 = text, 2 = binary, 8 = close, 9 = ping, 10 = pong; anything else breaks the rules. Default 1. */
  opcode?: number;
  /** False: more fragments follow. Default true. */
  fin?: boolean;
  /** The three reserved bits, 0 to 7; 4 is RSV1, which only a negotiated extension may set. */
  rsv?: number;
  /** A server must not mask (RFC 6455 §5.1); true does. */
  masked?: boolean;
  /** Announce this many bytes instead of the real number. */
  length?: number;
}

/** The bytes of one frame. */
export function encodeFrame(payload: Uint8Array, options: FrameOptions = {}): Buffer {
  const { opcode = OPCODE.text, fin = true, rsv = 0, masked = false, length = payload.length } = options;
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  const head = Buffer.concat([Buffer.from([first]), lengthBytes(length, masked)]);
  if (!masked) return Buffer.concat([head, payload]);
  const mask = Buffer.from([0x11, 0x22, 0x33, 0x44]);
  return Buffer.concat([head, mask, xor(payload, mask)]);
}

function lengthBytes(length: number, masked: boolean): Buffer {
  const bit = masked ? 0x80 : 0;
  if (length < 126) return Buffer.from([bit | length]);
  const bytes = Buffer.alloc(length < 65536 ? 3 : 9);
  bytes[0] = bit | (length < 65536 ? 126 : 127);
  if (length < 65536) bytes.writeUInt16BE(length, 1);
  else bytes.writeBigUInt64BE(BigInt(length), 1);
  return bytes;
}

function xor(payload: Uint8Array, mask: Uint8Array): Buffer {
  const out = Buffer.from(payload);
  for (let i = 0; i < out.length; i++) out[i]! ^= mask[i & 3]!;
  return out;
}

/** The payload of a close frame. A code below 1000 is the caller's wish. */
export function closePayload(code: number, reason = ''): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(code);
  return Buffer.concat([bytes, Buffer.from(reason)]);
}

export interface ReceivedFrame {
  opcode: number;
  fin: boolean;
  payload: Buffer;
}

/** Cuts a byte stream into frames and takes the client's mask off. */
export class FrameReader {
  #buffer: Buffer = Buffer.alloc(0);

  push(chunk: Uint8Array): ReceivedFrame[] {
    this.#buffer = this.#buffer.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#buffer, chunk]);
    const frames: ReceivedFrame[] = [];
    for (let frame = this.#take(); frame; frame = this.#take()) frames.push(frame);
    return frames;
  }

  #take(): ReceivedFrame | undefined {
    const bytes = this.#buffer;
    if (bytes.length < 2) return undefined;
    const masked = (bytes[1]! & 0x80) !== 0;
    const short = bytes[1]! & 0x7f;
    const lengthEnd = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0);
    const start = lengthEnd + (masked ? 4 : 0);
    if (bytes.length < start) return undefined;
    const length =
      short === 126 ? bytes.readUInt16BE(2) : short === 127 ? Number(bytes.readBigUInt64BE(2)) : short;
    if (bytes.length < start + length) return undefined;
    const body = bytes.subarray(start, start + length);
    const payload = masked ? xor(body, bytes.subarray(lengthEnd, start)) : Buffer.from(body);
    this.#buffer = bytes.subarray(start + length);
    return { opcode: bytes[0]! & 0x0f, fin: (bytes[0]! & 0x80) !== 0, payload };
  }
}

/** The `Sec-WebSocket-Accept` of a `Sec-WebSocket-Key` (RFC 6455 §4.2.2). */
export function acceptKey(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

/** The server's half of the opening handshake. */
export function upgradeResponse(accept: string, headers: Record<string, string> = {}): string {
  return httpHead('101 Switching Protocols', {
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Accept': accept,
    ...headers,
  });
}

/** An HTTP/1.1 status line and headers, with the empty line that ends them. */
export function httpHead(status: string, headers: Record<string, string>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`;
}

export interface HttpRequest {
  method: string;
  path: string;
  /** Names in lower case. */
  headers: Record<string, string>;
}

/** The head of a request, without the empty line that ends it. */
export function parseRequest(head: string): HttpRequest {
  const [first = '', ...lines] = head.split('\r\n');
  const [method = '', path = ''] = first.split(' ');
  const pairs = lines.map(line => [
    line.slice(0, line.indexOf(':')).toLowerCase(),
    line.slice(line.indexOf(':') + 1).trim(),
  ]);
  return { method, path, headers: Object.fromEntries(pairs) };
}
