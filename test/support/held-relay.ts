// A relay that holds each of its answers back for as long as a test says, and notes when each question came and its answer
// went: whoever asked cannot have waited for less. Nothing of src/ takes part.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { type WebSocket, WebSocketServer } from 'ws';

/** What is answered: a handshake, a REQ with EOSE, an EVENT with OK, and an EVENT by passing it on. */
export type Answer = 'upgrade' | 'req' | 'publish' | 'delivery';

/** When a question had come, and when its answer had not yet gone, as `performance.now()` tells it. */
export interface Held {
  answer: Answer;
  came: number;
  went: number;
}

export interface HeldRelay {
  url: string;
  port: number;
  /** In the order in which the answers went. */
  held: Held[];
}

/** Listens to what is published: whoever asked last. */
interface Listener {
  socket: WebSocket;
  sub: string;
}

/**
 * `hold` resolves when the answer may go. The OK goes before the event is passed on, and for every other event behind it;
 * for the second of the two `hold` is asked when the first was read. The relay closes with the test.
 */
export async function startHeld(
  t: TestContext,
  hold: (answer: Answer) => Promise<void> | void,
): Promise<HeldRelay> {
  const held: Held[] = [];
  const answer = async (what: Answer, came: number, go: () => void): Promise<void> => {
    await hold(what);
    held.push({ answer: what, came, went: performance.now() });
    go();
  };
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  let listener: Listener | undefined;
  let events = 0;
  sockets.on('connection', (socket: WebSocket) => {
    socket.on('message', async data => {
      const came = performance.now();
      const [verb, second] = JSON.parse(data.toString());
      const say = (to: WebSocket, frame: unknown[]) => to.send(JSON.stringify(frame));
      if (verb === 'REQ') {
        listener = { socket, sub: second };
        await answer('req', came, () => say(socket, ['EOSE', second]));
      }
      if (verb !== 'EVENT') return;
      const { socket: to, sub } = listener!;
      const accept = async () => {
        await answer('publish', came, () => say(socket, ['OK', second.id, true, '']));
        return socket;
      };
      const passOn = async () => {
        await answer('delivery', came, () => say(to, ['EVENT', sub, second]));
        return to;
      };
      const [first, then] = events++ % 2 === 0 ? [accept, passOn] : [passOn, accept];
      await read(await first());
      await then();
    });
  });
  const server = createServer();
  server.on('upgrade', async (request, socket, head) => {
    const came = performance.now();
    socket.on('error', () => {});
    await answer('upgrade', came, () =>
      sockets.handleUpgrade(request, socket, head, opened => sockets.emit('connection', opened, request)),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const client of sockets.clients) client.terminate();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `ws://127.0.0.1:${port}`, port, held };
}

/** Resolves when the peer has read all that it was sent. */
async function read(socket: WebSocket): Promise<void> {
  socket.ping();
  await once(socket, 'pong');
}
