// Our relay, broken on purpose in one way: a go-between changes the frames of each connection. What is not changed
// passes as it is, so that only the mutation is wrong.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import type { RelayOptions } from '../../src/server/server.ts';
import { startNost, type TestRelay } from './relays.ts';

// biome-ignore lint/suspicious/noExplicitAny: a frame is whatever a mutation makes of it
export type Frame = any[];

/** What a mutation can do beside changing a frame. */
export interface Talk {
  /** What the mutation remembers of this connection. */
  readonly memory: Map<string, unknown>;
  /** What it remembers of all connections. */
  readonly shared: Map<string, unknown>;
  toClient(frame: Frame): void;
  toRelay(frame: Frame): void;
  /** Cuts the connection. */
  cut(): void;
}

/** What becomes of a frame: undefined: it passes as it is; else these frames pass instead. */
type Change = (frame: Frame, talk: Talk) => Frame[] | undefined;

export interface Mutation {
  /** Changes what clients send. */
  toRelay?: Change;
  /** Changes what the relay sends. */
  toClient?: Change;
  /** Takes what is no text of a JSON array from a client: binary, garbage. True: it is dealt with. */
  raw?(data: Buffer, isBinary: boolean, talk: Talk): boolean;
  /** Changes the NIP-11 document. */
  document?(document: Record<string, unknown>): Record<string, unknown>;
  /** Changes the headers beside the document. */
  headers?(headers: Record<string, string>): Record<string, string>;
  /** How our relay itself is started. */
  relay?: Partial<RelayOptions>;
  /** Pings get no pong. */
  noPong?: boolean;
}

/** Starts our relay behind a go-between on a free port of the loopback. */
export async function startMutant(mutation: Mutation): Promise<TestRelay> {
  const http = createServer();
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve));
  const url = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const behind = await startNost({ ...mutation.relay, serviceUrl: url });
  const shared = new Map<string, unknown>();
  http.on('request', async (request, response) => {
    const { method = 'GET' } = request;
    const original = await fetch(behind.url.replace('ws', 'http'), {
      method,
      headers: { accept: String(request.headers.accept), origin: 'http://localhost' },
    });
    const headers = Object.fromEntries(original.headers);
    delete headers['content-length'];
    const text = await original.text();
    const isDocument = text.startsWith('{') && mutation.document;
    response.writeHead(original.status, mutation.headers?.(headers) ?? headers);
    response.end(isDocument ? JSON.stringify(mutation.document!(JSON.parse(text))) : text);
  });
  const sockets = new WebSocketServer({ server: http, autoPong: mutation.noPong !== true });
  sockets.on('connection', client => goBetween(client, new WebSocket(behind.url), mutation, shared));
  return {
    url,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      http.closeAllConnections();
      await new Promise(resolve => http.close(resolve));
      await behind.close();
    },
  };
}

function goBetween(
  client: WebSocket,
  relay: WebSocket,
  mutation: Mutation,
  shared: Map<string, unknown>,
): void {
  const waiting: [Buffer, boolean][] = [];
  const talk: Talk = {
    memory: new Map(),
    shared,
    toClient: frame => client.send(JSON.stringify(frame)),
    toRelay: frame => relay.send(JSON.stringify(frame)),
    cut: () => client.terminate(),
  };
  const fromClient = (data: Buffer, isBinary: boolean) => {
    const frame = isBinary ? undefined : parse(data);
    if (frame === undefined && mutation.raw?.(data, isBinary, talk)) return;
    const changed = frame && mutation.toRelay?.(frame, talk);
    if (changed) for (const other of changed) talk.toRelay(other);
    else relay.send(data, { binary: isBinary });
  };
  client.on('message', (data, isBinary) => {
    if (relay.readyState === WebSocket.CONNECTING) waiting.push([data as Buffer, isBinary]);
    else if (relay.readyState === WebSocket.OPEN) fromClient(data as Buffer, isBinary);
  });
  relay.on('open', () => {
    for (const [data, isBinary] of waiting) fromClient(data, isBinary);
  });
  relay.on('message', (data, isBinary) => {
    if (client.readyState !== WebSocket.OPEN) return;
    const frame = parse(data as Buffer);
    const changed = frame && mutation.toClient?.(frame, talk);
    if (changed) for (const other of changed) talk.toClient(other);
    else client.send(data, { binary: isBinary });
  });
  client.on('close', () => relay.close());
  relay.on('close', () => client.close());
  for (const socket of [client, relay]) socket.on('error', () => socket.terminate());
}

function parse(data: Buffer): Frame | undefined {
  try {
    const value = JSON.parse(data.toString('utf8'));
    return Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
