// The two ways a command ends from outside: a signal, and --timeout. One AbortSignal for both.
import { Failure } from '../errors.ts';

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

  /** What is said of everything that has no answer yet. */
  get reason(): string {
    return this.#expired ? 'the deadline passed' : 'interrupted';
  }

  /** Throws when --timeout ended the command: `when` completes "--timeout passed …". */
  check(when: string): void {
    if (this.#expired) throw new Failure('timeout', `--timeout passed ${when}`, { code: 'timeout' });
  }

  /** An error that came of ending early is no fault of its own. */
  over(error: unknown): unknown {
    if (!this.#expired || error instanceof Failure) return error;
    return new Failure('timeout', '--timeout passed', { code: 'timeout', cause: error });
  }

  clear(): void {
    clearTimeout(this.#timer);
  }
}
