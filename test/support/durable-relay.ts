// `nost serve` as a process of its own that keeps what it accepts in a file, so that it can be killed and started
// again. Believes every signature.
//   node --import tsx test/support/durable-relay.ts FILE PORT MAX_LIMIT
// Prints its URL.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { startRelay } from '../../src/server/server.ts';
import { memoryStore } from '../../src/server/store/table-store.ts';

const [file = '', port, maxLimit] = process.argv.slice(2);

const store = memoryStore();
const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
await store.add(lines.filter(Boolean).map(line => JSON.parse(line)));

/** What has been written outlives a kill: the kernel has it. */
const { add } = store;
store.add = async events => {
  const admissions = await add.call(store, events);
  const stored = events.filter((_, i) => admissions[i] === 'stored');
  appendFileSync(file, stored.map(event => `${JSON.stringify(event)}\n`).join(''));
  return admissions;
};

const relay = await startRelay({
  port: Number(port),
  maxLimit: Number(maxLimit),
  store,
  verifier: { engine: 'none', batchSize: 1, verify: events => events.map(() => 'valid' as const) },
  now: Date.now,
});
console.log(relay.url);
