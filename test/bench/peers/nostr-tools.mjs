// nostr-tools' SimplePool, paging backwards as its users do.   node nostr-tools.mjs URL default|wasm EVENTS
import { useWebSocketImplementation, SimplePool } from 'nostr-tools/pool';
import WebSocket from 'ws';

const [url, engine, wanted] = process.argv.slice(2);
useWebSocketImplementation(WebSocket);
const pool = new SimplePool();
if (engine === 'wasm') {
  const { setNostrWasm, verifyEvent } = await import('nostr-tools/wasm');
  const { initNostrWasm } = await import('nostr-wasm');
  setNostrWasm(await initNostrWasm());
  pool.verifyEvent = verifyEvent;
}

const seen = new Set();
const start = performance.now();
for (let until; seen.size < Number(wanted); ) {
  const filter = until === undefined ? { limit: 500 } : { limit: 500, until };
  const events = await pool.querySync([url], filter);
  const fresh = events.filter(({ id }) => !seen.has(id));
  if (fresh.length === 0) break;
  for (const event of fresh) seen.add(event.id);
  process.stdout.write(`${fresh.map(event => JSON.stringify(event)).join('\n')}\n`);
  until = Math.min(...events.map(event => event.created_at));
}
process.stderr.write(JSON.stringify({ events: seen.size, ms: performance.now() - start, rss: process.resourceUsage().maxRSS * 1024 }));
process.exit();
