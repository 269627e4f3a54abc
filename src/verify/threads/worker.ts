// A thread that checks signatures: packed checks come in, results go out in the same memory. A program of its own,
// built beside main.js; it knows nothing of events and never writes anything.
import { parentPort, workerData } from 'node:worker_threads';
import { loadEngine } from '../choose.ts';
import { END, READY, type ThreadJob, type ThreadSetup } from './messages.ts';

const port = parentPort!;
const setup: ThreadSetup = workerData;
const engine = await loadEngine(setup.engine, setup.platform);
const results = new Uint8Array(engine.batchSize);

port.on('message', (message: ThreadJob | typeof END) => {
  if (message === END) port.close();
  else check(message);
});
port.postMessage(READY);

function check({ packed, count }: ThreadJob): void {
  const bytes = new Uint8Array(packed);
  engine.verifyPacked(bytes, count, results);
  bytes.set(results.subarray(0, count));
  port.postMessage({ packed, count } satisfies ThreadJob, [packed]);
}
