// The relay of the bench, in a process of its own: it holds frames ready made and does nothing but copy them, so
// that it is never what is measured. Keys are sorted by name, as the most common relay sends them.
//   node --import tsx test/bench/canned-relay.ts COUNT FILE…
// Prints its URL. REQ pages by `limit` and `until`; EVENT is answered by OK, after OK_DELAY milliseconds.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';

const MAX_PAGE = 500;
const OK_DELAY = Number(process.env['OK_DELAY'] ?? 0);

const [count = '0', ...files] = process.argv.slice(2);
const events: Buffer[] = [];
const times: number[] = [];
for (const file of files) {
  const bytes = readFileSync(file);
  for (let at = 0; at < bytes.length && events.length < Number(count); ) {
    const end = bytes.indexOf(10, at);
    const event = JSON.parse(bytes.toString('utf8', at, end));
    const { content, created_at, id, kind, pubkey, sig, tags } = event;
    events.push(Buffer.from(JSON.stringify({ content, created_at, id, kind, pubkey, sig, tags })));
    times.push(event.created_at);
    at = end + 1;
  }
}

const server = createServer();
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', (ws, request) => {
  const wire = request.socket;
  let pending = Promise.resolve();
  ws.on('message', data => {
    const text = data.toString();
    if (text.startsWith('["EVENT"')) {
      const accept = () => ws.send(`["OK","${/"id":"(\w{64})"/.exec(text)![1]}",true,""]`);
      return OK_DELAY > 0 ? void setTimeout(accept, OK_DELAY) : accept();
    }
    const [verb, subId, filter] = JSON.parse(text);
    if (verb === 'REQ') pending = pending.then(() => answer(wire, subId, filter));
  });
});
server.listen(0, '127.0.0.1', () => console.log(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`));

/** Newest first, as the files are. */
async function answer(
  wire: Duplex,
  subId: string,
  { limit = Number.POSITIVE_INFINITY, until = Number.POSITIVE_INFINITY }: { limit?: number; until?: number },
): Promise<void> {
  const from = firstAtOrBefore(until);
  const to = Math.min(events.length, from + Math.min(limit, MAX_PAGE));
  const head = Buffer.from(`["EVENT","${subId}",`);
  for (let at = from; at < to; at += 64) {
    const block = events.slice(at, Math.min(to, at + 64));
    if (!wire.write(frames(head, block))) await new Promise(resolve => wire.once('drain', resolve));
  }
  wire.write(frames(Buffer.from(`["EOSE","${subId}"`), [Buffer.alloc(0)]));
}

function firstAtOrBefore(until: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! > until) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One WebSocket text frame for each body: head, body, `]`. */
function frames(head: Buffer, bodies: readonly Buffer[]): Buffer {
  const target = Buffer.allocUnsafe(bodies.reduce((sum, body) => sum + body.length + head.length + 11, 0));
  let at = 0;
  for (const body of bodies) {
    const length = head.length + body.length + 1;
    target[at++] = 0x81;
    if (length < 126) target[at++] = length;
    else if (length < 65536) {
      target[at++] = 126;
      at = target.writeUInt16BE(length, at);
    } else {
      target[at++] = 127;
      at = target.writeBigUInt64BE(BigInt(length), at);
    }
    at += head.copy(target, at);
    at += body.copy(target, at);
    target[at++] = 0x5d;
  }
  return target.subarray(0, at);
}
