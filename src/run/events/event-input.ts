// Reading events from stdin or a file: what every command that takes JSONL does with its good and bad lines.
import type { Readable } from 'node:stream';
import type { Context } from '../../context.ts';
import { Failure, IoError, UsageError } from '../../errors.ts';
import { whyNot } from '../../files/named-path.ts';
import { type EventItem, readEventValues } from '../../input/event-values.ts';

import { EndlessLine, type Line, readLines } from '../../input/lines.ts';
import { quote, withoutSecrets } from '../../protocol/quote.ts';

/**
 * stdin for a command whose input is required; on a terminal that is a usage error with the short help, whose message says
 * what to give.
 */
export function openInput(context: Context, explicit: boolean, missing: string): Readable {
  if (!explicit && context.stdinIsTerminal) throw new UsageError(missing, { code: 'no_input' });
  return context.stdin();
}

/** The same for lines; a terminal is told when there was none, for then a command does nothing. */
export function openLines(context: Context, explicit: boolean, missing: string): Readable {
  const input = openInput(context, explicit, missing);
  input.once('end', () => {
    if ((input as { bytesRead?: number }).bytesRead === 0) context.keys.noteAtTerminal('stdin is empty');
  });
  return input;
}

/** Reads event values; a failing stream becomes an `IoError` that names it. */
export async function* readItems(source: Readable, name: string): AsyncGenerator<EventItem[]> {
  yield* nameFailures(readEventValues(source), name);
}

/** Reads lines, as `readItems` does values. */
export async function* readInputLines(source: Readable, name: string): AsyncGenerator<Line[]> {
  yield* nameFailures(readLines(source), name);
}

/** Reads bytes, as `readItems` does values. */
export async function* readChunks(source: Readable, name: string): AsyncGenerator<Buffer> {
  yield* nameFailures(source, name);
}

/** The items of a stream that ends where we end it ourselves; when it fails, the error names it. */
export async function* nameFailures<T>(items: AsyncIterable<T>, name: string): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (code === 'ERR_STREAM_PREMATURE_CLOSE') return;
    if (syscall === undefined && !(error instanceof EndlessLine)) throw error;
    throw new IoError(`cannot read ${name === 'stdin' ? name : quote(name)}: ${whyNot(error)}`, {
      cause: error,
    });
  }
}

/** Whoever is told of bad lines. */
export interface Teller {
  readonly log: Pick<Context['log'], 'warn'>;
  room(): Promise<void> | undefined;
}

/** Counts bad lines as they are reported, in their order, and ends the command with 2 when there were any. */
export class BadLines {
  #count = 0;
  #last: { line: number; problem: string } | undefined;
  /** What helps against one of them: the first is told at the end. */
  #hint: string | undefined;
  readonly #name: string;
  readonly #context: Teller;
  readonly #failEarly: boolean;

  constructor(name: string, context: Teller, failEarly: boolean) {
    this.#name = withoutSecrets(name);
    this.#context = context;
    this.#failEarly = failEarly;
  }

  get count(): number {
    return this.#count;
  }

  /**
   * Reports one, and resolves when stderr has room for more; with --fail-early it throws. A line that is bad in several
   * places counts once, and what is wrong there time after time is told once.
   */
  report(line: number, problem: string, hint?: string): Promise<void> | undefined {
    const last = this.#last;
    if (line !== last?.line) this.#count++;
    else if (problem === last.problem) return undefined;
    this.#last = { line, problem };
    this.#hint ??= hint;
    const message = `${this.#name}, line ${line}: ${problem}`;
    if (this.#failEarly) throw new UsageError(message, { code: 'bad_line', hint });
    this.#context.log.warn({ type: 'bad_line', line, message });
    return this.#context.room();
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
    return new UsageError(`${lines} skipped in ${this.#name}`, { code: 'bad_lines', hint: this.#hint });
  }
}
