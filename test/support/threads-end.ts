// A program that opens verifiers and closes them at every stage of their threads' start: it must end by itself.
//   node --import tsx threads-end.ts native|wasm
import { loadEngine } from '../../src/verify/choose.ts';
import { onThreads } from '../../src/verify/threads/pool.ts';
import { A } from './people.ts';
import { streamed } from './streamed.ts';

const { platform } = process;
const engine = await loadEngine(process.argv[2] === 'native' ? 'native' : 'wasm', platform);
const note = streamed(A.note('hello'));
for (let ms = 0; ms < 200; ms += 20) {
  const verifier = onThreads(engine, { platform, threads: 2, threadsPayAfter: 1 });
  void verifier.verify([note]);
  await new Promise(done => setTimeout(done, ms));
  void verifier.verify([note]);
  verifier.close();
}
process.stdout.write('closed\n');
