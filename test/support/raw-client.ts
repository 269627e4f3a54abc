// A WebSocket client that knows frames and nothing else: tests say what goes out and look at what comes in.
import { type RawData, WebSocket } from 'ws';
import type { Event } from '../../src/protocol/event.ts';

/** A frame as parsed JSON; each test knows what it waits for. */
// biome-ignore lint/suspicious/noExplicitAny: the point of this client is to hold whatever a relay sends
export type Frame = any[];

export interface Goodbye {
  code: number;
  reason: string;
}

/** How long a relay may be silent while a test waits for a frame. */
const PATIENCE = 60_000;

export class RawClient {
  /** Every frame sent as an array, in order. */
  readonly sent: (readonly unknown[])[] = [];
  /** Everything received, in order, also what `next` has taken. */
  readonly received: Frame[] = [];
  /** Resolves when the socket is closed, however that came about. */
  readonly closed: Promise<Goodbye>;
  readonly #socket: WebSocket;
  readonly #url: string;
  #untaken: Frame[] = [];
  #arrived: () => void = () => {};
  #over: Goodbye | undefined;

  private constructor(socket: WebSocket, url: string) {
    this.#socket = socket;
    this.#url = url;
    socket.on('message', data => this.#take(data));
    socket.on('error', () => {}); // told by `closed`
    this.closed = new Promise(resolve => {
      socket.on('close', (code, reason) => {
        this.#over = { code, reason: reason.toString() };
        this.#arrived();
        resolve(this.#over);
      });
    });
  }

  /** Connects; rejects when the handshake fails. */
  static connect(url: string): Promise<RawClient> {
    const socket = new WebSocket(url, { perMessageDeflate: false });
    const client = new RawClient(socket, url);
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(client));
      socket.once('error', reject);
    });
  }

  /** Sends a frame: an array as JSON, text as it is, bytes as a binary frame. */
  send(frame: readonly unknown[] | string | Uint8Array): void {
    if (Array.isArray(frame)) this.sent.push(frame);
    this.#socket.send(Array.isArray(frame) ? JSON.stringify(frame) : (frame as string | Uint8Array));
  }

  /**
   * Takes the first frame not yet taken that fits, now or when it comes. Others stay for later calls.
   * Gives up when the relay has been silent for that long.
   */
  async next(fits: (frame: Frame) => boolean, timeoutMs = PATIENCE): Promise<Frame> {
    for (;;) {
      const index = this.#untaken.findIndex(fits);
      if (index >= 0) return this.#untaken.splice(index, 1)[0]!;
      if (this.#over)
        throw new Error(`${this.#url} closed (${this.#over.code}) before ${this.#waitingFor(fits)}`);
      if (!(await this.#arrival(timeoutMs))) {
        throw new Error(`${this.#url} was silent for ${timeoutMs} ms before ${this.#waitingFor(fits)}`);
      }
    }
  }

  /** The next frame that begins like this: `nextLike('OK', id)`. */
  nextLike(...head: unknown[]): Promise<Frame> {
    return this.next(frame => head.every((value, i) => frame[i] === value));
  }

  /** Publishes and waits for the OK. */
  publish(event: Event): Promise<Frame> {
    this.send(['EVENT', event]);
    return this.nextLike('OK', event.id);
  }

  /** Asks for stored events, until EOSE (or CLOSED, which is an error), and closes the subscription. */
  async query(...filters: object[]): Promise<Event[]> {
    const id = `query-${this.received.length}`;
    this.send(['REQ', id, ...filters]);
    const events: Event[] = [];
    for (;;) {
      const [verb, , body] = await this.next(frame => frame[1] === id);
      if (verb === 'EVENT') events.push(body);
      else if (verb === 'CLOSED') throw new Error(`${this.#url} refused ${JSON.stringify(filters)}: ${body}`);
      else break;
    }
    this.send(['CLOSE', id]);
    return events;
  }

  /** Everything the relay has to say on what was sent so far: waits for the answer to a harmless question. */
  async settled(): Promise<Frame[]> {
    await this.query({ ids: ['0'.repeat(64)] });
    return this.received;
  }

  /** Resolves when the relay's socket has read everything sent so far, handled or not. */
  async delivered(): Promise<void> {
    const pong = new Promise<void>(resolve => this.#socket.once('pong', () => resolve()));
    this.#socket.ping();
    await pong;
  }

  /** Stops and continues reading from the socket. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  async close(): Promise<void> {
    this.#socket.resume(); // a paused socket never sees the end
    this.#socket.close();
    await this.closed;
  }

  #take(data: RawData): void {
    const frame = JSON.parse(data.toString());
    this.received.push(frame);
    this.#untaken.push(frame);
    this.#arrived();
  }

  /** False when nothing came in time. */
  #arrival(ms: number): Promise<boolean> {
    return new Promise(resolve => {
      const timer = setTimeout(() => resolve(false), ms);
      this.#arrived = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }

  #waitingFor(fits: (frame: Frame) => boolean): string {
    return `${fits}; untaken: ${JSON.stringify(this.#untaken).slice(0, 500)}`;
  }
}
