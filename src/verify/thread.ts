// One worker thread as the pool sees it: jobs go in, and come back in their order. It never keeps the program
// alive but while it has a job, and says once when it has died, with the jobs that died with it.
import type { Worker } from 'node:worker_threads';
import type { PackedJob } from './packed-checks.ts';
import { READY, type ThreadJob } from './thread-messages.ts';

export interface ThreadOwner {
  /** The thread is there, or has room again. */
  free(thread: Thread): void;
  /** It is dead; `jobs` were not done. */
  died(thread: Thread, reason: string, jobs: PackedJob[]): void;
}

/** One batch is checked while the next already waits. */
export const JOBS_PER_THREAD = 2;

export class Thread {
  readonly #worker: Worker;
  readonly #owner: ThreadOwner;
  readonly #jobs: PackedJob[] = [];
  #ready = false;
  #reason: string | undefined;

  constructor(worker: Worker, owner: ThreadOwner) {
    this.#worker = worker;
    this.#owner = owner;
    worker.unref();
    worker.on('message', message => (message === READY ? this.#online() : this.#done(message)));
    worker.on('error', error => {
      this.#reason = error.message;
    });
    worker.on('messageerror', () => void worker.terminate());
    worker.on('exit', code => this.#exited(code));
  }

  get isReady(): boolean {
    return this.#ready;
  }

  get hasRoom(): boolean {
    return this.#ready && this.#jobs.length < JOBS_PER_THREAD;
  }

  send(job: PackedJob): void {
    if (this.#jobs.length === 0) this.#worker.ref();
    this.#jobs.push(job);
    const { buffer } = job.packed;
    this.#worker.postMessage({ packed: buffer, count: job.count }, [buffer]);
  }

  #online(): void {
    this.#ready = true;
    this.#owner.free(this);
  }

  #done({ packed, count }: ThreadJob): void {
    const job = this.#jobs.shift()!;
    if (this.#jobs.length === 0) this.#worker.unref();
    job.finish(new Uint8Array(packed, 0, count));
    this.#owner.free(this);
  }

  #exited(code: number): void {
    this.#ready = false;
    this.#owner.died(this, this.#reason ?? `it ended with code ${code}`, this.#jobs.splice(0));
  }
}
