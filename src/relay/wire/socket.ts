// One WebSocket to one relay: open by a deadline, send, receive text, pause, close within a bound.
// Knows nothing of Nostr. The only door to `ws` on the client's side.
import type { LookupFunction } from 'node:net';
import { nextTick } from 'node:process';
import type { Duplex } from 'node:stream';
import WebSocket from 'ws';
import type { HandshakeClock } from './handshake.ts';
import { describeNetworkError, NOT_UTF8, tooLate } from './network-error.ts';
import type { Route, WireNotes, WireTrace } from './route.ts';
import { TextFrames, textsIn } from './text-frames.ts';
import type { Way } from './way.ts';
import { beginHandshake, MAX_FRAME_BYTES, refusalIn } from './websocket.ts';

export interface SocketOptions {
  /** Undefined: straight to the relay, trusting whom Node trusts. */
  route?: Route | undefined;
  /** Milliseconds for DNS, TCP, TLS and the WebSocket handshake together. */
  connectTimeout: number;
  signal: AbortSignal;
  /** Whether the relay may be in a private network; undefined: each may, for the user named them all. */
  mayBePrivate?: ((relay: string) => boolean) | undefined;
  /** Whether the user named the relay; undefined: they named them all. Others get none of the user's headers. */
  isNamed?: ((relay: string) => boolean) | undefined;
  /** The largest frame that is taken, in bytes; undefined: 16 MiB. */
  maxFrame?: number | undefined;
  /** Measures the handshake. */
  clock?: HandshakeClock | undefined;
}

/** What the owner of a socket is told. `closed` comes exactly once, after the last `texts`. */
export interface SocketListener {
  /** Text frames that came at once: the bytes, UTF-8, and where in them each frame begins and ends. */
  texts(bytes: Buffer, ranges: readonly number[]): void;
  /** A frame that is no text. */
  binary(bytes: number): void;
  /** The answer to a ping. */
  pong?(): void;
  closed(reason: string): void;
}

/** No WebSocket could be opened; the message says why. */
export class ConnectError extends Error {
  override name = 'ConnectError';
}

/** Tells the trace of one relay. */
type Tell = (what: Parameters<WireTrace['tell']>[0], text: string | Buffer) => void;

export class RelaySocket {
  /** Frames that came, pings and pongs among them. */
  heard = 0;
  readonly #ws: WebSocket;
  /** What `ws` writes to. */
  readonly #wire: Duplex | undefined;
  #gathers = false;
  #listener: SocketListener | undefined;
  #problem: string | undefined;
  /** Undefined when nobody wants to know: then a frame costs one look at this. */
  readonly #trace: Tell | undefined;
  /** The same for a recording. */
  readonly #record: WireNotes | undefined;

  private constructor(
    ws: WebSocket,
    wire: Duplex | undefined,
    { trace, record, maxFrame }: { trace: Tell | undefined; record: WireNotes | undefined; maxFrame: number },
  ) {
    this.#ws = ws;
    this.#wire = wire;
    this.#trace = trace;
    this.#record = record;
    ws.on('message', (data, isBinary) => this.#receive(data as Buffer, isBinary));
    for (const sign of ['ping', 'pong'] as const) ws.on(sign, () => this.heard++);
    ws.on('pong', () => this.#listener?.pong?.());
    ws.on('error', error => {
      this.#problem ??= describeNetworkError(error);
    });
    ws.on('close', (code, reason) => this.#closed(code, reason.toString()));
    if (wire && ws.extensions === '') this.#readTexts(wire, maxFrame);
  }

  /**
   * Opens a socket; rejects with `ConnectError` at the deadline, on any refusal, and when the signal aborts.
   * `attach` names the listener on the very turn of the handshake, for frames may come in the same segment.
   */
  static async open(
    url: string,
    options: SocketOptions,
    attach: (socket: RelaySocket) => SocketListener,
  ): Promise<void> {
    const { route, signal } = options;
    const way = await findWay(url, options);
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(new ConnectError('interrupted'));
      const { tunnel } = way;
      const { connectTimeout, clock, maxFrame = MAX_FRAME_BYTES } = options;
      clock?.start(tunnel !== undefined);
      const ws = beginHandshake(url, route?.deflate ?? false, headersFor(url, options), way, {
        clock,
        maxFrame,
      });
      let status: number | undefined;
      const trace = route?.trace;
      const tell: Tell | undefined = trace && ((what, text) => trace.tell(what, url, text));
      const record = route?.recorder?.begin(url);
      const fail = (reason: string, isLate = false) => {
        tell?.('failed', reason);
        record?.({ what: 'failed', reason, status, isLate });
        finish();
        tunnel?.close();
        ws.on('error', () => {}); // terminating an opening socket reports once more
        ws.terminate();
        reject(new ConnectError(reason));
      };
      const onError = (error: Error) => {
        status = refusalIn(error);
        fail(describeNetworkError(error));
      };
      const onAbort = () => fail('interrupted', true);
      const timer = setTimeout(
        () => fail(tooLate(tunnel?.awaited, 'WebSocket handshake', connectTimeout), true),
        connectTimeout,
      );
      const finish = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        ws.off('error', onError);
      };
      signal.addEventListener('abort', onAbort);
      ws.on('error', onError);
      let wire: Duplex | undefined;
      ws.once('upgrade', response => {
        wire = response.socket;
        clock?.upgraded(wire);
      });
      ws.once('open', () => {
        finish();
        tell?.('open', ws.extensions);
        record?.({ what: 'open' });
        const socket = new RelaySocket(ws, wire, { trace: tell, record, maxFrame });
        socket.#listener = attach(socket);
        resolve();
      });
    });
  }

