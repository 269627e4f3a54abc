// HTTP: the NIP-11 document of a relay, and JSON that a host publishes. Bounded in time and size; redirects are followed
// only where the caller says how many, and then to https alone.
import { isUtf8 } from 'node:buffer';
import type { ClientRequest, IncomingHttpHeaders, RequestOptions } from 'node:http';
import type { LookupFunction } from 'node:net';
import { decodeText } from '../../encoding.ts';
import { GatheredBytes } from '../../files/gathered-bytes.ts';
import { parseRelayInformation, type RelayInformation } from '../../protocol/nip11.ts';
import { quote } from '../../protocol/quote.ts';
import { describeNetworkError, inSeconds, tooLate } from './network-error.ts';
import { InvalidProxy } from './proxy.ts';
import { PLAIN_ROUTE, type Route } from './route.ts';
import { type Tunnel, tunnelTo } from './tunnel.ts';

/** The document could not be had; the message says why. */
export class HttpError extends Error {
  override name = 'HttpError';
  /** `unreachable`: nobody there; `refused`: an HTTP error; `invalid`: an answer that is no such document. */
  readonly reason: 'unreachable' | 'timeout' | 'refused' | 'invalid';
  /** Of the answer, when it is `refused`. */
  readonly status: number | undefined;

  constructor(reason: HttpError['reason'], message: string, status?: number) {
    super(message);
    this.reason = reason;
    this.status = status;
  }
}

export interface HttpOptions {
  /** The way the sockets of the command take; undefined: straight to the relay. */
  route: Route | undefined;
  /** Milliseconds for DNS, TCP and TLS. */
  connectTimeout: number;
  /** Milliseconds for everything together. */
  timeout: number;
  signal: AbortSignal;
  /** Whether the relay may be in a private network; undefined: it may. */
  mayBePrivate?: ((relay: string) => boolean) | undefined;
  /** Whether the body of an HTTP error is the answer where it is JSON with the status ERROR, as in LNURL. */
  readsErrors?: boolean | undefined;
  /** Whether the user named the relay; undefined: they named them all. Others get none of the user's headers. */
  isNamed?: ((relay: string) => boolean) | undefined;
}

const MAX_DOCUMENT_BYTES = 1024 * 1024;

/**
 * A relay's information document as it is served (NIP-11), from the http(s) form of its WebSocket URL.
 * Throws `HttpError`.
 */
export async function fetchRelayDocument(
  relay: string,
  options: HttpOptions,
): Promise<Record<string, unknown>> {
  const invalid = (why: string) => new HttpError('invalid', `not a NIP-11 document: ${why}`);
  const value = parse(await get(relay, { ...options, accept: 'application/nostr+json' }), invalid);
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid('it is no JSON object');
  return value as Record<string, unknown>;
}

/** The JSON at a URL, after at most so many redirects. Throws `HttpError`. */
export async function fetchJson(url: string, options: HttpOptions, redirects = 0): Promise<unknown> {
  const bytes = await get(url, { ...options, accept: 'application/json' }, redirects);
  return parse(bytes, why => new HttpError('invalid', `not JSON: ${why}`));
}

/** Levels of what is believed to be a document: deeper ones exhaust the stack of whoever writes them again. */
const DEEPEST = 100;

function parse(bytes: Buffer, invalid: (why: string) => HttpError): unknown {
  let value: unknown;
  try {
    value = JSON.parse(decodeText(bytes));
  } catch (error) {
    throw invalid((error as Error).message);
  }
  if (isDeeper(value, DEEPEST)) throw invalid(`it is nested deeper than ${DEEPEST} levels`);
  return value;
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some(part => isDeeper(part, levels - 1));
}

/** The same, typed: fields of the wrong type are left out. Throws `HttpError`. */
export async function fetchRelayInformation(relay: string, options: HttpOptions): Promise<RelayInformation> {
  return parseRelayInformation(await fetchRelayDocument(relay, options));
}

async function get(
  relay: string,
  options: HttpOptions & { accept: string; wasRedirected?: boolean },
  redirects = 0,
): Promise<Buffer> {
  const { status, statusText, headers, body } = await fetchAnswer(
    relay,
    { method: 'GET', headers: { Accept: options.accept } },
    options,
  );
  if (status === 200 || (options.readsErrors && isError(body))) return body;
  const next = [301, 302, 303, 307, 308].includes(status) ? headers.location : undefined;
  if (next !== undefined && redirects > 0)
    return get(redirected(next, relay), { ...options, wasRedirected: true }, redirects - 1);
  if (next !== undefined && options.wasRedirected)
    throw new HttpError('refused', 'it redirects again and again', status);
  throw new HttpError('refused', `HTTP ${status} ${statusText}`.trim(), status);
}

function isError(body: Buffer): boolean {
  try {
    return /^error$/i.test(JSON.parse(body.toString()).status);
  } catch {
    return false;
  }
}

/** Where a host sends us: every rule about hosts holds for that one, too. */
function redirected(location: string, from: string): string {
  const url = URL.canParse(location, from) ? new URL(location, from) : undefined;
  if (url?.protocol === 'https:' && url.username === '' && url.password === '') return url.href;
  throw new HttpError('refused', `it redirects to ${quote(location)}, which is no https URL`);
}

/** What is asked of a host, beside its path. */
export interface HttpRequest {
  readonly method: 'GET' | 'OPTIONS';
  readonly headers: Readonly<Record<string, string>>;
}

/** What a host answered. */
export interface HttpAnswer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: IncomingHttpHeaders;
  /** Empty unless the status is 200. */
  readonly body: Buffer;
}

