// How long a live event is on its way through a reader: from the moment a relay hands its frame to the socket to the
// moment its line comes out of the reader's stdout.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { type WebSocket, WebSocketServer } from 'ws';
import { median, ROOT } from './process.ts';

/** Sends the events one at a time, some milliseconds apart, and gives the median delay in milliseconds. */
export async function liveDelay(words: readonly string[], events: readonly string[]): Promise<number> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const child = spawn(process.execPath, [...words, url], { stdio: ['ignore', 'pipe', 'ignore'], cwd: ROOT });
  const lines = createInterface({ input: child.stdout });
  const [socket] = (await once(server, 'connection')) as [WebSocket];
  const [request] = await once(socket, 'message');
  const [, subId] = JSON.parse(String(request));
  const delays: number[] = [];
  for (const event of events) {
    const arrival = once(lines, 'line');
    const start = performance.now();
    socket.send(`["EVENT",${JSON.stringify(subId)},${event}]`);
    await arrival;
    delays.push(performance.now() - start);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  child.kill('SIGKILL');
  await once(child, 'exit');
  for (const client of server.clients) client.terminate();
  server.close();
  return median(delays);
}
