// The handshake of a WebSocket by `ws`: its limits, its headers, and what it was refused with.
import WebSocket from 'ws';
import type { HandshakeClock } from './handshake.ts';
import type { Route } from './route.ts';
import type { Way } from './way.ts';

/** Replies can be far larger than requests; beyond this a frame, as sent or as inflated, is an attack, if nothing else is said. */
export const MAX_FRAME_BYTES = 16 * 1024 * 1024;

/** How long the closing may take, whoever began it and however rude the peer is. */
const CLOSE_GRACE_MS = 200;

/** The status of HTTP that a relay answered the handshake with. */
export function refusalIn({ message }: Error): number | undefined {
  const status = /^Unexpected server response: (\d{3})$/.exec(message)?.[1];
  return status === undefined ? undefined : Number(status);
}

/** Begins to open a WebSocket. */
export function beginHandshake(
  url: string,
  deflate: boolean,
  headers: Route['headers'],
  { tls, tunnel, lookup }: Partial<Way>,
  { clock, maxFrame }: { clock: HandshakeClock | undefined; maxFrame: number },
): WebSocket {
  const options = {
    ...tls,
    ...(tunnel && { createConnection: tunnel.createConnection }),
    ...(lookup && { lookup }),
    ...(clock && { finishRequest: clock.finishRequest }),
    perMessageDeflate: deflate,
    followRedirects: false,
    maxPayload: maxFrame,
    closeTimeout: CLOSE_GRACE_MS,
    headers: { 'User-Agent': 'nost', ...headers },
  };
  // The types of ws know neither closeTimeout nor repeated headers.
  return new WebSocket(url, options as unknown as WebSocket.ClientOptions);
}
