// The embedded relay: one HTTP server with one endpoint for WebSockets and NIP-11, and its shutdown. No other file of
// this folder knows sockets; the dialogue is in session.ts, the rules are in policy.ts and in the store.
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Event } from '../protocol/event.ts';
import type { Verifier } from '../verify/verifier.ts';
import type { FaultPlan } from './faults/plan.ts';
import { Hub } from './hub.ts';
import { answerHttp, informationDocument, isEndpoint } from './information.ts';
import { DEFAULT_MAX_LIMIT, HIGH_WATER, MAX_MESSAGE_LENGTH } from './limits.ts';
import { addressOf, listen, localUrls, urlHost } from './listening.ts';
import { applyChange, rulesIn } from './management/changes.ts';
import { type RelayRules, refusalByRules } from './management/rules.ts';
import { isManagementCall, type Managed, respondToCall } from './management-endpoint.ts';
import { type SeedResult, sow } from './seed.ts';
import { Session } from './session/session.ts';
import type { EventStore } from './store/store.ts';
import { memoryStore } from './store/table-store.ts';
import type { Transport } from './transport.ts';
import { rulesOf, type WriteRules } from './write-rules.ts';

export interface RelayOptions {
  /** A name or address of this machine; the default is 127.0.0.1. */
  host?: string;
  /** 0, the default, chooses a free port. */
  port?: number;
  /** Initial events; they are verified before the relay accepts connections. */
  seed?: AsyncIterable<Event> | Iterable<Event>;
  /** Require NIP-42 authentication to read or write, and serve gift wraps only to their recipient. */
  auth?: boolean;
  /** Maximum number of stored events for a filter; a filter without `limit` gets this many. */
  maxLimit?: number;
  /** Maximum number of events of one negotiation (NIP-77). */
  maxNegotiated?: number;
  /** Send the NIP-67 hint as the third element of EOSE. */
  eoseHint?: boolean;
  /** Public keys of those who manage it by NIP-86. */
  admins?: readonly string[];
  /** What may be published. */
  rules?: WriteRules;
  /** The URL for clients when it differs from host and port, as behind a proxy. NIP-42 events must name it. */
  serviceUrl?: string;
  store?: EventStore;
  /** What goes wrong on purpose; undefined: nothing. */
  faults?: FaultPlan | undefined;
  verifier: Verifier;
  /** Milliseconds since 1970. */
  now: () => number;
  /** For the NIP-11 document. */
  version?: string;
  log?: (line: string) => void;
  /** Hears of each frame of a client, and of what was refused. */
  onFrame?: ((line: string) => void) | undefined;
}

export interface RelayStats {
  events: number;
  connections: number;
  subscriptions: number;
}

export interface Relay {
  /** Where clients connect: `ws://host:port`. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** How many of the initial events were accepted. */
  readonly seeded: SeedResult;
  stats(): RelayStats;
  /** Answers what was received, closes each connection with 1001, and at the deadline destroys those still open. */
  close(deadlineMs: number): Promise<void>;
}

/**
 * Starts a relay; resolves when it accepts connections.
 * Throws `IoError` when it cannot listen on host and port (`port_in_use`, `port_forbidden`, `bad_host` …).
 */
export async function startRelay(options: RelayOptions): Promise<Relay> {
  const {
    host = '127.0.0.1',
    port = 0,
    auth = false,
    maxLimit = DEFAULT_MAX_LIMIT,
    eoseHint = false,
  } = options;
  const {
    verifier,
    now,
    log = () => {},
    store = memoryStore(),
    serviceUrl,
    version,
    maxNegotiated,
    rules = {},
  } = options;
  const managed = rulesIn(store);
  const hub = new Hub({
    ...{ store, verifier, authRequired: auth, maxLimit, maxNegotiated, eoseHint, now, log },
    rules: [...rulesOf(rules), event => refusalByRules(event, managed)],
  });
  const admins = new Set(options.admins);
  const seeded = await sow(options.seed ?? [], hub.settings);
  const http = createServer();
  const bound = await listen(http, host, port);
  const url = `ws://${urlHost(host)}:${bound}`;
  const document = () => informationDocument({ auth, maxLimit, eoseHint, version, rules, admins, managed });
  const connections = new Connections(hub, serviceUrl ?? url, serviceUrl !== undefined, options, managed);
  http.on('error', error => log(`the HTTP server failed: ${error.message}`));
  const management: Managed = {
    ...{ rules: managed, admins, now, log, ownMethods: options.faults?.methods },
    apply: change => applyChange(change, managed, { store, turns: hub.turns, dropAddress: connections.drop }),
  };
  http.on('request', (request, response) => {
    if (isManagementCall(request))
      void respondToCall(request, response, connections.urlsOf(request), management);
    else respond(request, response, url, document());
  });
  http.on('upgrade', (request, socket, head) => connections.upgrade(request, socket, head));
  return {
    url,
    host,
    port: bound,
    seeded,
    stats: () => ({ events: store.size, ...connections.stats() }),
    close: async deadlineMs => {
      const closed = new Promise<void>(resolve => http.close(() => resolve()));
      await connections.close(deadlineMs);
      http.closeAllConnections();
      await closed;
    },
  };
}

