// The two ways a command ends from outside: a signal, and --timeout. One AbortSignal for both, from the first byte that
// is read to the last that is written.
import { Failure } from '../errors.ts';
import type { Writer } from '../output/writer.ts';

/** Milliseconds that a reader of stdout has, after --timeout, to take what is left. */
const FLUSH_GRACE_MS = 250;

/** Runs a command that --timeout, in milliseconds, may end: `when` completes "--timeout passed …". */
export async function untilEnd(
  interruption: AbortSignal,
  timeout: number | undefined,
  when: string,
  run: (end: CommandEnd) => Promise<void>,
): Promise<void> {
  const end = new CommandEnd(interruption, timeout);
  try {
    await run(end);
  } catch (error) {
    throw end.over(error, when);
  } finally {
    end.clear();
  }
}

export class CommandEnd {
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout | undefined;
  #expired = false;

  /** `timeout` in milliseconds; undefined: none. */
  constructor(interruption: AbortSignal, timeout: number | undefined) {
    if (interruption.aborted) this.#controller.abort();
    interruption.addEventListener('abort', () => this.#controller.abort());
    if (timeout === undefined) return;
    this.#timer = setTimeout(() => {
      this.#expired = true;
      this.#controller.abort();
    }, timeout);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether --timeout has passed. */
  get isExpired(): boolean {
    return this.#expired;
  }

  /** What is said of everything that has no answer yet. */
  get reason(): string {
    return this.#expired ? 'the deadline passed' : 'interrupted';
  }

  /** Throws when --timeout ended the command. */
  check(when: string): void {
    if (this.#expired) throw passed(when);
  }

  /** An error that came of ending early is no fault of its own. */
  over(error: unknown, when: string): unknown {
    return !this.#expired || error instanceof Failure ? error : passed(when, error);
  }

  /** Resolves when the work does, or at the end; what comes of the work after that is nobody's business. */
  cut(work: Promise<void>): Promise<void> {
    return within(work, resolve => {
      if (this.signal.aborted) resolve();
      this.signal.addEventListener('abort', resolve);
      return () => this.signal.removeEventListener('abort', resolve);
    });
  }

  /**
   * Waits until stdout has taken everything, but not beyond --timeout: then what a reader has not taken is given up, and
   * the returned function throws.
   */
  async flush(stdout: Writer): Promise<() => void> {
    await this.cut(stdout.flush());
    if (!this.#expired) return () => {};
    await within(stdout.flush(), resolve => {
      const timer = setTimeout(resolve, FLUSH_GRACE_MS);
      return () => clearTimeout(timer);
    });
    return stdout.abandon() ? () => this.check('while nobody read stdout') : () => {};
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}

function passed(when: string, cause?: unknown): Failure {
  return new Failure('timeout', `--timeout passed ${when}`, { code: 'timeout', cause });
}

/** The work, or an earlier end: `bound` arranges for that, and returns what takes the arrangement back. */
function within(work: Promise<void>, bound: (resolve: () => void) => () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const release = bound(resolve);
    work.finally(release).then(resolve, reject);
  });
}
