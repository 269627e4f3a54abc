// The flags of every command that talks to relays: which relays, how long it waits, and how they are reached.
import { type ProxyServer, parseProxy } from '../relay/wire/proxy.ts';
import { type Argument, duration, type FlagsOf, flags, list, on, optional, text, value } from './flag.ts';
import { parseHeader } from './network-values.ts';
import { wholeNumber } from './values.ts';

/** The relays of a command: the last words of its line. */
export const RELAY_ARGUMENT: Argument = {
  spelling: '[relay...]',
  description: 'ws:// or wss:// URLs, or host names (default: NOST_RELAYS)',
};

export const NETWORK_FLAGS = flags('Network', {
  relaysFile: text('--relays-file <file>', 'also use the relays in this file, one per line'),
  connectTimeout: duration(
    '--connect-timeout <duration>',
    'limit for DNS, proxy, TCP, TLS and the WebSocket handshake',
    { default: '5s', variable: 'NOST_CONNECT_TIMEOUT' },
  ),
  relayTimeout: duration(
    '--relay-timeout <duration>',
    'how long a relay may be silent while it owes an answer',
    { default: '15s' },
  ),
  timeout: duration('--timeout <duration>', 'limit for the whole command (default: none)', {
    variable: 'NOST_TIMEOUT',
  }),
  retry: value('--retry <n>', 'retry transient failures up to n times', wholeNumber(0), {
    default: 0,
  }),
  header: list(
    '-H, --header <line>',
    "send 'Name: value' with every handshake and HTTP request to hosts you named (repeatable)",
    parseHeader,
  ),
  cacert: text('--cacert <file>', 'also trust the certificate authorities in this PEM file'),
  proxy: value(
    '--proxy <url>',
    'http://, https://, socks5:// or socks5h:// (socks5h: the proxy resolves names); empty: no proxy',
    parseProxyFlag,
  ),
  allowPrivate: on(
    '--allow-private',
    'also use loopback and private addresses that relays, codes or domains name',
  ),
  insecure: on('--insecure', 'accept any TLS certificate of a relay'),
  /** The file; empty: stderr. */
  trace: optional('--trace[=file]', 'print every frame on stderr, or write it to a file'),
  record: text('--record <file>', 'write everything that passes into a file, for serve --replay'),
  deflate: on('--deflate', 'offer compression to relays (permessage-deflate)'),
});

export type NetworkFlags = FlagsOf<typeof NETWORK_FLAGS>;

const { relaysFile: _, retry: __, deflate: ___, record: ____, ...LOOKUP } = NETWORK_FLAGS;

/** The flags of a command that talks to no relay, but asks domains for the keys of names. */
export const LOOKUP_FLAGS = LOOKUP;

export type LookupFlags = FlagsOf<typeof LOOKUP_FLAGS>;

/** `none`: not even the environment's. */
function parseProxyFlag(url: string): ProxyServer | 'none' {
  return url === '' ? 'none' : parseProxy(url);
}
