// The dialogue of SOCKS5 on an open connection to a proxy (RFC 1928, 1929). A file of its own so that the package is
// loaded only when such a proxy is used.
import type { Socket } from 'node:net';
import { SocksClient } from 'socks';
import type { ProxyServer } from './proxy.ts';

/** SOCKS5 has one byte for the length of a name. */
const MAX_HOST = 255;

/** Has the proxy reach a host; what is written to the socket then goes there. Rejects with why not. */
export async function reachBySocks(
  socket: Socket,
  { host, port, credentials }: ProxyServer,
  destination: { host: string; port: number },
): Promise<void> {
  if (destination.host.length > MAX_HOST) {
    socket.destroy();
    throw new Error("the relay's name is too long for SOCKS");
  }
  const login = credentials && { userId: credentials.user, password: credentials.password };
  // It destroys the socket when it fails.
  await SocksClient.createConnection({
    command: 'connect',
    destination,
    proxy: { type: 5, host, port, ...login },
    existing_socket: socket,
  });
}
