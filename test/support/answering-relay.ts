// A relay that takes EVENTs and says what a function says: for tests that are about numbers, not about frames. It holds
// nothing: any other request is answered by EOSE or a refusal.
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { type WebSocket, WebSocketServer } from 'ws';

/** What becomes of an event: an OK with that text (true unless it has a reason), the end of the connection, or nothing. */
export type Answer = 'accept' | `${string}: ${string}` | 'drop' | 'ignore';

export interface AnsweringRelay {
  url: string;
  /** How often each event came, by its id. */
  readonly received: Map<string, number>;
  connections: number;
}

/**
 * Starts one that is closed when the test is over. `answer` gets an event's id and how often it came. What it says goes after
 * `latency` milliseconds; with `together`, when so many events wait for it, and at the end when `of` have come.
 */
export async function startAnsweringRelay(
  t: TestContext,
  answer: (id: string, times: number) => Answer,
  { latency = 0, together }: { latency?: number; together?: { count: number; of: number } } = {},
): Promise<AnsweringRelay> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await new Promise(resolve => server.once('listening', resolve));
  t.after(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  const relay = {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: new Map<string, number>(),
    connections: 0,
  };
  const waiting: (() => void)[] = [];
  server.on('connection', socket => {
    relay.connections++;
    socket.on('message', data => {
      const [type, about] = JSON.parse(data.toString());
      if (type === 'REQ') return socket.send(JSON.stringify(['EOSE', about]));
      if (type === 'NEG-OPEN') return socket.send(JSON.stringify(['NEG-ERR', about, 'blocked: not here']));
      if (type !== 'EVENT') return;
      const { id } = about;
      const times = (relay.received.get(id) ?? 0) + 1;
      relay.received.set(id, times);
      if (together) {
        waiting.push(() => say(socket, id, answer(id, times)));
        if (waiting.length < together.count && relay.received.size < together.of) return;
        for (const go of waiting.splice(0)) go();
      } else if (latency === 0) say(socket, id, answer(id, times));
      else setTimeout(() => say(socket, id, answer(id, times)), latency);
    });
  });
  return relay;
}

function say(socket: WebSocket, id: string, answer: Answer): void {
  if (answer === 'drop') socket.terminate();
  else if (answer !== 'ignore')
    socket.send(JSON.stringify(['OK', id, answer === 'accept', answer === 'accept' ? '' : answer]));
}
