// How long the parts of opening a WebSocket took, and until when the peer's certificate is valid: for those who measure
// relays. Nobody else pays for it.
import type { ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';

/**
 * Milliseconds of each part that came to its end. `dns` is missing where the URL holds an address, `tls` with `ws://`.
 * Through a proxy there is `proxy` instead of the three: all that leads to the relay, TLS with it included.
 */
export interface HandshakeParts {
  dns?: number;
  tcp?: number;
  tls?: number;
  proxy?: number;
  /** The HTTP request and its answer. */
  upgrade?: number;
  /** All of them. */
  connect?: number;
}

export class HandshakeClock {
  /** What came to its end by now. */
  readonly parts: HandshakeParts = {};
  /** When the relay's own certificate ends, in unix seconds; undefined without TLS. */
  certificateEnds: number | undefined;
  #isTunnelled = false;
  #start = 0;
  #last = 0;

  /** The handshake begins. */
  start(isTunnelled: boolean): void {
    this.#isTunnelled = isTunnelled;
    this.#start = performance.now();
    this.#last = this.#start;
  }

  /** For `finishRequest` of a WebSocket. */
  readonly finishRequest = (request: ClientRequest): void => {
    request.once('socket', socket => (this.#isTunnelled ? this.#lap('proxy') : this.#watch(socket)));
    request.end();
  };

  /** The answer to the handshake has come. */
  upgraded(socket: Duplex): void {
    this.#lap('upgrade');
    this.parts.connect = this.#last - this.#start;
    const ends = Date.parse((socket as Partial<TLSSocket>).getPeerCertificate?.().valid_to ?? '');
    if (!Number.isNaN(ends)) this.certificateEnds = ends / 1000;
  }

  /** From here on it is the network that takes its time: what this process needed to begin is left out. */
  #watch(socket: Socket): void {
    this.#start = performance.now();
    this.#last = this.#start;
    socket.once('lookup', () => this.#lap('dns'));
    socket.once('connect', () => this.#lap('tcp'));
    socket.once('secureConnect', () => this.#lap('tls'));
  }

  #lap(part: keyof HandshakeParts): void {
    const now = performance.now();
    this.parts[part] = now - this.#last;
    this.#last = now;
  }
}
