// What a mirror leaves behind and shows while it runs: the state file each second, the status file each ten seconds, the
// status at SIGUSR2, and at a terminal its progress.
import type { Context } from '../../context.ts';
import { IoError } from '../../errors.ts';
import { whyNot } from '../../files/named-path.ts';
import { replaceFile } from '../../files/replaced-file.ts';
import { sanitizeJson } from '../../output/sanitize.ts';
import { quote } from '../../protocol/quote.ts';
import type { Mirror } from '../../sync/mirror/mirror.ts';
import type { Source } from '../../sync/mirror/source.ts';
import type { MirrorState, SourceStates } from './mirror-state.ts';
import { describe, statusOf } from './mirror-status.ts';

export interface AccountOptions {
  context: Context;
  state: MirrorState | undefined;
  /** What the state relies on is made safe before that is written. */
  beforeState: () => Promise<void>;
  statusPath: string | undefined;
  /** A file cannot be written. */
  onFault: (error: unknown) => void;
}

/** Milliseconds between two writings of the state, of the status, and between two lines at a terminal. */
const STATE_MS = 1000;
const STATUS_MS = 10_000;
const LINE_MS = 60_000;

export class MirrorAccount {
  readonly #mirror: Mirror;
  readonly #options: AccountOptions;
  readonly #startedAt: number;
  /** What ends with it. */
  readonly #ends: (() => void)[] = [];
  /** Sources of which it was told that they sent what is no event. */
  readonly #liars = new WeakSet<Source>();
  #hasBegun = false;
  #status: Promise<void> = Promise.resolve();

  constructor(mirror: Mirror, options: AccountOptions) {
    this.#mirror = mirror;
    this.#options = options;
    this.#startedAt = options.context.now();
  }

  /** Writes the files for the first time, so that what cannot be written costs nothing. Rejects with `IoError`. */
  async begin(): Promise<void> {
    const { context } = this.#options;
    await this.#writeAll();
    this.#hasBegun = true;
    this.#every(STATE_MS, () => this.#writeState());
    this.#every(STATE_MS, async () => this.#tellInvalid());
    this.#every(STATUS_MS, () => this.#writeStatus());
    this.#ends.push(context.onUserSignal(() => this.#tell()));
    this.#ends.push(context.log.showProgress(() => describe(this.#mirror)));
    if (context.log.isTerminal) this.#every(LINE_MS, async () => this.#line());
  }

  /** Writes the files, and at a terminal the line, for the last time. Rejects with `IoError`. */
  async end(): Promise<void> {
    for (const end of this.#ends.splice(0)) end();
    if (!this.#hasBegun) return;
    this.#tellInvalid();
    if (this.#options.context.log.isTerminal) this.#line();
    await this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    await Promise.all([this.#writeState(), this.#writeStatus()]);
  }

  #every(ms: number, work: () => Promise<void>): void {
    const timer = setInterval(() => work().catch(this.#options.onFault), ms);
    this.#ends.push(() => clearInterval(timer));
  }

  /** Once of each source. */
  #tellInvalid(): void {
    for (const source of this.#mirror.sources) {
      const { relay, invalid } = source;
      if (invalid === 0 || this.#liars.has(source)) continue;
      this.#liars.add(source);
      const message = `${invalid} of what it sent are no valid events; more are only counted (SIGUSR2, --status)`;
      this.#options.context.log.warn({ type: 'invalid', relay, invalid, message });
    }
  }

  #line(): void {
    this.#options.context.log.note({ type: 'progress', message: describe(this.#mirror) });
  }

  #tell(): void {
    const { log } = this.#options.context;
    const status = this.#now();
    if (log.settings.format === 'json') log.warn({ type: 'mirror', ...status });
    else log.raw('mirror', sanitizeJson(JSON.stringify(status)));
  }

  #now(): object {
    return statusOf(this.#mirror, this.#startedAt, this.#options.context.now());
  }

  async #writeState(): Promise<void> {
    const { state, beforeState } = this.#options;
    if (!state) return;
    const states = this.#states();
    await beforeState();
    await state.write(states);
  }

  #states(): SourceStates {
    const states: SourceStates = {};
    for (const source of this.#mirror.sources) {
      const since = this.#mirror.sinceOf(source);
      const of = this.#mirror.pairs.filter(pair => pair.source === source && pair.since !== undefined);
      const targets = Object.fromEntries(of.map(pair => [pair.target.name, pair.since!]));
      states[source.relay] = { ...(since !== undefined && { since }), targets };
    }
    return states;
  }

  #writeStatus(): Promise<void> {
    const { statusPath: path } = this.#options;
    if (path === undefined) return this.#status;
    this.#status = this.#status.then(() =>
      replaceFile(path, `${JSON.stringify(this.#now())}\n`, false).catch(error => {
        throw new IoError(`--status: cannot write ${quote(path, 200)}: ${whyNot(error)}`, {
          code: 'status',
          hint: 'Name a file in a folder that you can write into.',
          cause: error,
        });
      }),
    );
    return this.#status;
  }
}