function respond(request: IncomingMessage, response: ServerResponse, url: string, document: object): void {
  const { method = 'GET', url: target = '/', headers } = request;
  const answer = answerHttp({ method, target, accept: headers.accept ?? '' }, url, document);
  const length = answer.body === '' ? {} : { 'content-length': Buffer.byteLength(answer.body) };
  response.writeHead(answer.status, { ...answer.headers, ...length }).end(answer.body);
}

/** All open WebSockets; closes them together. */
class Connections {
  readonly #hub: Hub;
  readonly #url: string;
  /** The URL was given as an option, so no other name of this machine is accepted. */
  readonly #onlyUrl: boolean;
  readonly #onFrame: RelayOptions['onFrame'];
  readonly #faults: RelayOptions['faults'];
  readonly #open = new Map<WebSocket, Session>();
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_LENGTH,
  });
  readonly #rules: RelayRules;
  readonly #addresses = new WeakMap<WebSocket, string>();
  #closing = false;

  constructor(
    hub: Hub,
    url: string,
    onlyUrl: boolean,
    { onFrame, faults }: Pick<RelayOptions, 'onFrame' | 'faults'>,
    rules: RelayRules,
  ) {
    this.#rules = rules;
    this.#onFrame = onFrame;
    this.#faults = faults;
    this.#hub = hub;
    this.#url = url;
    this.#onlyUrl = onlyUrl;
  }

  stats(): Omit<RelayStats, 'events'> {
    let subscriptions = 0;
    for (const session of this.#open.values()) subscriptions += session.subscriptionCount;
    return { connections: this.#open.size, subscriptions };
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    if (!isEndpoint(request.url ?? '/')) {
      socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    } else if (this.#closing) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    } else if (this.#rules.addresses.refuses(addressOf(request.socket))) {
      socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    } else {
      this.#server.handleUpgrade(request, socket, head, ws => this.#welcome(ws, request));
    }
  }

  #welcome(ws: WebSocket, request: IncomingMessage): void {
    const { log } = this.#hub.settings;
    const peer = `${request.socket.remoteAddress}:${request.socket.remotePort}`;
    const tell = this.#onFrame && ((line: string) => this.#onFrame?.(`${peer} ${line}`));
    const socket = new SocketTransport(ws);
    const faults = this.#faults?.connect(socket, request.socket, peer);
    const challenge = () => faults?.challenge() ?? newChallenge();
    const urls = this.urlsOf(request);
    const session = new Session(this.#hub, faults ?? socket, urls, challenge, tell, faults);
    this.#open.set(ws, session);
    this.#addresses.set(ws, addressOf(request.socket));
    log(`${peer} connected`);
    ws.on('message', (data, isBinary) => {
      if (!this.#closing) session.receive(isBinary ? undefined : data.toString());
    });
    ws.on('error', error => log(`${peer} ${error.message}`));
    ws.on('close', code => {
      this.#open.delete(ws);
      session.close();
      faults?.close();
      log(`${peer} disconnected (${code})`);
    });
  }

  /** The URLs under which a client may have reached this relay. */
  urlsOf({ socket }: IncomingMessage): string[] {
    return this.#onlyUrl ? [this.#url] : [this.#url, ...localUrls(socket)];
  }

  /** Ends the connections from an address. */
  readonly drop = (address: string): void => {
    for (const ws of this.#open.keys()) if (this.#addresses.get(ws) === address) ws.terminate();
  };

  async close(deadlineMs: number): Promise<void> {
    this.#closing = true;
    this.#faults?.close();
    const goodbyes = [...this.#open].map(async ([ws, session]) => {
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

class SocketTransport implements Transport {
  readonly #ws: WebSocket;
  #waiting: (() => void)[] = [];

  constructor(ws: WebSocket) {
    this.#ws = ws;
    ws.on('close', () => this.#wake());
  }

  get backlog(): number {
    return this.#ws.bufferedAmount;
  }

  send(text: string): void {
    if (this.#isOpen()) this.#ws.send(text, this.#written);
  }

  async drained(): Promise<void> {
    await setImmediate();
    while (this.#isOpen() && this.backlog > HIGH_WATER) {
      await new Promise<void>(resolve => this.#waiting.push(resolve));
    }
  }

  pause(): void {
    this.#ws.pause();
  }

  resume(): void {
    this.#ws.resume();
  }

  #isOpen(): boolean {
    return this.#ws.readyState === this.#ws.OPEN;
  }

  readonly #written = (): void => {
    if (this.backlog <= HIGH_WATER) this.#wake();
  };

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}
