// Reading events from stdin or a file: what every command that takes JSONL does with its good and bad lines.
import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import type { Context } from '../context.ts';
import { Failure, IoError, UsageError } from '../errors.ts';
import { type EventItem, readEventValues } from '../input/event-values.ts';
import { quote } from '../protocol/quote.ts';

/** stdin for a command whose input is required; on a terminal that is a usage error with the short help. */
export function openInput(context: Context, explicit: boolean): Readable {
  if (!explicit && context.stdinIsTerminal) {
    throw new UsageError('nothing to read: give flags, or events on stdin', { code: 'no_input' });
  }
  return context.stdin();
}

/** A file the user named. That it cannot be opened is told to whoever reads it. */
export function openFile(path: string): Readable {
  return createReadStream(path).on('error', () => {}); // it may fail before anybody reads
}

/** Reads event values; a failing stream becomes an `IoError` that names it. */
export async function* readItems(source: Readable, name: string): AsyncGenerator<EventItem[]> {
  try {
    yield* readEventValues(source);
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === 'ERR_STREAM_PREMATURE_CLOSE') return; // we ended it ourselves
    if (syscall === undefined) throw error;
    throw new IoError(`cannot read ${name === 'stdin' ? name : quote(name)}: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** Counts bad lines as they are reported, and ends the command with 2 when there were any. */
export class BadLines {
  #count = 0;
  readonly #name: string;
  readonly #context: Context;
  readonly #failEarly: boolean;

  constructor(name: string, context: Context, failEarly: boolean) {
    this.#name = name;
    this.#context = context;
    this.#failEarly = failEarly;
  }

  get count(): number {
    return this.#count;
  }

  /** Reports one; with --fail-early it throws. */
  report(line: number, problem: string): void {
    this.#count++;
    const message = `${this.#name}, line ${line}: ${problem}`;
    if (this.#failEarly) throw new UsageError(message, { code: 'bad_line' });
    this.#context.log.warn({ type: 'bad_line', line, message });
  }

  /** Bad lines decide over every other failure but a bug; that one is then told beside them. */
  over(error: unknown): unknown {
    if (!this.failure || !(error instanceof Failure) || error.kind === 'bug' || error.kind === 'usage')
      return error;
    this.#context.log.warn({ type: 'failure', code: error.code, message: error.message });
    return this.failure;
  }

  /** The failure the bad lines amount to. */
  get failure(): UsageError | undefined {
    if (this.#count === 0) return undefined;
    const lines = this.#count === 1 ? '1 bad line was' : `${this.#count} bad lines were`;
    return new UsageError(`${lines} skipped in ${this.#name}`, { code: 'bad_lines' });
  }
}
