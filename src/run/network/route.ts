// The network flags as the way to every relay of a command: headers, trust, compression, proxy.
import type { Context } from '../../context.ts';
import type { NetworkFlags } from '../../flags/network-flags.ts';
import type { Header } from '../../flags/network-values.ts';
import type { ProxyServer } from '../../relay/wire/proxy.ts';
import { proxyFromEnvironment } from '../../relay/wire/proxy-environment.ts';
import type { Route } from '../../relay/wire/route.ts';

/** The flags that say how relays and domains are reached. */
export type RouteFlags = Pick<NetworkFlags, 'header' | 'cacert' | 'insecure' | 'deflate' | 'proxy'>;

/** The way that the flags demand. Rejects with `IoError` when --cacert names no certificates. Their secrets are hidden on stderr from now on; --insecure is warned of. */
export async function routeOf(flags: RouteFlags, context: Context): Promise<Route> {
  const { header = [], cacert, insecure = false, deflate = false } = flags;
  for (const secret of header.flatMap(secretsOf)) context.hide(secret);
  if (insecure) warnOfInsecurity(context);
  return {
    headers: gather(header),
    extraAuthorities: cacert === undefined ? [] : await authoritiesIn(cacert, context),
    insecure,
    deflate,
    proxyFor: chooseProxy(flags.proxy, context),
    trace: context.trace,
    recorder: context.recorder,
  };
}

async function authoritiesIn(path: string, { deadline }: Context): Promise<string[]> {
  const { readAuthorities } = await import('./authorities.ts');
  return readAuthorities(path, deadline.signal);
}

/** --proxy is for every relay; without it the environment names one for each. */
function chooseProxy(named: NetworkFlags['proxy'], context: Context): Route['proxyFor'] {
  if (named === 'none') return () => undefined;
  if (named !== undefined) {
    hideCredentials(named, context);
    return () => named;
  }
  return relay => {
    const proxy = proxyFromEnvironment(relay, context.env);
    hideCredentials(proxy, context);
    return proxy;
  };
}

function hideCredentials(proxy: ProxyServer | undefined, context: Context): void {
  if (proxy?.credentials) context.hideLogin(proxy.credentials.user, proxy.credentials.password);
}

/** Headers whose values are made of a secret and words around it: `Bearer …`, `session=…; theme=dark`. */
const CREDENTIALS = /auth|cookie|token|secret|key|pass/;

/** A piece of a credential that is shorter is an ordinary word. */
const SHORTEST_PIECE = 8;

/** What of a header must not be seen: its value, and of a credential each piece too, for a relay may repeat one. */
function secretsOf({ name, value }: Header): string[] {
  if (!CREDENTIALS.test(name)) return [value];
  const pieces = value.split(/[\s;,]+/).flatMap(piece => [piece, piece.slice(piece.indexOf('=') + 1)]);
  const login = /^basic\s+(\S+)$/i.exec(value)?.[1];
  const password =
    login &&
    Buffer.from(login, 'base64')
      .toString()
      .replace(/^[^:]*:/, '');
  return [value, ...pieces.filter(piece => piece.length >= SHORTEST_PIECE), ...(password ? [password] : [])];
}

/** Who has been warned: a command may take the way twice. */
const WARNED = new WeakSet<Context>();

function warnOfInsecurity(context: Context): void {
  if (WARNED.has(context)) return;
  WARNED.add(context);
  const { log } = context;
  const message = '--insecure: certificates are not checked; anybody in between can pretend to be the relay';
  log.warn({ type: 'warning', code: 'insecure', message });
}

/** A name that comes again is sent again, as it was given. */
function gather(lines: readonly Header[]): Record<string, string[]> {
  const headers: Record<string, string[]> = {};
  for (const { name, value } of lines) headers[name] = [...(headers[name] ?? []), value];
  return headers;
}
