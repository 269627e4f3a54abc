// Which proxy the environment names for a relay, by the variables of curl: `https_proxy` for wss, `http_proxy` for ws,
// `all_proxy` for both, `no_proxy` for exceptions. Upper case counts too, but for HTTP_PROXY, which a web server's
// client can set (CGI). Unlike curl, this machine itself is never reached through a proxy of the environment.
import { BlockList, isIP } from 'node:net';
import { InvalidProxy, type ProxyServer, parseProxy } from './proxy.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  'ws:': ['http_proxy', 'all_proxy', 'ALL_PROXY'],
  'wss:': ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'],
};

/**
 * The proxy for a relay; undefined: none. The first variable that is set counts, an empty one says "none".
 * Throws `InvalidProxy`.
 */
export function proxyFromEnvironment(relay: URL, env: Environment): ProxyServer | undefined {
  const name = VARIABLES[relay.protocol]!.find(variable => env[variable] !== undefined);
  const value = name && env[name];
  if (!name || !value || isLoopback(relay) || isExempt(relay, env['no_proxy'] ?? env['NO_PROXY'] ?? ''))
    return;
  return parseVariable(name, value);
}

function parseVariable(name: string, value: string): ProxyServer {
  try {
    return parseProxy(value);
  } catch (error) {
    throw error instanceof InvalidProxy ? new InvalidProxy(`${name}: ${error.message}`) : error;
  }
}

/**
 * Whether `no_proxy` names this relay: `*` is everything; `example.com` and `.example.com` are the domain and all
 * below it; `10.0.0.0/8` is a network, for relays named by address; `host:8080` is one port alone.
 */
export function isExempt(relay: URL, noProxy: string): boolean {
  const entries = noProxy.toLowerCase().split(/[\s,]+/);
  return entries.some(entry => entry === '*' || (entry !== '' && matches(relay, entry)));
}

function matches(relay: URL, entry: string): boolean {
  const host = hostOf(relay);
  const family = isIP(host);
  if (family !== 0 && entry.includes('/')) return isWithin(host, entry);
  const [, bracketed, name = '', port] =
    isIP(entry) === 6 ? ['', entry] : (/^(?:\[(.*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? []);
  if (port !== undefined && port !== portOf(relay)) return false;
  const wanted = bracketed ?? name.replace(/^\*?\./, '').replace(/\.$/, '');
  return host === wanted || (family === 0 && wanted !== '' && host.endsWith(`.${wanted}`));
}

function isWithin(address: string, network: string): boolean {
  const [base = '', bits = ''] = network.split('/');
  const family = isIP(base);
  if (family === 0 || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(base, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  return list.check(address, isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

/** Without brackets and the dot of the root. */
function hostOf({ hostname }: URL): string {
  return hostname
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/\.$/, '')
    .toLowerCase();
}

function portOf({ protocol, port }: URL): string {
  return port !== '' ? port : protocol === 'wss:' ? '443' : '80';
}

function isLoopback(relay: URL): boolean {
  const host = hostOf(relay);
  return host === '::1' || /^127(\.\d+){3}$/.test(host) || /(^|\.)localhost$/.test(host);
}
