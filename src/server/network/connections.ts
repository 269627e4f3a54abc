// The open WebSockets of a relay: handshakes, a session for each, the heartbeat, and closing them together.
import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { FaultPlan } from '../faults/plan.ts';
import type { Hub } from '../hub.ts';
import { isEndpoint } from '../information.ts';
import { HEARTBEAT_MS, MAX_FRAGMENTS, MAX_FROM_ADDRESS, MAX_MESSAGE_LENGTH, MAX_PIECES } from '../limits.ts';
import type { RelayRules } from '../management/rules.ts';
import { Session } from '../session/session.ts';
import type { Gate } from './gate.ts';
import { addressOf, localUrls } from './listening.ts';
import { SocketTransport } from './socket-transport.ts';

export interface ConnectionOptions {
  /** Where clients connect. */
  url: string;
  /** No other name of this machine is accepted in a NIP-42 event. */
  isOnlyUrl: boolean;
  /** Milliseconds between two looks at whether the clients are still there. */
  heartbeatMs?: number | undefined;
  gate: Gate;
  /** What is managed by NIP-86. */
  rules: RelayRules;
  faults?: FaultPlan | undefined;
  /** Hears of each frame of a client, and of what was refused. */
  onFrame?: ((line: string) => void) | undefined;
}

export interface ConnectionStats {
  connections: number;
  subscriptions: number;
}

/** One open WebSocket. */
interface Client {
  session: Session;
  socket: SocketTransport;
  address: string;
}

/** Bytes of a client's frame beside its payload, at least. */
const FRAME_HEAD = 6;

export class Connections {
  readonly #hub: Hub;
  readonly #options: ConnectionOptions;
  readonly #open = new Map<WebSocket, Client>();
  /** Those of whom nothing was heard since the last heartbeat. */
  readonly #silent = new Set<WebSocket>();
  readonly #perAddress = new Map<string, number>();
  readonly #heartbeat: NodeJS.Timeout;
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_LENGTH,
    maxFragments: MAX_FRAGMENTS,
    maxBufferedChunks: MAX_PIECES,
  });
  #closing = false;

  constructor(hub: Hub, options: ConnectionOptions) {
    this.#hub = hub;
    this.#options = options;
    this.#heartbeat = setInterval(() => this.#beat(), options.heartbeatMs ?? HEARTBEAT_MS).unref();
  }

  stats(): ConnectionStats {
    let subscriptions = 0;
    for (const { session } of this.#open.values()) subscriptions += session.subscriptionCount;
    return { connections: this.#open.size, subscriptions };
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const status = this.#refusal(request);
    if (status !== undefined) return refuse(socket, status);
    this.#server.handleUpgrade(request, socket, head, ws => this.#welcome(ws, request));
  }

  /** The status of a handshake that is refused. */
  #refusal({ url = '/', headers, socket }: IncomingMessage): string | undefined {
    const { gate, rules } = this.#options;
    const address = addressOf(socket);
    const refusal = gate.refusal(headers);
    if (refusal !== undefined) {
      this.#hub.settings.warn(`403 for ${address}: ${refusal}`);
      return '403 Forbidden';
    }
    if (!isEndpoint(url)) return '404 Not Found';
    if (rules.addresses.refuses(address)) return '403 Forbidden';
    const isFull = (this.#perAddress.get(address) ?? 0) >= MAX_FROM_ADDRESS;
    if (isFull) this.#hub.settings.warn(`503 for ${address}: it has ${MAX_FROM_ADDRESS} connections`);
    return this.#closing || isFull ? '503 Service Unavailable' : undefined;
  }

  #welcome(ws: WebSocket, request: IncomingMessage): void {
    const { log } = this.#hub.settings;
    const { onFrame } = this.#options;
    const peer = `${request.socket.remoteAddress}:${request.socket.remotePort}`;
    const tell = onFrame && ((line: string) => onFrame(`${peer} ${line}`));
    const socket = new SocketTransport(ws, this.#hub, why => {
      log(`${peer} ${why}`);
      session.discard(); // also when it left long ago
    });
    const faults = this.#options.faults?.connect(socket, request.socket, peer);
    const challenge = () => faults?.challenge() ?? newChallenge();
    const urls = this.urlsOf(request);
    const session = new Session(
      this.#hub,
      faults ?? socket,
      urls,
      challenge,
      tell,
      faults,
      addressOf(request.socket),
    );
    const address = addressOf(request.socket);
    this.#open.set(ws, { session, socket, address });
    this.#hub.counters.connections++;
    this.#countAddress(address, 1);
    log(`${peer} connected`);
    this.#count(ws, request, socket);
    ws.on('message', (data, isBinary) => {
      socket.taken();
      if (!this.#closing) session.receive(isBinary ? undefined : data.toString());
    });
    ws.on('error', error => log(`${peer} ${error.message}`));
    ws.on('close', code => {
      this.#open.delete(ws);
      this.#silent.delete(ws);
      this.#countAddress(address, -1);
      session.close();
      faults?.close();
      log(`${peer} disconnected (${code})`);
      void session.idle().then(() => socket.forget());
    });
  }

  /** Counts what comes, before it is taken apart. */
  #count(ws: WebSocket, request: IncomingMessage, socket: SocketTransport): void {
    request.socket.prependListener('data', (bytes: Buffer) => {
      this.#silent.delete(ws);
      socket.arrived(bytes.length);
    });
    ws.on('ping', data => socket.taken(FRAME_HEAD + data.length));
    ws.on('pong', data => socket.taken(FRAME_HEAD + data.length));
  }

  #countAddress(address: string, difference: number): void {
    const count = (this.#perAddress.get(address) ?? 0) + difference;
    if (count === 0) this.#perAddress.delete(address);
    else this.#perAddress.set(address, count);
  }

  /** Drops who has not answered the last ping, or has taken nothing of what waits for it, and asks the others. */
  #beat(): void {
    for (const [ws, { socket }] of this.#open) {
      if (this.#silent.has(ws) && (socket.takesNothing || !ws.isPaused)) ws.terminate();
      this.#silent.add(ws);
      if (ws.readyState === ws.OPEN) ws.ping();
    }
  }

  /** The URLs under which a client may have reached this relay. */
  urlsOf({ socket }: IncomingMessage): string[] {
    const { url, isOnlyUrl } = this.#options;
    return isOnlyUrl ? [url] : [url, ...localUrls(socket)];
  }

  /** Ends the connections from an address. */
  readonly drop = (address: string): void => {
    for (const [ws, client] of this.#open) if (client.address === address) ws.terminate();
  };

  async close(deadlineMs: number): Promise<void> {
    this.#closing = true;
    clearInterval(this.#heartbeat);
    this.#options.faults?.close();
    const goodbyes = [...this.#open].map(async ([ws, { session }]) => {
      const gone = new Promise<void>(resolve => ws.once('close', () => resolve()));
      await Promise.race([session.idle(), gone]);
      ws.close(1001, 'the relay is shutting down');
      await gone;
    });
    const deadline = setTimeout(() => {
      for (const ws of this.#open.keys()) ws.terminate();
    }, deadlineMs);
    await Promise.all(goodbyes);
    clearTimeout(deadline);
  }
}

/** "random per connection" (NIP-42). */
function newChallenge(): string {
  return randomBytes(16).toString('hex');
}

/** Answers a handshake, and does not wait for the client to end the connection. */
export function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`, () => socket.destroy());
}
