// The recording of --record: everything that passes on the wire, line by line into a file. Secrets are taken out of each
// text; nothing is left out, so whoever reads from the wire waits for a slow reader of the file (`room`).
import { isUtf8 } from 'node:buffer';
import { UsageError } from '../errors.ts';
import { type Entry, encodeEntry, encodeRecordingHead, type Happening } from '../protocol/recording.ts';
import type { Log } from './log.ts';
import { NamedOutput } from './named-output.ts';
import type { Redactor } from './redact.ts';

export interface RecordingSettings {
  path: string;
  /** Of this program. */
  version: string;
  redactor: Redactor;
  log: Log;
  /** Ends the wait for the reader of a FIFO. */
  signal: AbortSignal;
}

export class Recording {
  readonly #file: NamedOutput;
  readonly #redactor: Redactor;
  readonly #started = performance.now();
  #connections = 0;

  private constructor(file: NamedOutput, redactor: Redactor) {
    this.#file = file;
    this.#redactor = redactor;
  }

  /** Begins a recording. Rejects with `IoError`. */
  static async open({ path, version, redactor, log, signal }: RecordingSettings): Promise<Recording> {
    if (path === '-')
      throw new UsageError('--record needs a file: stdout is for the data', { code: 'bad_value' });
    const file = await NamedOutput.open({
      flag: '--record',
      path,
      code: 'record',
      signal,
      keepsAll: true,
      describeLeftOut: () => '',
      onFailure: ({ code, message }) =>
        log.warn({ type: 'warning', code, message: `${message}; the recording ends here` }),
    });
    file.line(encodeRecordingHead(version, Date.now()));
    return new Recording(file, redactor);
  }

  /** A connection or an HTTP request begins: the function is told what happens, and what happens at once together. */
  begin(relay: string): (...happenings: Happening[]) => void {
    const connection = ++this.#connections;
    const url = this.#redactor.redact(relay);
    return (...happenings) => {
      const at = Math.round((performance.now() - this.#started) * 1000) / 1000;
      for (const happening of happenings)
        this.#file.line(encodeEntry({ at, connection, relay: url, ...this.#redacted(happening) } as Entry));
    };
  }

  /** Resolves when the reader of a FIFO has room for more; nothing while there is room. */
  room(): Promise<void> | undefined {
    return this.#file.room();
  }

  /** Rejects with `IoError` when a line could not be written. */
  close(): Promise<void> {
    return this.#file.close();
  }

  /** Only the texts: the lines stay JSON, whatever is secret. */
  #redacted(happening: Happening): Happening {
    const texts = Object.entries(happening).map(([name, value]) => [name, this.#redactedField(name, value)]);
    return Object.fromEntries(texts) as Happening;
  }

  #redactedField(name: string, value: unknown): unknown {
    if (name === 'what' || name === 'by') return value;
    if (name === 'base64') return this.#redactedBytes(value as string);
    if (typeof value === 'string') return this.#redactor.redact(value);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, text]) => [key, this.#redactor.redact(text as string)]),
    );
  }

  #redactedBytes(base64: string): string {
    const bytes = Buffer.from(base64, 'base64');
    const encoding = isUtf8(bytes) ? 'utf8' : 'latin1';
    return Buffer.from(this.#redactor.redact(bytes.toString(encoding)), encoding).toString('base64');
  }
}
