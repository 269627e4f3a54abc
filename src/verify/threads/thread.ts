// One worker thread as the pool sees it: jobs go in, and come back in their order. It keeps the program alive until
// it is ended, and says once when it is over, with the jobs that were not done. It is asked to end, not killed: a
// thread that is killed while koffi loads or calls a library takes the whole program with it (as in koffi's issue 190).
import type { Worker } from 'node:worker_threads';
import type { PackedJob } from '../packed-checks.ts';
import { END, READY, type ThreadJob } from './messages.ts';

export interface ThreadOwner {
  /** The thread is there, and has room. */
  started(thread: Thread): void;
  /** It has room again. */
  free(thread: Thread): void;
  /** It is dead; `jobs` were not done. */
  died(thread: Thread, reason: string, jobs: PackedJob[]): void;
}

/** One batch is checked while the next already waits. */
export const JOBS_PER_THREAD = 2;

/** Starting and two batches take a tenth of that; what is not over by then hangs. */
const STUBBORN_MS = 5000;

export class Thread {
  readonly #worker: Worker;
  readonly #owner: ThreadOwner;
  readonly #jobs: PackedJob[] = [];
  #ready = false;
  #ended = false;
  #reason: string | undefined;

  constructor(worker: Worker, owner: ThreadOwner) {
    this.#worker = worker;
    this.#owner = owner;
    worker.on('message', message => (message === READY ? this.#online() : this.#done(message)));
    worker.on('error', error => {
      this.#reason = error.message;
    });
    worker.on('messageerror', () => void worker.terminate());
    worker.on('exit', code => this.#exited(code));
  }

  get isReady(): boolean {
    return this.#ready && !this.#ended;
  }

  get hasRoom(): boolean {
    return this.isReady && this.#jobs.length < JOBS_PER_THREAD;
  }

  send(job: PackedJob): void {
    this.#jobs.push(job);
    const { buffer } = job.packed;
    this.#worker.postMessage({ packed: buffer, count: job.count }, [buffer]);
  }

  end(): void {
    this.#ended = true;
    this.#worker.postMessage(END);
    setTimeout(() => void this.#worker.terminate(), STUBBORN_MS).unref();
  }

  #online(): void {
    this.#ready = true;
    this.#owner.started(this);
  }

  #done({ packed, count }: ThreadJob): void {
    const job = this.#jobs.shift()!;
    job.finish(new Uint8Array(packed, 0, count));
    this.#owner.free(this);
  }

  #exited(code: number): void {
    this.#ready = false;
    this.#owner.died(this, this.#reason ?? `it ended with code ${code}`, this.#jobs.splice(0));
  }
}
