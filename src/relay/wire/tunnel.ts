// A way to a relay through a proxy: CONNECT (HTTP, HTTPS) or SOCKS5, then TLS to the relay where its URL wants it.
// Every socket it opens ends with `close`, also to a proxy that never answers.
import { lookup as resolve } from 'node:dns';
import { connect, isIP, type LookupFunction, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { reachByConnect } from './connect-proxy.ts';
import { describeNetworkError } from './network-error.ts';
import type { ProxyServer } from './proxy.ts';
import type { Route } from './route.ts';
import { trustOf } from './trust.ts';

/** The proxy could not be used, or would not go on; the message names it, without credentials. */
export class ProxyError extends Error {
  override name = 'ProxyError';

  constructor(proxy: ProxyServer, why: string) {
    super(`proxy ${proxy.shown}: ${why}`);
  }
}

export class Tunnel {
  readonly #proxy: ProxyServer;
  readonly #route: Route;
  readonly #host: string;
  readonly #port: number;
  readonly #isSecure: boolean;
  readonly #lookup: LookupFunction;
  readonly #abort = new AbortController();
  #waiting = true;

  /** `url` is the relay's, as `ws`, `wss`, `http` or `https`. */
  constructor(proxy: ProxyServer, url: URL, route: Route, lookup: LookupFunction = resolve) {
    this.#proxy = proxy;
    this.#route = route;
    this.#lookup = lookup;
    this.#host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    this.#isSecure = /^(wss|https):$/.test(url.protocol);
    this.#port = Number(url.port) || (this.#isSecure ? 443 : 80);
  }

  /** Whom a wait was for, when it ended now: the proxy, until it has reached the relay. */
  get awaited(): string | undefined {
    return this.#waiting ? `proxy ${this.#proxy.shown}` : undefined;
  }

  /** For `createConnection` of a request: gives a socket on which the relay itself answers. */
  readonly createConnection = (
    _: unknown,
    done: (error: Error | null, socket: Duplex) => void,
  ): undefined => {
    this.#open().then(
      socket => done(null, socket),
      error => done(error, undefined as never),
    );
  };

  /** Gives up whatever is still being opened. */
  close(): void {
    this.#abort.abort();
  }

  async #open(): Promise<Socket> {
    const socket = await this.#pass();
    this.#waiting = false;
    return this.#isSecure ? this.#secure(socket) : socket;
  }

  /** A socket on which the relay answers; what goes wrong after the relay's name was found is the proxy's fault. */
  async #pass(): Promise<Socket> {
    const isResolvedHere = this.#proxy.scheme === 'socks5' && isIP(this.#host) === 0;
    const host = isResolvedHere ? await addressOf(this.#host, this.#lookup) : this.#host;
    const destination = { host, port: this.#port };
    try {
      if (!this.#proxy.scheme.startsWith('socks'))
        return await reachByConnect(this.#proxy, destination, this.#route, this.#abort.signal);
      const [{ reachBySocks }, socket] = await Promise.all([import('./socks.ts'), this.#reach()]);
      await reachBySocks(socket, this.#proxy, destination);
      return socket;
    } catch (error) {
      throw new ProxyError(this.#proxy, (error as Error).message);
    }
  }

  /** A TCP connection to the proxy. */
  #reach(): Promise<Socket> {
    const { host, port } = this.#proxy;
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port, signal: this.#abort.signal });
      // Stays: between its users the socket has no other listener.
      socket.on('error', error => reject(new Error(describeNetworkError(error))));
      socket.once('connect', () => resolve(socket));
    });
  }

  /** TLS with the relay itself, within the tunnel. */
  #secure(socket: Socket): Promise<Socket> {
    return new Promise((resolve, reject) => {
      const host = this.#host;
      const servername = isIP(host) === 0 ? host : '';
      const secured = connectTls({ ...trustOf(this.#route), socket, host, servername });
      this.#abort.signal.addEventListener('abort', () => secured.destroy());
      secured.on('error', reject);
      secured.once('secureConnect', () => resolve(secured));
    });
  }
}

function addressOf(name: string, lookup: LookupFunction): Promise<string> {
  return new Promise((done, reject) => {
    lookup(name, {}, (error, address) => (error ? reject(error) : done(address as string)));
  });
}

/**
 * The tunnel that the route wants for this URL; undefined: straight there. `lookup` is for proxies that take addresses.
 * Throws `InvalidProxy`.
 */
export function tunnelTo(url: string, route: Route, lookup?: LookupFunction): Tunnel | undefined {
  const address = new URL(url);
  const proxy = route.proxyFor(address);
  return proxy && new Tunnel(proxy, address, route, lookup);
}
