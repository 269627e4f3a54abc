// A relay that offers permessage-deflate: it answers each REQ with one EVENT and EOSE, compressed, or with a frame
// that inflates to a gigabyte.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { constants, deflateRawSync } from 'node:zlib';
import { WebSocketServer } from 'ws';
import type { TestRelay } from './independent-relay.ts';

export interface DeflatingRelay extends TestRelay {
  readonly port: number;
  /** What the last client agreed to: `permessage-deflate` or nothing. */
  readonly extensions: string;
}

/** `event` is the JSON of the one event it has; without one, a REQ gets the bomb. */
export async function startDeflatingRelay(event?: string): Promise<DeflatingRelay> {
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    perMessageDeflate: { threshold: 0 },
  });
  let extensions = '';
  server.on('connection', (client, request) => {
    extensions = client.extensions;
    client.on('error', () => {});
    client.on('message', data => {
      const [verb, subId] = JSON.parse(String(data));
      if (verb !== 'REQ') return;
      if (event === undefined) return void request.socket.write(bomb());
      client.send(`["EVENT",${JSON.stringify(subId)},${event}]`);
      client.send(JSON.stringify(['EOSE', subId]));
    });
  });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}`,
    port,
    get extensions() {
      return extensions;
    },
    close: async () => {
      for (const client of server.clients) client.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}

const MEBIBYTE = 1024 * 1024;

/** One compressed text frame of about a megabyte that inflates to 1 GiB: a flushed block, repeated. */
function bomb(): Buffer {
  const block = deflateRawSync(Buffer.alloc(MEBIBYTE, 'x'), { finishFlush: constants.Z_FULL_FLUSH });
  const payload = Buffer.concat(Array.from({ length: 1024 }, () => block));
  const head = Buffer.alloc(10);
  head[0] = 0xc1; // FIN, RSV1: compressed, text
  head[1] = 127;
  head.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([head, payload]);
}
