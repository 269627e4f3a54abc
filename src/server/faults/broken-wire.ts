// What a WebSocket server never does to its socket: half a frame, an end without a goodbye, a TCP reset.
import type { Socket } from 'node:net';

/** How long what was sent may take to leave, and the client to end its side. */
const LINGER_MS = 1000;

/** The first half of the bytes of a text frame, header included (RFC 6455 section 5.2; a server does not mask). */
export function halfFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const frame = Buffer.concat([frameHead(payload.length), payload]);
  return frame.subarray(0, Math.ceil(frame.length / 2));
}

const FINAL_TEXT = 0x81;

function frameHead(length: number): Buffer {
  if (length < 126) return Buffer.from([FINAL_TEXT, length]);
  const head = Buffer.alloc(length < 65536 ? 4 : 10);
  head[0] = FINAL_TEXT;
  head[1] = length < 65536 ? 126 : 127;
  if (length < 65536) head.writeUInt16BE(length, 2);
  else head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}

/** Ends the connection behind what was sent and these bytes, without a close frame. */
export function endAbruptly(socket: Socket, bytes?: Buffer): void {
  if (bytes) socket.write(bytes);
  socket.end();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}

/** How long a client may take to read: a reset makes some lose what came before. */
const READING_MS = 50;

/** Resets the connection when what was sent has left; `hasSent` tells whether there is any. */
export function reset(socket: Socket, hasSent: boolean): void {
  let timer = setTimeout(() => resetNow(socket), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
  socket.write(Buffer.alloc(0), () => {
    clearTimeout(timer);
    timer = setTimeout(() => resetNow(socket), hasSent ? READING_MS : 0);
  });
}

/** Over TLS the socket below it is the one that can be reset. */
function resetNow(socket: Socket): void {
  const { _parent: below } = socket as { _parent?: Socket };
  try {
    (below ?? socket).resetAndDestroy();
  } catch {
    socket.destroy();
  }
}
