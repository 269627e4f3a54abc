// A proxy as the user names it: `http://`, `https://`, `socks5://` or `socks5h://`, perhaps with credentials. These
// never show: messages name a proxy by scheme, host and port.

/** `socks5h` lets the proxy resolve names, as the HTTP kinds do; `socks5` resolves them here. */
export type ProxyScheme = 'http' | 'https' | 'socks5' | 'socks5h';

export interface ProxyServer {
  scheme: ProxyScheme;
  /** An IPv6 address without its brackets. */
  host: string;
  port: number;
  credentials: { user: string; password: string } | undefined;
  /** For people: without credentials. */
  shown: string;
}

/** Thrown when text names no proxy; the message quotes no credentials. */
export class InvalidProxy extends Error {
  override name = 'InvalidProxy';
}

const DEFAULT_PORTS: Record<ProxyScheme, number> = { http: 80, https: 443, socks5: 1080, socks5h: 1080 };

/** A field of the SOCKS5 login has one byte for its length (RFC 1929). */
const MAX_CREDENTIAL = 255;

/**
 * Parses a proxy's URL; without a scheme it is `http`.
 * Throws `InvalidProxy`.
 */
export function parseProxy(text: string): ProxyServer {
  const spelled = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const scheme = spelled.slice(0, spelled.indexOf(':')).toLowerCase();
  if (!isScheme(scheme)) throw new InvalidProxy(`a proxy is ${SCHEMES.join(', ')}, not ${scheme}://`);
  if (!URL.canParse(spelled)) throw new InvalidProxy(`write a proxy as ${scheme}://host:port`);
  const url = new URL(spelled);
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  if (!HOST.test(host) || !/^\/?$/.test(url.pathname + url.search + url.hash))
    throw new InvalidProxy(`write a proxy as ${scheme}://host:port`);
  const port = url.port === '' ? DEFAULT_PORTS[scheme] : Number(url.port);
  const shown = `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
  return { scheme, host, port, credentials: credentialsOf(url), shown };
}

const SCHEMES = Object.keys(DEFAULT_PORTS).map(scheme => `${scheme}://`);

/** A DNS name, which has at most 253 characters, or an address. A name of many hex digits is a key in the wrong place. */
const HOST = /^(?![0-9a-f]{40})(?!.*[\w-]{64})[\w.:-]{1,253}$/i;

function isScheme(text: string): text is ProxyScheme {
  return Object.hasOwn(DEFAULT_PORTS, text);
}

function credentialsOf({ username, password }: URL): ProxyServer['credentials'] {
  if (username === '' && password === '') return undefined;
  const credentials = { user: decoded(username), password: decoded(password) };
  if (Object.values(credentials).some(value => Buffer.byteLength(value) > MAX_CREDENTIAL))
    throw new InvalidProxy(`a proxy's user and password have at most ${MAX_CREDENTIAL} bytes each`);
  return credentials;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new InvalidProxy("a proxy's user or password is not percent-encoded as it should be");
  }
}
