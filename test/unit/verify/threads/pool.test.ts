// Verification on threads: the same answers in the same places as without, whatever becomes of the threads.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import type { Event } from '../../../../src/protocol/event.ts';
import type { StreamEvent } from '../../../../src/protocol/stream-event.ts';
import { loadEngine } from '../../../../src/verify/choose.ts';
import { onThreads, type ThreadOptions } from '../../../../src/verify/threads/pool.ts';
import type { ClosableVerifier, Verdict, Verifier } from '../../../../src/verify/verifier.ts';
import { compiled } from '../../../support/compiled.ts';
import { A, withBrokenSignature } from '../../../support/people.ts';
import { allStreamed, streamed } from '../../../support/streamed.ts';

const wasm = await loadEngine('wasm', process.platform);
const hasNative = await loadEngine('native', process.platform).then(
  () => true,
  () => false,
);

const notes = Array.from({ length: 30 }, (_, i) => A.note(`event ${i}`));
const good = allStreamed(notes);

/** Batches whose verdicts differ, so that one in the wrong place is seen. */
function batch(n: number): { events: StreamEvent[]; expected: Verdict[] } {
  const events = notes.map((event, i) => {
    if ((i + n) % 7 === 0) return { ...event, content: 'changed' };
    return (i + n) % 5 === 0 ? withBrokenSignature(event) : event;
  });
  const expected = events.map(event => verdictOf(event));
  return { events: allStreamed(events), expected };
}

function verdictOf(event: Event): Verdict {
  if (event.content === 'changed') return 'id';
  return notes.some(({ sig }) => sig === event.sig) ? 'valid' : 'signature';
}

const opened: ClosableVerifier[] = [];
afterEach(() => {
  for (const verifier of opened.splice(0)) verifier.close();
});

function verifierWith(options: Partial<ThreadOptions>): Verifier {
  const verifier = onThreads(wasm, {
    platform: process.platform,
    threads: 2,
    threadsPayAfter: 1,
    ...options,
  });
  opened.push(verifier);
  return verifier;
}

/** A program for threads, as text. It gets `port`, and `answer(job)` says yes to every check. */
function program(body: string): URL {
  const code = `
    import { parentPort as port } from 'node:worker_threads';
    const answer = ({ packed, count }) => {
      new Uint8Array(packed).fill(1, 0, count);
      port.postMessage({ packed, count }, [packed]);
    };
    ${body}`;
  return new URL(`data:text/javascript,${encodeURIComponent(code)}`);
}

/** Asks until an answer comes as a promise: from then on there are threads. */
async function untilThreaded(verifier: Verifier): Promise<void> {
  for (const start = performance.now(); performance.now() - start < 60_000; ) {
    const answer = verifier.verify([good[0]!]);
    if (answer instanceof Promise) return void (await answer);
    await new Promise(done => setTimeout(done, 5));
  }
  assert.fail('there never was a thread');
}

describe('on threads', () => {
  test('few events are checked at once, on the main thread', () => {
    const verifier = verifierWith({ threadsPayAfter: 1000 });
    const { events, expected } = batch(0);
    assert.deepEqual(verifier.verify(events), expected);
  });

  test('without threads, many are too', () => {
    const verifier = verifierWith({ threads: 0 });
    for (let n = 0; n < 5; n++) assert.deepEqual(verifier.verify(batch(n).events), batch(n).expected);
    assert.equal(verifier.batchesInFlight, 1);
  });

  test('whoever opened them is told of each thread that has started, and once of the end', async () => {
    const told: string[] = [];
    const verifier = onThreads(wasm, {
      platform: process.platform,
      threads: 1,
      threadsPayAfter: 1,
      onThreadStart: () => told.push('started'),
      onClose: () => told.push('closed'),
    });
    await untilThreaded(verifier);
    assert.deepEqual(told, ['started']);
    verifier.close();
    assert.deepEqual(told, ['started', 'closed']);
  });

  test('many events are checked elsewhere, and each batch gets its own answers', async () => {
    const verifier = verifierWith({});
    assert.ok(Array.isArray(verifier.verify(good)), 'until the threads are there, the main thread answers');
    await untilThreaded(verifier);
    const batches = Array.from({ length: 40 }, (_, n) => batch(n));
    const answers = batches.map(({ events }) => verifier.verify(events));
    assert.ok(answers.every(answer => answer instanceof Promise));
    assert.deepEqual(
      await Promise.all(answers),
      batches.map(({ expected }) => expected),
    );
  });

  test('nothing, and nothing but wrong ids, need no thread', async () => {
    const verifier = verifierWith({});
    await untilThreaded(verifier);
    assert.deepEqual(await verifier.verify([]), []);
    assert.deepEqual(await verifier.verify([streamed({ ...notes[0]!, kind: 2 })]), ['id']);
  });

  test('a batch larger than asked for is checked too', async () => {
    const verifier = verifierWith({});
    await untilThreaded(verifier);
    const many = Array.from({ length: 10 }, (_, n) => batch(n));
    const verdicts = await verifier.verify(many.flatMap(({ events }) => events));
    assert.deepEqual(
      verdicts,
      many.flatMap(({ expected }) => expected),
    );
  });
});

