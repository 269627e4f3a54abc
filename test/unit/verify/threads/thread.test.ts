// One verification thread: it does what it has been given and ends by itself, at whatever moment it is asked to.
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { resolve } from 'node:path';
import { describe, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { PackedJob } from '../../../../src/verify/packed-checks.ts';
import type { ThreadSetup } from '../../../../src/verify/threads/messages.ts';
import { Thread, type ThreadOwner } from '../../../../src/verify/threads/thread.ts';
import type { Verdict } from '../../../../src/verify/verifier.ts';
import { A, withBrokenSignature } from '../../../support/people.ts';
import { allStreamed } from '../../../support/streamed.ts';

const PROGRAM = resolve(import.meta.dirname, '../../../../dist/verify-worker.js');
const BATCH_SIZE = 16;

interface Heard {
  thread: Thread;
  started: Promise<unknown>;
  died: Promise<{ reason: string; undone: number }>;
}

/** Starts one; what its owner hears of it comes as promises. */
function startThread(program = PROGRAM): Heard {
  const workerData: ThreadSetup = { engine: 'wasm', platform: process.platform };
  const worker = new Worker(program, { workerData, env: {} });
  const heard = new EventEmitter();
  const owner: ThreadOwner = {
    started: () => heard.emit('started'),
    free: () => {},
    died: (_, reason, jobs) => heard.emit('died', { reason, undone: jobs.length }),
  };
  return {
    thread: new Thread(worker, owner),
    started: once(heard, 'started'),
    died: once(heard, 'died').then(([death]) => death),
  };
}

describe('a thread that is asked to end', () => {
  test('before it has started starts, and ends of its own will', async () => {
    const { thread, died } = startThread();
    thread.end();
    assert.deepEqual(await died, { reason: 'it ended with code 0', undone: 0 });
    assert.equal(thread.isReady, false);
  });

  test('first does what it has', async () => {
    const { thread, started, died } = startThread();
    await started;
    const note = A.note('hello');
    const verdicts = new Promise<Verdict[]>(settle => {
      thread.send(new PackedJob(allStreamed([note, withBrokenSignature(note)]), BATCH_SIZE, settle));
    });
    thread.end();
    assert.equal(thread.hasRoom, false);
    assert.deepEqual(await verdicts, ['valid', 'signature']);
    assert.deepEqual(await died, { reason: 'it ended with code 0', undone: 0 });
  });

  test('and does not, is killed after five seconds', async t => {
    t.mock.timers.enable({ apis: ['setTimeout'] });
    const { thread, started, died } = startThread(
      resolve(import.meta.dirname, '../../../support/stubborn-thread.js'),
    );
    await started;
    thread.send(new PackedJob(allStreamed([A.note('hello')]), BATCH_SIZE, () => {}));
    thread.end();
    t.mock.timers.tick(5000);
    assert.deepEqual(await died, { reason: 'it ended with code 1', undone: 1 });
  });
});
