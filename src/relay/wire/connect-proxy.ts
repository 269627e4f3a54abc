// The dialogue with an HTTP proxy: CONNECT (RFC 9110, section 9.3.6), with or without TLS to the proxy itself.
import { type ClientRequest, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type Socket } from 'node:net';
import { describeNetworkError } from './network-error.ts';
import type { ProxyServer } from './proxy.ts';
import type { Route } from './route.ts';
import { authoritiesOf } from './trust.ts';

/** A socket on which the destination answers. Rejects with why not; the signal ends it at any time. */
export function reachByConnect(
  proxy: ProxyServer,
  destination: { host: string; port: number },
  route: Route,
  signal: AbortSignal,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const asking = ask(proxy, destination, route, signal);
    asking.on('error', error => reject(new Error(describeNetworkError(error))));
    asking.on('connect', ({ statusCode, statusMessage = '' }, socket: Socket, early) => {
      socket.on('error', () => {}); // whoever uses it next hears of it too
      const isOpen = statusCode === 200;
      if (isOpen && early.length === 0) return resolve(socket);
      socket.destroy();
      const why = isOpen ? 'it spoke before the relay could' : `HTTP ${statusCode} ${statusMessage}`.trim();
      reject(new Error(why));
    });
    asking.end();
  });
}

function ask(
  { scheme, host, port, credentials }: ProxyServer,
  destination: { host: string; port: number },
  route: Route,
  signal: AbortSignal,
): ClientRequest {
  const path = `${isIP(destination.host) === 6 ? `[${destination.host}]` : destination.host}:${destination.port}`;
  const login = credentials && Buffer.from(`${credentials.user}:${credentials.password}`).toString('base64');
  const headers = {
    Host: path,
    'User-Agent': 'nost',
    ...(login && { 'Proxy-Authorization': `Basic ${login}` }),
  };
  const options = { method: 'CONNECT', host, port, path, headers, agent: false as const, signal };
  if (scheme === 'http') return httpRequest(options);
  const servername = isIP(host) === 0 ? host : ''; // else Node takes that of the Host header
  return httpsRequest({ ...options, ...authoritiesOf(route), servername }); // --insecure is about relays
}
