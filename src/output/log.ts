// Writes stderr: messages for people, or a JSON log. No other file writes it, so every line is redacted and escaped.
import type { Writable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import type { Failure } from '../errors.ts';
import type { FailureKind } from '../failure-codes.ts';
import { withoutSecrets } from '../protocol/quote.ts';
import { BoundedLines } from './bounded-lines.ts';
import { brokenLines } from './broken-lines.ts';
import { Progress } from './progress.ts';
import type { Redactor } from './redact.ts';
import { sanitizeJson, sanitizeText } from './sanitize.ts';
import { type ColorChoice, type ColorEnvironment, type Style, styleFor, wantsColor } from './style.ts';

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
const SELF_EVIDENT = new Set([
  'item',
  'error',
  'end',
  'bad_line',
  'failure',
  'serve',
  'summary',
  'sync',
  'fallback',
  'not_accepted',
  'reconnected',
  'not_found',
  'not_deletable',
  'deletion',
  'not_printed',
  'asked',
  'change',
  'route',
  'unchanged',
  'written',
  'uncovered',
  'target_down',
  'target_up',
  'room',
  'progress',
  'proved',
]);

/** Characters of a text that are shown: a relay may send megabytes of it. */
const LONGEST_TEXT = 2000;

/** Types of details that the JSON log, too, has only with -v. */
const ONLY_VERBOSE = new Set(['verify', 'open']);

export class Log {
  settings: LogSettings = { format: 'text', verbosity: 'normal', color: 'auto' };
  readonly #stream: Writable;
  readonly isTerminal: boolean;
  readonly #lines: BoundedLines;
  readonly #redactor: Redactor;
  readonly #env: ColorEnvironment;
  #progress: Progress | undefined;
  /** How many questions stand on the terminal. */
  #questions = 0;
  /** What the line of progress is made of. */
  readonly #tellers: (() => string)[] = [];

  constructor(stream: Writable, isTerminal: boolean, redactor: Redactor, env: ColorEnvironment) {
    this.#stream = stream;
    this.isTerminal = isTerminal;
    this.#redactor = redactor;
    this.#env = env;
    this.#lines = new BoundedLines(stream, lines => this.#leftOut(lines));
  }

  /** A warning, such as a relay that failed or a bad line of input. */
  warn(entry: LogEntry): void {
    this.#write('errors', entry);
  }

  /** A detail for -v and the JSON log: connections, EOSE, CLOSED, NOTICE. */
  detail(entry: LogEntry): void {
    if (
      this.settings.format === 'json' &&
      this.settings.verbosity !== 'verbose' &&
      ONLY_VERBOSE.has(entry.type)
    )
      return;
    this.#write('verbose', entry);
  }

  /** A notice, not shown with -q. */
  note(entry: LogEntry): void {
    this.#write('normal', entry);
  }

  /** The last line of a command that fails: exactly one. */
  async failure(failure: Failure): Promise<void> {
    const { code } = failure;
    const message = shownOf(failure, failure.message);
    const hint = failure.hint && shownOf(failure, failure.hint);
    if (this.settings.verbosity === 'silent') return;
    if (this.settings.format === 'json')
      return this.#always(this.#json({ type: 'error', code, message, hint }));
    const style = await this.style();
    for (const line of this.#broken(`nost: ${this.#safe(message)}`))
      this.#always(line.replace(/^nost: /, style.error('nost: ')));
    const hints = hint ? hint.split('\n') : [];
    for (const line of hints.flatMap(line => this.#broken(`  ${this.#safe(line)}`)))
      this.#always(style.hint(line));
  }

  /** Resolves when stderr has room for more, or the signal aborts; nothing while there is room. */
  room(signal: AbortSignal): Promise<void> | undefined {
    return this.#lines.room(signal);
  }

  /** Text of this program on several lines: short help, or a stack trace with -v. One object in the JSON log. */
  raw(type: string, text: string): void {
    const { format, verbosity } = this.settings;
    if (verbosity === 'silent') return;
    if (format !== 'json') this.#always(this.#redactor.redact(text));
    else if (verbosity !== 'errors') this.#always(this.#json({ type, message: text }, whole => whole));
  }

  /** A finished table for people, whose cells are safe already; not shown with -q. */
  table(lines: readonly string[]): void {
    const { format, verbosity } = this.settings;
    if (format === 'json' || RANK[verbosity] < RANK.normal) return;
    this.#line(this.#redactor.redact(lines.join('\n')));
  }

  /** The styles of stderr. */
  style(): Promise<Style> {
    return styleFor(wantsColor(this.settings.color, this.#env, this.isTerminal));
  }

  /** A finished line of the trace. The user asked for it, so only -qq hides it. */
  traced(line: string): void {
    if (this.settings.verbosity !== 'silent') this.#line(line);
  }

  /**
   * Shows the progress of a long command at a terminal, as one line whose text `describe` returns; when two are shown at
   * once, one behind the other. The returned function removes it.
   */
  showProgress(describe: () => string): () => void {
    const { format, verbosity } = this.settings;
    if (!this.isTerminal || format === 'json' || RANK[verbosity] < RANK.normal) return () => {};
    this.#tellers.push(describe);
    this.#progress ??= new Progress(this.#stream, () => this.#describeProgress());
    return () => this.#hideProgress(describe);
  }

  /** Shows no progress until the returned function is called: a question stands on that line. */
  holdProgress(): () => void {
    this.#questions++;
    this.eraseProgress();
    return () => {
      this.#questions--;
    };
  }

  #describeProgress(): string {
    return this.#questions > 0 ? '' : this.#tellers.map(tell => tell()).join(' · ');
  }

  #hideProgress(describe: () => string): void {
    const at = this.#tellers.indexOf(describe);
    if (at >= 0) this.#tellers.splice(at, 1);
    if (this.#tellers.length > 0) return;
    this.#progress?.end();
    this.#progress = undefined;
  }

  /** Makes way for what stdout writes on the same terminal; the next update shows the progress again. */
  eraseProgress(): void {
    this.#progress?.erase();
  }

  #write(least: Verbosity, entry: LogEntry): void {
    if (this.settings.format === 'json') return this.#writeJson(least, entry);
    if (RANK[this.settings.verbosity] < RANK[least]) return;
    const { type, relay, message } = entry;
    const parts = [relay, SELF_EVIDENT.has(type) ? undefined : type, message].filter(
      part => part !== undefined && part !== '',
    );
    this.#line(this.#broken(this.#safe(parts.join(': '))).join('\n'));
  }

  #writeJson(least: Verbosity, entry: LogEntry): void {
    const wanted = this.settings.verbosity === 'normal' ? 'verbose' : this.settings.verbosity;
    if (RANK[wanted] < RANK[least]) return;
    this.#line(this.#json(entry));
  }

  #json(entry: object, textOf: (text: string) => string = text => this.#short(text)): string {
    const json = JSON.stringify(entry, (_, value) => (typeof value === 'string' ? textOf(value) : value));
    return sanitizeJson(this.#redactor.redact(json));
  }

  #safe(text: string): string {
    return sanitizeText(this.#short(text));
  }

  #broken(text: string): string[] {
    return brokenLines(text, this.isTerminal ? (this.#stream as Partial<WriteStream>).columns : undefined);
  }

  /** Redacted first: a secret that is cut in two could not be told any more. */
  #short(text: string): string {
    const whole = this.#redactor.redact(text);
    if (whole.length <= LONGEST_TEXT) return whole;
    const shown = whole.slice(0, LONGEST_TEXT).toWellFormed();
    return `${shown}… ${whole.length - LONGEST_TEXT} more characters`;
  }

  #leftOut(lines: number): string {
    const message = `${lines} lines were left out here: stderr is not read fast enough`;
    return this.settings.format === 'json' ? this.#json({ type: 'left_out', lines, message }) : message;
  }

  #line(text: string): void {
    this.#progress?.erase();
    this.#lines.line(text);
  }

  #always(text: string): void {
    this.#progress?.erase();
    this.#lines.always(text);
  }
}

/** The failures that speak of what was typed or lies in a file, where libraries quote what they were given. */
const SUSPECT: readonly FailureKind[] = ['usage', 'signer', 'io', 'bug'];

function shownOf({ kind }: Failure, text: string): string {
  return SUSPECT.includes(kind) ? withoutSecrets(text) : text;
}
