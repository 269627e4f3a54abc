// Tiny proxies on the loopback: an HTTP one that knows CONNECT alone, and a SOCKS5 one. Whatever host a client
// asks for, it gets to one relay, so that names need no DNS; what was asked for can be read.
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export interface TestProxy {
  readonly port: number;
  /** `host:port` of each request, as the client named it; a name of SOCKS stands as `name:host:port`. */
  readonly asked: string[];
  close(): Promise<void>;
}

export interface ProxyOptions {
  /** The port of the relay that everybody gets to. */
  target: number;
  /** `user:password` it wants. */
  credentials?: string | undefined;
}

/** An HTTP proxy: 407 without the right credentials. */
export async function startHttpProxy({ target, credentials }: ProxyOptions): Promise<TestProxy> {
  const asked: string[] = [];
  const expected = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
  const server = createHttpServer((_, response) => response.writeHead(405).end());
  server.on('connect', (request: IncomingMessage, client: Socket) => {
    client.on('error', () => {});
    if (expected !== undefined && request.headers['proxy-authorization'] !== expected) {
      return void client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    }
    asked.push(request.url!);
    const relay = connect(target, '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      join(client, relay);
    });
    relay.on('error', () => client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'));
  });
  return listen(server, asked);
}

/** A SOCKS5 proxy (RFC 1928, 1929). */
export async function startSocksProxy({ target, credentials }: ProxyOptions): Promise<TestProxy> {
  const asked: string[] = [];
  const server = createServer(client => {
    client.on('error', () => {});
    void serveSocks(client, target, credentials, asked).catch(() => client.destroy());
  });
  return listen(server, asked);
}

/** Takes connections and says nothing. */
export async function startMuteProxy(): Promise<TestProxy> {
  return listen(
    createServer(client => {
      client.on('error', () => {});
      client.resume();
    }),
    [],
  );
}

async function serveSocks(
  client: Socket,
  target: number,
  credentials: string | undefined,
  asked: string[],
): Promise<void> {
  const read = reader(client);
  const [, methods] = await read(2);
  await read(methods!);
  client.write(Buffer.from([5, credentials === undefined ? 0 : 2]));
  if (credentials !== undefined && !(await authenticates(client, read, credentials))) return;
  const [, , , type] = await read(4);
  const isName = type === 3;
  const host = isName ? (await read((await read(1))[0]!)).toString() : [...(await read(4))].join('.');
  asked.push(`${isName ? 'name:' : ''}${host}:${(await read(2)).readUInt16BE()}`);
  const relay = connect(target, '127.0.0.1', () => {
    client.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
    join(client, relay);
  });
  relay.on('error', () => client.end(Buffer.from([5, 5, 0, 1, 0, 0, 0, 0, 0, 0])));
}

async function authenticates(client: Socket, read: Read, credentials: string): Promise<boolean> {
  const [, userLength] = await read(2);
  const user = await read(userLength!);
  const password = await read((await read(1))[0]!);
  const isRight = `${user}:${password}` === credentials;
  client.write(Buffer.from([1, isRight ? 0 : 1]));
  if (!isRight) client.end();
  return isRight;
}

type Read = (count: number) => Promise<Buffer>;

/** Reads exact numbers of bytes; rejects when the client leaves. */
function reader(socket: Socket): Read {
  return async count => {
    for (;;) {
      const bytes = socket.read(count) as Buffer | null;
      if (bytes !== null) return bytes;
      if (socket.destroyed || socket.readableEnded) throw new Error('the client has left');
      await Promise.race([once(socket, 'readable'), once(socket, 'close')]);
    }
  };
}

function join(client: Socket, relay: Socket): void {
  client.pipe(relay);
  relay.pipe(client);
  client.on('close', () => relay.destroy());
  relay.on('close', () => client.destroy());
}

async function listen(server: Server, asked: string[]): Promise<TestProxy> {
  const sockets = new Set<Socket>();
  server.on('connection', socket => sockets.add(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
