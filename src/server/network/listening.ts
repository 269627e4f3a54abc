// Listens on a host and port, and explains to the user why that failed.
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { IoError } from '../../errors.ts';
import { canonicalIp } from '../../protocol/nip86.ts';
import { quote } from '../../protocol/quote.ts';

/**
 * Resolves with the port; port 0 lets the system choose one.
 * Throws `IoError`: `port_in_use`, `port_forbidden`, `bad_host`, or `listen_failed` for anything else.
 */
export function listen(http: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port));
    http.once('error', fail);
    http.listen({ host, port }, () => {
      http.off('error', fail);
      resolve((http.address() as AddressInfo).port);
    });
  });
}

function cannotListen(error: NodeJS.ErrnoException, host: string, port: number): IoError {
  switch (error.code) {
    case 'EADDRINUSE':
      return new IoError(`port ${port} on ${host} is in use`, {
        code: 'port_in_use',
        hint: 'Choose another with --port, or --port 0 for a free one.',
        cause: error,
      });
    case 'EACCES':
      return new IoError(`listening on port ${port} of ${host} is not allowed`, {
        code: 'port_forbidden',
        hint: 'Ports below 1024 are for the administrator; choose a higher one with --port.',
        cause: error,
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return new IoError(`${quote(host)} is not an address of this machine`, {
        code: 'bad_host',
        hint: 'use --host 127.0.0.1 for this machine alone, --host 0.0.0.0 for the network',
        cause: error,
      });
    default:
      return new IoError(`cannot listen on port ${port} of ${host}: ${error.message}`, {
        code: 'listen_failed',
        cause: error,
      });
  }
}

/** A host as it is written in a URL: an IPv6 address in brackets. */
function urlHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

/**
 * The host of a URL by which a client on this machine reaches a relay: that of --host, and the loopback where the relay
 * listens on every address, because none of them is called 0.0.0.0 or ::. `bound`: the address that it listens on.
 */
export function ownHost(host: string, bound: string): string {
  return urlHost(LOOPBACKS[bound] ?? host);
}

const LOOPBACKS: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/**
 * The URLs that a client may have used for this relay, from its socket. The Host header is not one of them: an attacker who
 * forwards our challenge to someone else can put any value there.
 */
export function localUrls(socket: Socket): string[] {
  const { localAddress = '', localPort } = socket;
  const scheme = 'encrypted' in socket ? 'wss' : 'ws';
  const address = localAddress.replace(/^::ffff:/, '');
  const isLoopback = address === '::1' || address.startsWith('127.');
  const hosts = isLoopback ? [address, 'localhost', '127.0.0.1', '::1'] : [address];
  return hosts.map(host => `${scheme}://${urlHost(host)}:${localPort}`);
}

/** The address of a client in its canonical form. */
export function addressOf({ remoteAddress = '' }: Socket): string {
  return canonicalIp(remoteAddress) ?? remoteAddress;
}
