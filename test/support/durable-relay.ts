// `nost serve` as a process of its own that keeps what it accepts in a file, so that it can be killed and started
// again. Believes every signature.
//   node --import tsx test/support/durable-relay.ts FILE PORT MAX_LIMIT
// Prints its URL.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import type { Event } from '../../src/protocol/event.ts';
import { startRelay } from '../../src/server/server.ts';
import { MemoryStore } from '../../src/server/store/memory-store.ts';
import type { Admission } from '../../src/server/store/store.ts';

const [file = '', port, maxLimit] = process.argv.slice(2);

/** What has been written outlives a kill: the kernel has it. */
class FileStore extends MemoryStore {
  override add(event: Event): Admission {
    const admission = super.add(event);
    if (admission === 'stored') appendFileSync(file, `${JSON.stringify(event)}\n`);
    return admission;
  }

  restore(event: Event): void {
    super.add(event);
  }
}

const store = new FileStore();
const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
for (const line of lines.filter(Boolean)) store.restore(JSON.parse(line));
const relay = await startRelay({
  port: Number(port),
  maxLimit: Number(maxLimit),
  store,
  verifier: { engine: 'none', batchSize: 1, verify: events => events.map(() => 'valid' as const) },
  now: Date.now,
});
console.log(relay.url);
