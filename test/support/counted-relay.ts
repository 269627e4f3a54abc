// A relay that holds given events, takes all others, and counts what it was asked. Nothing of src/ takes part.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { WebSocketServer } from 'ws';

interface Held {
  id: string;
  pubkey: string;
  kind: number;
}

export interface CountedRelay {
  url: string;
  connections: number;
  /** What each filter asked for. */
  reqs: { authors: string[]; kinds: number[] }[];
  /** The ids of the events it took. */
  taken: string[];
}

/** It closes with the test. */
export async function startCounted(t: TestContext, events: readonly Held[] = []): Promise<CountedRelay> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const counted: CountedRelay = { url: `ws://127.0.0.1:${port}`, connections: 0, reqs: [], taken: [] };
  server.on('connection', socket => {
    counted.connections++;
    socket.on('message', data => {
      const [verb, ...rest] = JSON.parse(data.toString());
      if (verb === 'EVENT') {
        counted.taken.push(rest[0].id);
        socket.send(JSON.stringify(['OK', rest[0].id, true, '']));
      }
      if (verb !== 'REQ') return;
      const [sub, ...filters] = rest;
      for (const { authors, kinds } of filters) {
        counted.reqs.push({ authors, kinds });
        for (const event of events)
          if (authors.includes(event.pubkey) && kinds.includes(event.kind))
            socket.send(JSON.stringify(['EVENT', sub, event]));
      }
      socket.send(JSON.stringify(['EOSE', sub]));
    });
  });
  return counted;
}

let dead = 700;

/** A port where nobody listens, and that no relay of another test is given meanwhile: the system gives none below 1024. */
export const deadUrl = (): string => `ws://127.0.0.1:${dead++}`;
