// A program that opens verifiers and closes them at every stage of their threads' start: it must end by itself.
// Runs in the root of this project, compiled; its last word is native or wasm.
import { pathToFileURL } from 'node:url';
import { loadEngine } from '../../src/verify/choose.ts';
import { onThreads } from '../../src/verify/threads/pool.ts';
import { A } from './people.ts';
import { streamed } from './streamed.ts';

const { platform } = process;
const engine = await loadEngine(process.argv.at(-1) === 'native' ? 'native' : 'wasm', platform);
const program = new URL('dist/verify-worker.js', pathToFileURL(`${process.cwd()}/`));
const note = streamed(A.note('hello'));
for (let ms = 0; ms < 200; ms += 20) {
  const verifier = onThreads(engine, { platform, program, threads: 2, threadsPayAfter: 1 });
  void verifier.verify([note]);
  await new Promise(done => setTimeout(done, ms));
  void verifier.verify([note]);
  verifier.close();
}
process.stdout.write('closed\n');
