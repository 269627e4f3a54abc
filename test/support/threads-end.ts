// A program that verifies on threads and then just stops: it must end, and not before its answers are there.
import { loadEngine } from '../../src/verify/engines.ts';
import { onThreads } from '../../src/verify/pool.ts';
import { A } from './people.ts';

const engine = await loadEngine('wasm', process.platform);
const verifier = onThreads(engine, { platform: process.platform, threads: 2, threadsPayAfter: 1 });
const events = Array.from({ length: 64 }, (_, i) => A.note(`event ${i}`));

const start = performance.now();
while (!(verifier.verify(events.slice(0, 1)) instanceof Promise)) {
  if (performance.now() - start > 20_000) throw new Error('there never was a thread');
  await new Promise(done => setTimeout(done, 5));
}
const answers = Array.from({ length: 10 }, () => verifier.verify(events));
// Nothing but the threads keeps the program alive from here on.
void Promise.all(answers).then(all => {
  process.stdout.write(`valid ${all.flat().filter(verdict => verdict === 'valid').length}\n`);
});
