// stderr: people and logs. The one place where it is written, so that every line is redacted and escaped here.
import type { Writable } from 'node:stream';
import type { Failure } from '../errors.ts';
import { Progress } from './progress.ts';
import type { Redactor } from './redact.ts';
import { sanitizeJson, sanitizeText } from './sanitize.ts';
import { type ColorChoice, type ColorEnvironment, styleFor, wantsColor } from './style.ts';

export type LogFormat = 'text' | 'json';

/** -qq, -q, nothing, -v. */
export type Verbosity = 'silent' | 'errors' | 'normal' | 'verbose';

export interface LogSettings {
  format: LogFormat;
  verbosity: Verbosity;
  color: ColorChoice;
}

/** One line of the log; `type` and what belongs to it (contract §2). */
export type LogEntry = { type: string; relay?: string; message?: string } & Record<string, unknown>;

const RANK: Record<Verbosity, number> = { silent: 0, errors: 1, normal: 2, verbose: 3 };

/** Types that people need not read: the message says it. */
const SELF_EVIDENT = new Set(['error', 'end', 'bad_line', 'failure', 'warning', 'serve', 'summary']);

export class Log {
  settings: LogSettings = { format: 'text', verbosity: 'normal', color: 'auto' };
  readonly #stream: Writable;
  readonly #isTerminal: boolean;
  readonly #redactor: Redactor;
  readonly #env: ColorEnvironment;
  #progress: Progress | undefined;

  constructor(stream: Writable, isTerminal: boolean, redactor: Redactor, env: ColorEnvironment) {
    this.#stream = stream;
    this.#isTerminal = isTerminal;
    this.#redactor = redactor;
    this.#env = env;
    stream.on('error', () => {}); // nobody is left to tell
  }

  /** Something the user should see: a relay that failed, a bad line, a warning. */
  warn(entry: LogEntry): void {
    this.#write('errors', entry);
  }

  /** What -v shows: connections, EOSE, CLOSED, NOTICE. The JSON log has it too. */
  detail(entry: LogEntry): void {
    this.#write('verbose', entry);
  }

  /** For people who did not ask for quiet. */
  note(entry: LogEntry): void {
    this.#write('normal', entry);
  }

  /** The last line of a failing command: exactly one. */
  async failure(failure: Failure): Promise<void> {
    const { message, code, hint } = failure;
    if (this.settings.format === 'json') return this.#write('errors', { type: 'error', code, message, hint });
    if (this.settings.verbosity === 'silent') return;
    const style = await styleFor(wantsColor(this.settings.color, this.#env, this.#isTerminal));
    this.#line(style.error('nost: ') + this.#safe(message));
    if (hint) for (const line of hint.split('\n')) this.#line(style.hint(`  ${this.#safe(line)}`));
  }

  /** Text of our own, as it is, on several lines: a stack trace with -v, short help. In the JSON log one object. */
  raw(type: string, text: string): void {
    if (this.settings.verbosity === 'silent') return;
    if (this.settings.format === 'json') this.#writeJson('normal', { type, message: text });
    else this.#line(this.#redactor.redact(text));
  }

  /** A line of the trace, ready to be written: it was asked for, so only -qq stands against it. */
  traced(line: string): void {
    if (this.settings.verbosity !== 'silent') this.#line(line);
  }

  /**
   * Shows people at a terminal how far a long command is, by a line that `describe` words anew. Returns what takes it
   * away.
   */
  showProgress(describe: () => string): () => void {
    const { format, verbosity } = this.settings;
    if (!this.#isTerminal || format === 'json' || RANK[verbosity] < RANK.normal) return () => {};
    const progress = new Progress(this.#stream, describe);
    this.#progress = progress;
    return () => {
      progress.end();
      this.#progress = undefined;
    };
  }

  #write(least: Verbosity, entry: LogEntry): void {
    if (this.settings.format === 'json') return this.#writeJson(least, entry);
    if (RANK[this.settings.verbosity] < RANK[least]) return;
    const { type, relay, message } = entry;
    const parts = [relay, SELF_EVIDENT.has(type) ? undefined : type, message].filter(
      part => part !== undefined && part !== '',
    );
    this.#line(this.#safe(parts.join(': ')));
  }

  #writeJson(least: Verbosity, entry: LogEntry): void {
    const wanted = this.settings.verbosity === 'normal' ? 'verbose' : this.settings.verbosity;
    if (RANK[wanted] < RANK[least]) return;
    this.#line(sanitizeJson(this.#redactor.redact(JSON.stringify(entry))));
  }

  #safe(text: string): string {
    return sanitizeText(this.#redactor.redact(text));
  }

  #line(text: string): void {
    this.#progress?.erase();
    this.#stream.write(`${text}\n`);
  }
}
