// Whether this command has a trace and a recording, and where they go. What formats them is loaded only when needed.
import type { Log } from './log.ts';
import type { NamedOutput } from './named-output.ts';
import type { Recording, RecordingSettings } from './recording.ts';
import type { Redactor } from './redact.ts';
import type { Trace } from './trace.ts';

export class Tracing {
  trace: Trace | undefined;
  recording: Recording | undefined;
  #file: NamedOutput | undefined;
  readonly #redactor: Redactor;

  constructor(redactor: Redactor) {
    this.#redactor = redactor;
  }

  /**
   * Starts a trace to a file, with dates and whole frames, or to stderr for an empty path. `signal` ends every wait for
   * the reader of a FIFO. Rejects with `IoError`.
   */
  async open(path: string, log: Log, signal: AbortSignal): Promise<void> {
    const { LONGEST_ON_STDERR, leftOut, Trace } = await import('./trace.ts');
    const { format } = log.settings;
    const shared = { format, redactor: this.#redactor, now: Date.now };
    if (path === '') {
      this.trace = new Trace({ ...shared, longest: LONGEST_ON_STDERR, dated: false }, line =>
        log.traced(line),
      );
      return;
    }
    const { NamedOutput } = await import('./named-output.ts');
    const file = await NamedOutput.open({
      flag: '--trace',
      path,
      code: 'trace',
      signal,
      describeLeftOut: lines => leftOut(lines, format),
      onFailure: ({ code, message }) =>
        log.warn({ type: 'warning', code, message: `${message}; the trace ends here` }),
    });
    this.#file = file;
    this.trace = new Trace({ ...shared, longest: Number.POSITIVE_INFINITY, dated: true }, line =>
      file.line(line),
    );
  }

  /** Starts a recording. Rejects with `IoError`. */
  async openRecording(settings: RecordingSettings): Promise<void> {
    const { Recording } = await import('./recording.ts');
    this.recording = await Recording.open(settings);
  }

  /** Resolves when the reader of a FIFO has room for more; nothing while there is room. */
  room(): Promise<void> | undefined {
    return this.#file?.room() ?? this.recording?.room();
  }

  /** Closes both. Rejects with `IoError` when a line could not be written. */
  async close(): Promise<void> {
    const ends = await Promise.allSettled([this.#file?.close(), this.recording?.close()]);
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }
}
