// `serve --replay`: a server that plays the relays of a recording again. Each client connection gets the next that was
// recorded to the same relay, each HTTP request the next answer. When all of a relay's connections were played and nobody
// is connected, the recording begins anew.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { refuse } from '../network/connections.ts';
import { Gate } from '../network/gate.ts';
import { openFront, type Tls } from '../network/http-front.ts';
import { listen, ownHost } from '../network/listening.ts';
import { Order } from './order.ts';
import { actsOf, Player } from './player.ts';
import type { Answer, RecordedRelay, RecordedSession, Step } from './recorded-session.ts';

export interface ReplayOptions {
  session: RecordedSession;
  host: string;
  port: number;
  /** 1: with the recorded pauses; 0: without. */
  speed: number;
  tls?: Tls | undefined;
  allowedHosts?: readonly string[] | undefined;
  allowedOrigins?: readonly string[] | undefined;
  /** Told what a client does otherwise than it was recorded. */
  tell: (line: string) => void;
  detail: (line: string) => void;
}

export interface Replay {
  /** Where the client connects, for each recorded relay. */
  readonly relays: readonly { url: string; recorded: string }[];
  close(): Promise<void>;
}

/** Starts it; resolves when it accepts connections. Throws `IoError` when it cannot listen there. */
export async function startReplay(options: ReplayOptions): Promise<Replay> {
  const { session, host, port, tls, allowedHosts = [], allowedOrigins = [] } = options;
  const front = await openFront(tls);
  const http = front.server;
  const bound = await listen(http, host, port);
  const { address } = http.address() as AddressInfo;
  const gate = new Gate({ address, names: [host, ...allowedHosts], origins: allowedOrigins });
  const stage = new Stage(options, gate);
  http.on('error', error => options.detail(`the HTTP server failed: ${error.message}`));
  http.on('request', (request, response) => stage.answer(request, response));
  http.on('upgrade', (request, socket, head) => stage.upgrade(request, socket, head));
  const base = `${tls ? 'wss' : 'ws'}://${ownHost(host, address)}:${bound}`;
  const isAlone = session.relays.length === 1;
  return {
    relays: session.relays.map(({ url }, i) => ({ url: isAlone ? base : `${base}/${i + 1}`, recorded: url })),
    close: async () => {
      const closed = new Promise<void>(resolve => http.close(() => resolve()));
      stage.close();
      front.destroyAll();
      await closed;
    },
  };
}

/** A relay that is played, and how far. */
interface Part {
  relay: RecordedRelay;
  nextConnection: number;
  /** How many HTTP requests came, by their method. */
  asked: Map<string, number>;
}

class Stage {
  readonly #options: ReplayOptions;
  readonly #gate: Gate;
  readonly #server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_BYTES,
    autoPong: false,
  });
  readonly #open = new Set<WebSocket>();
  #parts: Part[];
  #order: Order;

  constructor(options: ReplayOptions, gate: Gate) {
    this.#options = options;
    this.#gate = gate;
    this.#parts = partsOf(options.session);
    this.#order = orderOf(options.session);
  }

  answer(request: IncomingMessage, response: ServerResponse): void {
    const refusal = this.#gate.refusal(request.headers);
    if (refusal !== undefined) return end(response, 403, `${refusal}\n`);
    const part = this.#partAt(request.url);
    if (part === undefined) return end(response, 404, 'No recorded relay is here.\n');
    const { method = 'GET' } = request;
    const known = part.relay.exchanges.filter(exchange => exchange.method === method);
    if (known.length === 0) return end(response, 404, `The recording has no ${method} to this relay.\n`);
    const asked = part.asked.get(method) ?? 0;
    part.asked.set(method, asked + 1);
    void this.#give(response, known[asked % known.length]!.answer);
  }

  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const refusal = this.#gate.refusal(request.headers);
    if (refusal !== undefined) {
      this.#options.tell(`403 for a handshake: ${refusal}`);
      return refuse(socket, '403 Forbidden');
    }
    const part = this.#partAt(request.url);
    if (part === undefined) return refuse(socket, '404 Not Found');
    const steps = this.#nextConnection(part);
    if (steps === undefined) {
      this.#options.tell(`the recording has no further connection to ${part.relay.url}`);
      return refuse(socket, '503 Service Unavailable');
    }
    const failed = steps.find(step => step.what === 'failed');
    if (failed) return fail(socket, failed);
    this.#server.handleUpgrade(request, socket, head, ws => this.#welcome(ws, request.socket, steps));
  }

  /** In its turn: what a client knows of a relay may decide what it asks next. */
  async #give(response: ServerResponse, answer: Answer | undefined): Promise<void> {
    const order = this.#order;
    if (answer?.behind !== undefined) await order.heardOf(answer.behind);
    if (answer) await order.turn(answer.turn);
    response.on('close', () => order.done(answer ? [answer.turn] : []));
    give(response, answer);
    order.moved(undefined);
  }

  close(): void {
    for (const ws of this.#open) ws.terminate();
  }

  #welcome(ws: WebSocket, socket: Socket, steps: readonly Step[]): void {
    this.#open.add(ws);
    ws.on('close', () => this.#open.delete(ws));
    const { speed, tell, detail } = this.#options;
    const name = `connection ${steps[0]!.connection}`;
    const player = new Player(ws, socket, {
      ...{ steps, order: this.#order, speed },
      tell: line => tell(`${name}: ${line}`),
      detail: line => detail(`${name}: ${line}`),
    });
    detail(`${name}: plays from line ${steps[0]!.line} on`);
    void player.play();
  }

  /** With one relay every path is its own. */
  #partAt(target = '/'): Part | undefined {
    if (this.#parts.length === 1) return this.#parts[0];
    const number = /^\/(\d+)(?:\?|$)/.exec(target)?.[1];
    return number === undefined ? undefined : this.#parts[Number(number) - 1];
  }

  #nextConnection(part: Part): Step[] | undefined {
    const { connections } = part.relay;
    const isOver = part.nextConnection >= connections.length;
    if (!isOver || this.#open.size > 0) return connections[part.nextConnection++];
    this.#parts = partsOf(this.#options.session);
    this.#order = orderOf(this.#options.session);
    const again = this.#parts.find(({ relay }) => relay === part.relay)!;
    return connections[again.nextConnection++];
  }
}

/** What a client may send in a frame: a recorded relay may have taken more than ours does. */
const MAX_FRAME_BYTES = 16 * 1024 * 1024;

function partsOf({ relays }: RecordedSession): Part[] {
  return relays.map(relay => ({ relay, nextConnection: 0, asked: new Map() }));
}

function orderOf({ relays }: RecordedSession): Order {
  const acts = relays.flatMap(({ connections }) => connections.flatMap(actsOf));
  const answers = relays.flatMap(relay => relay.exchanges.flatMap(({ answer }) => answer?.turn ?? []));
  return new Order([...acts, ...answers]);
}

/** The handshake that failed fails again: by its status, by silence, or by the end of the connection. */
function fail(socket: Duplex, { status, isLate }: Extract<Step, { what: 'failed' }>): void {
  if (status !== undefined) refuse(socket, `${status} Recorded`);
  else if (isLate !== true) socket.destroy();
}

function give(response: ServerResponse, answer: Answer | undefined): void {
  if (answer === undefined || (answer.what === 'failed' && answer.isLate)) return; // silence
  if (answer.what === 'failed') {
    if (answer.status === undefined) response.destroy();
    else end(response, answer.status, '');
    return;
  }
  const body = answer.base64 === undefined ? (answer.text ?? '') : Buffer.from(answer.base64, 'base64');
  const { status, headers } = answer;
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}