/** Asks the http(s) form of a URL, and returns the answer whatever its status is. Throws `HttpError` when none comes. */
export async function fetchAnswer(
  relay: string,
  request: HttpRequest,
  options: HttpOptions,
): Promise<HttpAnswer> {
  const { route = PLAIN_ROUTE, signal, isNamed } = options;
  const { trace } = route;
  const record = route.recorder?.begin(relay);
  const lookup = options.mayBePrivate?.(relay) === false ? await lookupFor(relay) : undefined;
  const tunnel = findTunnel(relay.replace(/^http/, 'ws'), route, lookup); // proxies are named by relays
  const open = await opener(relay.replace(/^ws/, 'http'), route, { tunnel, lookup });
  return new Promise((resolve, reject) => {
    const own = isNamed?.(relay) === false ? {} : route.headers;
    const headers = { ...request.headers, 'User-Agent': 'nost', ...own };
    const outgoing = open({ method: request.method, headers, signal });
    let isOver = false;
    const fail = (error: Error) => {
      if (isOver) return; // destroying the request reports once more
      isOver = true;
      finish();
      tunnel?.close();
      const told =
        error instanceof HttpError ? error : new HttpError('unreachable', describeNetworkError(error));
      trace?.tell('failed', relay, told.message);
      record?.({
        what: 'failed',
        ...{ reason: told.message, status: told.status, isLate: told.reason === 'timeout' },
      });
      reject(told);
      outgoing.destroy();
    };
    const finish = boundWaits(outgoing, options, tunnel, fail);
    outgoing.on('error', fail);
    outgoing.on('response', response => {
      const { statusCode: status = 0, statusMessage: statusText = '', headers } = response;
      const done = (body: Buffer) => {
        trace?.tell('received', relay, status === 200 ? body : `HTTP ${status} ${statusText}`);
        record?.({ what: 'response', status, headers: kept(headers), ...bodyOf(body) });
        resolve({ status, statusText, headers, body });
      };
      if (status === 200) return void collect(response).then(done, fail).finally(finish);
      const withoutBody = () => done(Buffer.alloc(0));
      if (status >= 400 && options.readsErrors)
        return void collect(response).then(done, withoutBody).finally(finish);
      isOver = true;
      finish();
      tunnel?.close();
      withoutBody();
      outgoing.destroy(); // nobody reads the page of an error
    });
    trace?.tell('sent', relay, `${request.method} ${outgoing.path}`);
    record?.({ what: 'request', method: request.method, path: outgoing.path });
    outgoing.end();
  });
}

/** What a recording keeps of the headers of an answer: what says how the body is read, and by whom. */
function kept(headers: IncomingHttpHeaders): Record<string, string> {
  const isKept = ([name]: [string, unknown]) => /^content-type$|^access-control-/.test(name);
  return Object.fromEntries(Object.entries(headers).filter(isKept)) as Record<string, string>;
}

function bodyOf(bytes: Buffer): { text: string } | { base64: string } {
  return isUtf8(bytes) ? { text: bytes.toString() } : { base64: bytes.toString('base64') };
}

/** Finds the addresses of a relay that others named. */
async function lookupFor(relay: string): Promise<LookupFunction> {
  const { lookupPublic, privateHost } = await import('./public-hosts.ts');
  const refusal = privateHost(new URL(relay));
  if (refusal !== undefined) throw new HttpError('unreachable', refusal);
  return lookupPublic;
}

function findTunnel(relay: string, route: Route, lookup: LookupFunction | undefined): Tunnel | undefined {
  try {
    return tunnelTo(relay, route, lookup);
  } catch (error) {
    throw error instanceof InvalidProxy ? new HttpError('unreachable', error.message) : error;
  }
}

/** What opens a request to this address; TLS is loaded only for https. */
async function opener(
  url: string,
  route: Route,
  { tunnel, lookup }: { tunnel: Tunnel | undefined; lookup: LookupFunction | undefined },
): Promise<(options: RequestOptions) => ClientRequest> {
  // An agent would take the place of createConnection; without either, Node's shared one keeps sockets open.
  const way = tunnel
    ? { createConnection: tunnel.createConnection }
    : { agent: false, ...(lookup && { lookup }) };
  if (url.startsWith('http:')) {
    const { request } = await import('node:http');
    return options => request(url, { ...options, ...way });
  }
  const [{ request }, { trustOf }] = await Promise.all([import('node:https'), import('./trust.ts')]);
  return options => request(url, { ...options, ...way, ...trustOf(route) });
}

/** Fails at the deadlines; returns what takes them back. */
function boundWaits(
  outgoing: ClientRequest,
  { connectTimeout, timeout }: HttpOptions,
  tunnel: Tunnel | undefined,
  fail: (error: HttpError) => void,
): () => void {
  const connecting = setTimeout(() => {
    fail(new HttpError('unreachable', tooLate(tunnel?.awaited, 'connection', connectTimeout)));
  }, connectTimeout);
  const answering = setTimeout(() => {
    fail(new HttpError('timeout', `no answer within ${inSeconds(timeout)}`));
  }, timeout);
  const connected = () => clearTimeout(connecting);
  const event = outgoing.protocol === 'https:' ? 'secureConnect' : 'connect';
  outgoing.on('socket', socket => {
    if (socket.connecting) socket.once(event, connected);
    else connected(); // a tunnel is whole when we get it
  });
  return () => {
    connected();
    clearTimeout(answering);
  };
}

async function collect(response: AsyncIterable<Buffer>): Promise<Buffer> {
  const bytes = new GatheredBytes();
  for await (const chunk of response) {
    bytes.add(chunk);
    if (bytes.size > MAX_DOCUMENT_BYTES)
      throw new HttpError('invalid', `the answer is larger than ${MAX_DOCUMENT_BYTES} bytes`);
  }
  return bytes.take();
}
