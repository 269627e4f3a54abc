// Whether this command has a trace, and where it goes. trace.ts, which formats it, is loaded only when needed.
import type { Log } from './log.ts';
import type { Redactor } from './redact.ts';
import type { Trace } from './trace.ts';
import type { TraceFile } from './trace-file.ts';

export class Tracing {
  trace: Trace | undefined;
  #file: TraceFile | undefined;
  readonly #redactor: Redactor;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  /** Starts a trace to a file, with dates and whole frames, or to stderr for an empty path. Rejects with `IoError`. */
  async open(path: string, log: Log): Promise<void> {
    const { LONGEST_ON_STDERR, Trace } = await import('./trace.ts');
    const shared = { format: log.settings.format, redactor: this.#redactor, now: Date.now };
    if (path === '') {
      this.trace = new Trace({ ...shared, longest: LONGEST_ON_STDERR, dated: false }, line =>
        log.traced(line),
      );
      return;
    }
    const { TraceFile } = await import('./trace-file.ts');
    const file = await TraceFile.open(path, ({ code, message }) =>
      log.warn({ type: 'warning', code, message: `${message}; the trace ends here` }),
    );
    this.#file = file;
    this.trace = new Trace({ ...shared, longest: Number.POSITIVE_INFINITY, dated: true }, line =>
      file.line(line),
    );
  }

  /** Rejects with `IoError` when a line could not be written. */
  async close(): Promise<void> {
    await this.#file?.close();
  }
}
