// Proofs of work (NIP-13) on all cores. An easy one is found where it is asked for; for the others threads are started,
// which then serve every later one. Where no thread can be had, the main thread mines, and stays responsive.
import { setImmediate as turn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { UnsignedEvent } from '../protocol/event.ts';
import { aroundNonce, type MinedEvent } from '../protocol/nip13.ts';
import { type Search, Searcher } from './searcher.ts';
import { SharedSearch } from './shared-search.ts';

export interface MinerOptions {
  threads: number;
  /** Milliseconds, for the pace. */
  clock: () => number;
  /** Told why there is no thread, or one thread less. */
  log?: (message: string) => void;
  /** The thread's program. */
  program?: URL;
}

export interface MiningTerms {
  bits: number;
  /** What `created_at` should be, in seconds; asked for again and again. */
  createdAt: () => number;
  signal: AbortSignal;
}

/** Built beside main.js. Started from the sources, nost uses the built one too: a thread cannot load TypeScript. */
const BUILT = import.meta.url.endsWith('.ts') ? '../../dist/' : './';
const PROGRAM = new URL(`${BUILT}mining-worker.js`, import.meta.url);

/** So long the main thread tries alone before threads are started, which costs more than that. */
const ALONE_MS = 20;

/** Up to so many bits it is always alone: the way to a thread takes as long. */
const EASY_BITS = 12;

/** How often `created_at` is brought up to date. */
const REFRESH_MS = 200;

/** The search under way on threads. */
interface Pending {
  search: Search;
  terms: MiningTerms;
  resolve: (mined: MinedEvent) => void;
  reject: (reason: unknown) => void;
}

/** Mines one event at a time. */
export class Miner {
  readonly #options: MinerOptions;
  readonly #shared = new SharedSearch();
  readonly #searcher: Searcher;
  readonly #threads = new Set<Worker>();
  readonly #closing = new AbortController();
  #isStarted = false;
  #pending: Pending | undefined;
  #searches = 0;
  /** Hashes of the searches that are over. */
  #earlier = 0;

  constructor(options: MinerOptions) {
    this.#options = options;
    this.#searcher = new Searcher(this.#shared, options.clock);
  }

  /** Hashes tried so far. */
  get hashes(): number {
    return this.#earlier + this.#shared.claimed;
  }

  /**
   * The event with the `nonce` tag that gives its id so many bits, and with the time at which it was found. Rejects with
   * the reason of the signal when that aborts, and as `mineChunk` throws.
   */
  async mine(event: UnsignedEvent, terms: MiningTerms): Promise<MinedEvent> {
    terms.signal.throwIfAborted();
    aroundNonce(event, terms.bits); // throws here, not on a thread
    const search: Search = { number: ++this.#searches, event, bits: terms.bits };
    this.#earlier = this.hashes;
    this.#shared.begin(search.number, terms.createdAt());
    try {
      return this.#mineAtOnce(search) ?? (await this.#mineOnThreads(search, terms));
    } finally {
      this.#pending = undefined;
      this.#shared.end();
    }
  }

  /** Ends the threads, and a search that nobody waits for any more. */
  close(): void {
    this.#closing.abort(new Error('the miner was closed'));
    this.#shared.end();
    for (const thread of this.#threads) void thread.terminate();
    this.#threads.clear();
  }

  #mineAtOnce(search: Search): MinedEvent | undefined {
    const { clock } = this.#options;
    const isEasy = search.bits <= EASY_BITS;
    if (this.#threads.size > 0 && !isEasy) return undefined;
    for (const start = clock(); clock() - start < ALONE_MS; ) {
      const mined = this.#searcher.step(search);
      if (mined) return mined;
    }
    return undefined;
  }

  async #mineOnThreads(search: Search, terms: MiningTerms): Promise<MinedEvent> {
    await this.#start();
    const { signal, createdAt } = terms;
    const refresh = setInterval(() => {
      this.#shared.createdAt = createdAt();
    }, REFRESH_MS);
    const over = new AbortController();
    try {
      return await new Promise((resolve, reject) => {
        this.#pending = { search, terms, resolve, reject };
        for (const end of [signal, this.#closing.signal]) {
          end.addEventListener('abort', () => reject(end.reason), { signal: over.signal });
          if (end.aborted) reject(end.reason);
        }
        for (const thread of this.#threads) thread.postMessage(search);
        if (this.#threads.size === 0) void this.#mineAlone(this.#pending);
      });
    } finally {
      clearInterval(refresh);
      over.abort();
    }
  }

  /** Once. */
  async #start(): Promise<void> {
    if (this.#isStarted) return;
    this.#isStarted = true;
    const { Worker } = await import('node:worker_threads');
    if (this.#closing.signal.aborted) return;
    const { threads, program = PROGRAM, log } = this.#options;
    for (let i = 0; i < threads; i++) {
      try {
        this.#add(new Worker(program, { workerData: this.#shared.memory, env: {} }));
      } catch (error) {
        log?.(`no thread for mining: ${(error as Error).message}`);
      }
    }
  }

  #add(thread: Worker): void {
    this.#threads.add(thread);
    thread.on('message', ({ number, mined }: { number: number; mined: MinedEvent }) => {
      if (this.#pending?.search.number === number) this.#pending.resolve(mined);
    });
    thread.on('error', error => this.#options.log?.(`a mining thread died: ${error.message}`));
    thread.on('exit', () => this.#ended(thread));
  }

  /** What it was about to try is left out; the others, or the main thread, go on behind it. */
  #ended(thread: Worker): void {
    const wasOurs = this.#threads.delete(thread);
    if (wasOurs && this.#threads.size === 0 && this.#pending) void this.#mineAlone(this.#pending);
  }

  async #mineAlone({ search, terms, resolve, reject }: Pending): Promise<void> {
    try {
      while (this.#shared.isFor(search.number)) {
        this.#shared.createdAt = terms.createdAt();
        const mined = this.#searcher.step(search);
        if (mined) return resolve(mined);
        await turn();
      }
    } catch (error) {
      reject(error);
    }
  }
}
