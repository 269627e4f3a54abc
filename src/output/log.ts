// Writes stderr: messages for people, or a JSON log. No other file writes it, so every line is redacted and escaped.
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

/** One line of the log: its type, the fields of that type, and the message for people. */
export type LogEntry = { type: string; relay?: string; message?: string } & Record<string, unknown>;

const RANK: Record<Verbosity, number> = { silent: 0, errors: 1, normal: 2, verbose: 3 };

/** Types that are not printed for people, because the message says the same. */
const SELF_EVIDENT = new Set(['error', 'end', 'bad_line', 'failure', 'warning', 'serve', 'summary']);

export class Log {
  settings: LogSettings = { format: 'text', verbosity: 'normal', color: 'auto' };
  readonly #stream: Writable;
  readonly isTerminal: boolean;
  readonly #redactor: Redactor;
  readonly #env: ColorEnvironment;
  #progress: Progress | undefined;

  constructor(stream: Writable, isTerminal: boolean, redactor: Redactor, env: ColorEnvironment) {
    this.#stream = stream;
    this.isTerminal = isTerminal;
    this.#redactor = redactor;
    this.#env = env;
    stream.on('error', () => {}); // there is nowhere left to report this
  }

  /** A warning, such as a relay that failed or a bad line of input. */
  warn(entry: LogEntry): void {
    this.#write('errors', entry);
  }

  /** A detail for -v and the JSON log: connections, EOSE, CLOSED, NOTICE. */
  detail(entry: LogEntry): void {
    this.#write('verbose', entry);
  }

  /** A notice, not shown with -q. */
  note(entry: LogEntry): void {
    this.#write('normal', entry);
  }

  /** The last line of a command that fails: exactly one. */
  async failure(failure: Failure): Promise<void> {
    const { message, code, hint } = failure;
    if (this.settings.format === 'json') return this.#write('errors', { type: 'error', code, message, hint });
    if (this.settings.verbosity === 'silent') return;
    const style = await styleFor(wantsColor(this.settings.color, this.#env, this.isTerminal));
    this.#line(style.error('nost: ') + this.#safe(message));
    if (hint) for (const line of hint.split('\n')) this.#line(style.hint(`  ${this.#safe(line)}`));
  }

  /** Text of this program on several lines: short help, or a stack trace with -v. One object in the JSON log. */
  raw(type: string, text: string): void {
    if (this.settings.verbosity === 'silent') return;
    if (this.settings.format === 'json') this.#writeJson('normal', { type, message: text });
    else this.#line(this.#redactor.redact(text));
  }

  /** A finished line of the trace. The user asked for it, so only -qq hides it. */
  traced(line: string): void {
    if (this.settings.verbosity !== 'silent') this.#line(line);
  }

  /**
   * Shows the progress of a long command at a terminal, as one line whose text `describe` returns. The returned
   * function removes the line.
   */
  showProgress(describe: () => string): () => void {
    const { format, verbosity } = this.settings;
    if (!this.isTerminal || format === 'json' || RANK[verbosity] < RANK.normal) return () => {};
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
