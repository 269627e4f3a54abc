// nostr-tools' SimplePool publishing a file, fifty at a time.   node nostr-tools-publish.mjs URL FILE EVENTS
import { readFileSync } from 'node:fs';
import { useWebSocketImplementation, SimplePool } from 'nostr-tools/pool';
import WebSocket from 'ws';

const [url, file, wanted] = process.argv.slice(2);
useWebSocketImplementation(WebSocket);
const pool = new SimplePool();
const lines = readFileSync(file, 'utf8').split('\n').slice(0, Number(wanted));
const start = performance.now();
for (let at = 0; at < lines.length; at += 50) {
  await Promise.all(lines.slice(at, at + 50).flatMap(line => pool.publish([url], JSON.parse(line))));
}
process.stderr.write(JSON.stringify({ events: lines.length, ms: performance.now() - start, rss: process.resourceUsage().maxRSS * 1024 }));
process.exit();
