// How a command ends from outside, by a signal or --timeout, as its query or its publishing tells of it: what is said of
// what has no answer yet, and what becomes of an output that nobody reads.
import type { Deadline } from '../deadline.ts';
import type { Writer } from '../output/writer.ts';

/** Milliseconds that a reader of stdout has, after --timeout, to take what is left. */
const FLUSH_GRACE_MS = 250;

/** Runs a command that --timeout may end: `when` completes "--timeout passed …". */
export async function untilEnd(
  deadline: Deadline,
  when: string,
  run: (end: CommandEnd) => Promise<void>,
): Promise<void> {
  const end = new CommandEnd(deadline);
  try {
    await run(end);
  } catch (error) {
    throw end.over(error, when);
  }
}

export class CommandEnd {
  readonly #deadline: Deadline;

  constructor(deadline: Deadline) {
    this.#deadline = deadline;
  }

  get signal(): AbortSignal {
    return this.#deadline.signal;
  }

  /** Whether --timeout has passed. */
  get isExpired(): boolean {
    return this.#deadline.hasPassed;
  }

  /** What is added to a word about something that was looked for, and might have been found later. */
  get inTime(): string {
    return this.isExpired ? ' in time' : '';
  }

  /** What is said of everything that has no answer yet. */
  get reason(): string {
    return this.isExpired ? 'the deadline passed' : 'interrupted';
  }

  /** Throws when --timeout ended the command. */
  check(when: string): void {
    this.#deadline.check(when);
  }

  /** An error that came of ending early is no fault of its own. */
  over(error: unknown, when: string): unknown {
    return this.#deadline.over(error, when);
  }

  /** Resolves when the work does, or at the end; what comes of the work after that is nobody's business. */
  cut(work: Promise<void>): Promise<void> {
    return within(work, resolve => {
      if (this.signal.aborted) resolve();
      this.signal.addEventListener('abort', resolve);
      return () => this.signal.removeEventListener('abort', resolve);
    });
  }

  /** Resolves when a reader has made room, where that is to be waited for; rejects with the reason at an end before that. */
  untilRoom(room: Promise<void> | void): Promise<void> | void {
    return room && this.cut(room).then(() => this.signal.throwIfAborted());
  }

  /**
   * Waits until stdout has taken everything, but not beyond --timeout: then what a reader has not taken is given up, and
   * the returned function throws.
   */
  async flush(stdout: Writer): Promise<() => void> {
    await this.cut(stdout.flush());
    if (!this.isExpired) return () => {};
    await within(stdout.flush(), resolve => {
      const timer = setTimeout(resolve, FLUSH_GRACE_MS);
      return () => clearTimeout(timer);
    });
    return stdout.abandon() ? () => this.check('while nobody read stdout') : () => {};
  }
}

/** The work, or an earlier end: `bound` arranges for that, and returns what takes the arrangement back. */
function within(work: Promise<void>, bound: (resolve: () => void) => () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const release = bound(resolve);
    work.finally(release).then(resolve, reject);
  });
}
