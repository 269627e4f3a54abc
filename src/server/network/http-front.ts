// The HTTP server of a relay, with or without TLS, and bounds for all that a connection may wait for before it is a
// WebSocket: a connection that does not get on is ended.
import { createServer, type Server, type ServerOptions } from 'node:http';
import type { Socket } from 'node:net';
import { HANDSHAKE_MS } from '../limits.ts';
import { connectionsOfProcess } from './descriptors.ts';

/** A certificate with its chain, and its key, as PEM. */
export interface Tls {
  cert: Buffer;
  key: Buffer;
}

export interface HttpFront {
  server: Server;
  /** Ends every connection, whatever it waits for. */
  destroyAll(): void;
}

/** `handshakeMs`: how long a connection may take until its request is whole. Throws when the certificate is bad. */
export async function openFront(tls: Tls | undefined, handshakeMs = HANDSHAKE_MS): Promise<HttpFront> {
  const options: ServerOptions = {
    headersTimeout: handshakeMs,
    requestTimeout: handshakeMs,
    keepAliveTimeout: handshakeMs,
    connectionsCheckingInterval: Math.min(1000, handshakeMs),
  };
  const server = await createFront(tls, options, handshakeMs);
  server.timeout = 2 * handshakeMs; // who does not read an answer
  server.maxConnections = connectionsOfProcess();
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.on('clientError', (_error, socket) => {
    if (socket.writable)
      socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n', () => socket.destroy());
    else socket.destroy();
  });
  return {
    server,
    destroyAll: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

async function createFront(
  tls: Tls | undefined,
  options: ServerOptions,
  handshakeTimeout: number,
): Promise<Server> {
  if (tls === undefined) return createServer(options);
  const https = await import('node:https');
  const server = https.createServer({ ...options, ...tls, handshakeTimeout });
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  return server;
}
