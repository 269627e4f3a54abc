// The least a reader can do: reads pages from the socket and writes the bytes. Only the last event of each page is
// looked at, for its time.   node read-socket.mjs URL
import { writeSync } from 'node:fs';
import WebSocket from 'ws';

const ws = new WebSocket(process.argv[2], { perMessageDeflate: false });
const NEWLINE = Buffer.from('\n');
let page = 0;
let received = 0;
let events = 0;
let last;
let parts = [];
let size = 0;
let start;

function ask(until) {
  received = 0;
  ws.send(JSON.stringify(['REQ', `page${++page}`, until === undefined ? { limit: 500 } : { limit: 500, until }]));
}

function flush() {
  if (size > 0) writeSync(1, Buffer.concat(parts));
  parts = [];
  size = 0;
}

ws.on('open', () => {
  start = performance.now();
  ask();
});
ws.on('message', data => {
  if (data[2] === 0x45 && data[3] === 0x4f) {
    const oldest = received > 0 ? JSON.parse(last.toString())[2].created_at : undefined;
    if (oldest === undefined || (received < 500 && page > 1)) return end();
    return ask(oldest);
  }
  received++;
  events++;
  last = data;
  parts.push(data, NEWLINE);
  size += data.length + 1;
  if (size >= 65536) flush();
});

function end() {
  flush();
  process.stderr.write(JSON.stringify({ events, ms: performance.now() - start, rss: process.resourceUsage().maxRSS * 1024 }));
  ws.terminate();
}