describe('a thread that dies', () => {
  const DEATHS = {
    'throws when it is given something':
      "port.on('message', () => { throw new Error('broken') }); port.postMessage('ready');",
    'exits when it is given something':
      "port.on('message', () => process.exit(3)); port.postMessage('ready');",
    'dies after three batches':
      "let n = 0; port.on('message', job => { if (++n > 3) process.exit(1); answer(job); }); port.postMessage('ready');",
    'takes all the memory':
      "port.on('message', () => { const all = []; for (;;) all.push(new Array(1e5).fill({})); }); port.postMessage('ready');",
  };
  for (const [how, body] of Object.entries(DEATHS)) {
    test(`because it ${how} costs no answer, and is replaced only so often`, async () => {
      const told: string[] = [];
      const verifier = verifierWith({ program: program(body), log: message => told.push(message) });
      await untilThreaded(verifier);
      for (let round = 0; round < 10; round++) {
        const answers = Array.from({ length: 8 }, () => verifier.verify(good));
        for (const verdicts of await Promise.all(answers)) assert.ok(verdicts.every(v => v === 'valid'));
      }
      assert.ok(told.length >= 1 && told.length <= 5, told.join('; '));
      assert.match(told[0]!, /^a verification thread died: /);
    });
  }

  test('before it is ready is never waited for', async () => {
    const told: string[] = [];
    const verifier = verifierWith({
      program: program('process.exit(1)'),
      log: message => told.push(message),
    });
    while (told.length < 5) {
      assert.ok(Array.isArray(verifier.verify(good.slice(0, 2))));
      await new Promise(done => setTimeout(done, 5));
    }
    assert.deepEqual(
      verifier.verify(good),
      good.map(() => 'valid'),
    );
  });

  test('cannot make a forgery true', async () => {
    const body = "port.on('message', () => process.exit(1)); port.postMessage('ready');";
    const verifier = verifierWith({ program: program(body) });
    await untilThreaded(verifier);
    const { events, expected } = batch(3);
    assert.deepEqual(await verifier.verify(events), expected);
  });
});

describe('the program around the threads', () => {
  const THREADS_END = compiled("import './test/support/threads-end.ts'");
  for (const engine of ['native', 'wasm'] as const) {
    test(`ends when the verifier is closed, also while threads are starting (${engine})`, async t => {
      if (engine === 'native' && !hasNative) return t.skip('this machine has no libsecp256k1');
      const { code, stdout, stderr } = await runProgram(THREADS_END, engine);
      assert.equal(stderr, '');
      assert.equal(stdout, 'closed\n');
      assert.equal(code, 0);
    });
  }
});

async function runProgram(program: string, engine: string) {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program, engine], {
    cwd: resolve(import.meta.dirname, '../../../..'),
    timeout: 60_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', chunk => {
    stdout += chunk;
  });
  child.stderr.on('data', chunk => {
    stderr += chunk;
  });
  const [code] = await once(child, 'close');
  return { code, stdout, stderr };
}
