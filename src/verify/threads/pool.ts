// Verification on several cores. Few events are checked where they are; when they become many, threads are
// started, and until they are there the main thread goes on alone. A thread that dies costs nothing but time.
import type { StreamEvent } from '../../protocol/stream-event.ts';
import type { Engine } from '../engine.ts';
import { onMainThread } from '../main-thread.ts';
import { PackedJob } from '../packed-checks.ts';
import type { ClosableVerifier, MainThreadVerifier, Verdict } from '../verifier.ts';
import type { ThreadSetup } from './messages.ts';
import { JOBS_PER_THREAD, Thread, type ThreadOwner } from './thread.ts';

export interface ThreadOptions {
  platform: string;
  /** 0: everything on the main thread. */
  threads: number;
  /** Told why there is no thread, or one thread less. */
  log?: (message: string) => void;
  /** Told of each thread that has started, and once that there will be no more. */
  onThreadStart?: () => void;
  onClose?: () => void;
  /** The thread's program. */
  program?: URL;
  /** Overrides the engine's own number. */
  threadsPayAfter?: number;
}

/** Dead threads that are replaced, all in all: one that dies of what it is given must not go on for ever. */
const REPLACEMENTS = 3;

/** Built beside main.js. Started from the sources, nost uses the built one too: a thread cannot load TypeScript. */
const BUILT = import.meta.url.endsWith('.ts') ? '../../../dist/' : './';
const PROGRAM = new URL(`${BUILT}verify-worker.js`, import.meta.url);

/** Checks and packed memory are small; what a thread needs beyond that is a fault. */
const THREAD_LIMITS = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4 };

/** A verifier that uses the main thread, and others when there is enough to do. */
export function onThreads(engine: Engine, options: ThreadOptions): ClosableVerifier {
  return new ThreadedVerifier(engine, options);
}

class ThreadedVerifier implements ClosableVerifier, ThreadOwner {
  readonly engine: string;
  readonly batchSize: number;
  readonly batchesInFlight: number;
  readonly #engine: Engine;
  readonly #options: ThreadOptions;
  readonly #local: MainThreadVerifier;
  /** How many events are still to come before threads pay. */
  #credit: number;
  readonly #threads = new Set<Thread>();
  #replacements = REPLACEMENTS;
  #closed = false;
  /** Jobs no thread has room for. Bounded by the callers: each has at most `batchesInFlight` under way. */
  readonly #waiting: PackedJob[] = [];

  constructor(engine: Engine, options: ThreadOptions) {
    this.engine = engine.name;
    this.batchSize = engine.batchSize;
    this.batchesInFlight = options.threads * JOBS_PER_THREAD + 1;
    this.#engine = engine;
    this.#options = options;
    this.#local = onMainThread(engine);
    this.#credit = options.threads > 0 ? (options.threadsPayAfter ?? engine.threadsPayAfter) : 0;
  }

  verify(events: readonly StreamEvent[]): Verdict[] | Promise<Verdict[]> {
    if (this.#isReady() && events.length <= this.batchSize) return this.#hand(events);
    this.#spend(events.length);
    return this.#local.verify(events);
  }

  #isReady(): boolean {
    for (const thread of this.#threads) if (thread.isReady) return true;
    return false;
  }

  /** Starts the threads, once, when the credit is used up. */
  #spend(events: number): void {
    if (this.#credit <= 0) return;
    this.#credit -= events;
    if (this.#credit > 0) return;
    for (let i = 0; i < this.#options.threads; i++) void this.#start();
  }

  async #start(): Promise<void> {
    const { program = PROGRAM, platform, log } = this.#options;
    const { Worker } = await import('node:worker_threads');
    if (this.#closed) return;
    const workerData: ThreadSetup = { engine: this.#engine.name, platform };
    try {
      const worker = new Worker(program, { workerData, env: {}, resourceLimits: THREAD_LIMITS });
      this.#threads.add(new Thread(worker, this));
    } catch (error) {
      log?.(`no thread for verification: ${(error as Error).message}`);
    }
  }

  #hand(events: readonly StreamEvent[]): Promise<Verdict[]> {
    return new Promise(resolve => {
      const job = new PackedJob(events, this.batchSize, resolve);
      const thread = this.#threadWithRoom();
      if (job.count === 0) job.finish(NO_RESULTS);
      else if (thread) thread.send(job);
      else this.#waiting.push(job);
    });
  }

  #threadWithRoom(): Thread | undefined {
    for (const thread of this.#threads) if (thread.hasRoom) return thread;
    return undefined;
  }

  started(thread: Thread): void {
    if (!this.#closed) this.#options.onThreadStart?.();
    this.free(thread);
  }

  free(thread: Thread): void {
    while (thread.hasRoom && this.#waiting.length > 0) thread.send(this.#waiting.shift()!);
  }

  /** What it had not done is done here: the events are still there, only the packed copies went with it. */
  died(thread: Thread, reason: string, jobs: PackedJob[]): void {
    this.#threads.delete(thread);
    if (!this.#closed) this.#replace(reason);
    const undone = this.#isReady() ? jobs : [...jobs, ...this.#waiting.splice(0)];
    for (const job of undone) job.settle(this.#local.verify(job.events));
  }

  #replace(reason: string): void {
    this.#options.log?.(`a verification thread died: ${reason}`);
    if (this.#replacements-- > 0) void this.#start();
  }

  close(): void {
    this.#closed = true;
    for (const thread of this.#threads) thread.end();
    this.#options.onClose?.();
  }
}

const NO_RESULTS = new Uint8Array(0);
