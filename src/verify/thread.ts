// One worker thread as the pool sees it: jobs go in, and come back in their order. It keeps the program alive until
// it is ended, and says once when it is over, with the jobs that were not done. (An idle thread could be let go with
// `unref`, but one that is still starting holds the program all the same.)
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
    this.#jobs.push(job);
    const { buffer } = job.packed;
    this.#worker.postMessage({ packed: buffer, count: job.count }, [buffer]);
  }

  end(): void {
    void this.#worker.terminate();
  }

  #online(): void {
    this.#ready = true;
    this.#owner.free(this);
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