  get isOpen(): boolean {
    return this.#ws.readyState === WebSocket.OPEN;
  }

  send(text: string | Buffer): void {
    if (!this.isOpen) return;
    this.#trace?.('sent', text);
    this.#record?.({ what: 'sent', text: text.toString() });
    this.#gather();
    this.#ws.send(text, { binary: false });
  }

  /** What is sent in one go leaves with one call to the system. */
  #gather(): void {
    if (this.#gathers || !this.#wire) return;
    this.#gathers = true;
    this.#wire.cork();
    nextTick(() => {
      this.#gathers = false;
      this.#wire?.uncork();
    });
  }

  /** Sends one WebSocket frame of a message: text or bytes, its last one (`fin`) or not. For tests of relays. */
  sendPart(text: string, { binary, fin }: { binary: boolean; fin: boolean }): void {
    if (this.isOpen) this.#ws.send(text, { binary, fin });
  }

  ping(): void {
    if (this.isOpen) this.#ws.ping();
  }

  /** Ends it at once, for the peer does not answer any more. */
  lose(reason: string): void {
    this.#problem ??= reason;
    this.#ws.terminate();
  }

  get isPaused(): boolean {
    return this.#ws.isPaused;
  }

  pause(): void {
    if (this.isOpen) this.#ws.pause();
  }

  resume(): void {
    if (this.isOpen) this.#ws.resume();
  }

  /** Says goodbye and resolves when the socket is gone: in `within` milliseconds at most, by default 200. */
  close(within?: number): Promise<void> {
    this.#listener = undefined;
    this.#problem ??= 'closed by us';
    if (this.#ws.readyState === WebSocket.CLOSED) return Promise.resolve();
    return new Promise(resolve => {
      const cut = within === undefined ? undefined : setTimeout(() => this.#ws.terminate(), within);
      this.#ws.once('close', () => {
        clearTimeout(cut);
        resolve();
      });
      this.resume(); // a paused socket would never see the peer's answer
      this.#ws.close(1000);
    });
  }

  #readTexts(wire: Duplex, maxFrame: number): void {
    TextFrames.interpose(wire, maxFrame, {
      texts: (bytes, ranges) => this.#receiveTexts(bytes, ranges),
      notUtf8: () => this.lose(NOT_UTF8),
    });
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (!isBinary) return this.#receiveTexts(data, [0, data.length]);
    this.heard++;
    this.#trace?.('received', `a binary frame of ${data.length} bytes`);
    this.#record?.({ what: 'binary', base64: data.toString('base64') });
    this.#listener?.binary(data.length);
  }

  #receiveTexts(bytes: Buffer, ranges: readonly number[]): void {
    for (let i = 0; i < ranges.length; i += 2) {
      this.heard++;
      this.#trace?.('received', bytes.subarray(ranges[i], ranges[i + 1]));
    }
    this.#record?.(...textsIn(bytes, ranges).map(text => ({ what: 'received' as const, text })));
    this.#listener?.texts(bytes, ranges);
  }

  #closed(code: number, reason: string): void {
    const told = reason === '' ? `code ${code}` : `code ${code}: ${reason}`;
    const by = this.#problem === undefined ? (code === 1006 ? 'nobody' : 'relay') : 'client';
    this.#problem = this.#problem ?? (code === 1006 ? 'connection lost' : `closed by the relay (${told})`);
    this.#trace?.('closed', this.#problem);
    this.#record?.({ what: 'closed', by, code, reason: by === 'relay' ? reason : this.#problem });
    this.#listener?.closed(this.#problem);
  }
}

/** A header may hold a password: whoever somebody else named is not told it. */
function headersFor(url: string, { route, isNamed }: SocketOptions): Route['headers'] {
  return isNamed?.(url) === false ? {} : (route?.headers ?? {});
}

/** The way to a relay; one that the user named, on no special route, loads nothing for it. */
async function findWay(url: string, { route, mayBePrivate }: SocketOptions): Promise<Partial<Way>> {
  const guard: { lookup?: LookupFunction } =
    mayBePrivate?.(url) === false ? { lookup: await lookupFor(url) } : {};
  return route ? { ...(await wayOfRoute(url, route, guard.lookup)), ...guard } : guard;
}

/** Finds the addresses of a relay that others named. */
async function lookupFor(url: string): Promise<LookupFunction> {
  const { lookupPublic, privateHost } = await import('./public-hosts.ts');
  const refusal = privateHost(new URL(url));
  if (refusal !== undefined) throw new ConnectError(refusal);
  return lookupPublic;
}

async function wayOfRoute(url: string, route: Route, lookup: LookupFunction | undefined): Promise<Way> {
  const [{ InvalidProxy }, { wayOf }] = await Promise.all([import('./proxy.ts'), import('./way.ts')]);
  try {
    return wayOf(url, route, lookup);
  } catch (error) {
    throw error instanceof InvalidProxy ? new ConnectError(error.message) : error;
  }
}
