// The end of a command from outside: a signal, or --timeout, which counts from the moment its words were read. Every wait of
// a command ends with it.
import { Failure } from './errors.ts';

/** Codes of what was waited for until the command ended: a prompt, a keychain, the writer of a pipe. */
const GIVEN_UP = /_aborted$/;

export class Deadline {
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #at = Number.POSITIVE_INFINITY;
  #hasPassed = false;

  /** `interruption` aborts at the first signal. */
  constructor(interruption: AbortSignal) {
    interruption.addEventListener('abort', () => this.#controller.abort(interruption.reason));
  }

  /** Starts the clock of --timeout, in milliseconds. */
  start(timeout: number): void {
    this.#at = performance.now() + timeout;
    this.#timer = setTimeout(() => {
      this.#hasPassed = true;
      this.#controller.abort(timedOut());
    }, timeout);
  }

  /** Aborts at a signal, with its name as the reason, and when --timeout has passed: then the reason is the failure. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether --timeout has ended the command. */
  get hasPassed(): boolean {
    return this.#hasPassed;
  }

  /** Milliseconds that are left of --timeout; without one, for ever. */
  get left(): number {
    return Math.max(this.#at - performance.now(), 0);
  }

  /** Throws when --timeout has ended the command: `when` completes "--timeout passed …". */
  check(when: string): void {
    if (this.#hasPassed) throw timedOut(when);
  }

  /** An error that came of ending early is no fault of its own: `when` as in `check`, or nothing. */
  over(error: unknown, when = ''): unknown {
    if (!this.#hasPassed) return error;
    const cameOfIt = !(error instanceof Failure) || error === this.signal.reason || GIVEN_UP.test(error.code);
    return cameOfIt ? timedOut(when, error) : error;
  }

  /** The command has ended: the clock keeps it no longer. */
  release(): void {
    this.#timer?.unref();
  }
}

function timedOut(when = '', cause?: unknown): Failure {
  return new Failure('timeout', `--timeout passed ${when}`.trimEnd(), { code: 'timeout', cause });
}
