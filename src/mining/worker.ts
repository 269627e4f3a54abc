// A thread that mines: searches come in, and what is found goes out. A program of its own, built beside main.js. Nothing
// tells it to stop but the shared memory, for it looks at no message while it works.
import { parentPort, workerData } from 'node:worker_threads';
import { type Search, Searcher } from './searcher.ts';
import { SharedSearch } from './shared-search.ts';

const port = parentPort!;
const shared = new SharedSearch(workerData as SharedArrayBuffer);
const searcher = new Searcher(shared, () => performance.now());

port.on('message', (search: Search) => {
  while (shared.isFor(search.number)) {
    const mined = searcher.step(search);
    if (mined) return port.postMessage({ number: search.number, mined });
  }
});
