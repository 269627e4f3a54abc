// A program that decides which events are taken, in the form of strfry's write-policy plugins: a line of JSON for each event
// on its stdin, a line with its decision on its stdout. A program that ends, is silent, or answers what it was not asked
// is ended and started again; what it was asked meanwhile is undecided, and what that means is for the caller to say.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { IoError } from '../errors.ts';
import { quote } from '../protocol/quote.ts';
import { PolicyAnswers, type Ruling, type Undecided } from './policy-answers.ts';
import { tellStderr } from './policy-stderr.ts';
import { SparingLines } from './sparing-lines.ts';

export interface PolicySettings {
  /** The flag that names the program, such as `--policy`. */
  flag: string;
  /** The program and its arguments; no shell reads them. */
  argv: readonly string[];
  /** Milliseconds since 1970. */
  now: () => number;
  /** Hears of each failure, and of the lines of its stderr, at a bounded rate. */
  tell: (line: string) => void;
  /** Milliseconds that it may be silent while it is asked. */
  patience?: number;
  /** Milliseconds that it rests after failures in a row. */
  rest?: number;
  /** Milliseconds that it may take to end when its stdin has. */
  goodbye?: number;
}

const PATIENCE_MS = 10_000;

/** So often in a row it may fail before it decided anything; then it rests. */
const MAX_FAILURES = 5;
const REST_MS = 60_000;

/** Failures that are told: a program may fail after each decision. */
const PACE = { most: 5, span: 60_000 };

const GOODBYE_MS = 500;

export class PolicyProgram {
  readonly #settings: PolicySettings;
  readonly #told: SparingLines;
  #running: Running | undefined;
  #failures = 0;
  #restsUntil = 0;
  /** Before it has started, and when it is to end. */
  #isOver = true;

  private constructor(settings: PolicySettings) {
    this.#settings = settings;
    this.#told = new SparingLines(settings.tell, PACE);
  }

  /** Starts the program. Throws `IoError` when it cannot be started. */
  static async start(settings: PolicySettings): Promise<PolicyProgram> {
    const policy = new PolicyProgram(settings);
    const { child } = policy.#begin();
    try {
      if (child.pid === undefined) await once(child, 'spawn');
    } catch (cause) {
      throw new IoError(
        `${settings.flag}: ${quote(settings.argv[0])} cannot be started: ${whyNotStarted(cause)}`,
        {
          code: 'policy',
          hint: 'Name a program that can be run: a path, or a name that is found in PATH.',
          cause,
        },
      );
    }
    policy.#isOver = false;
    return policy;
  }

  /** Milliseconds until it may be asked: it rests after failures. 0: at once. */
  get rest(): number {
    const { now, rest = REST_MS } = this.#settings;
    return Math.min(rest, Math.max(0, this.#restsUntil - now())); // a clock may be set back
  }

  /** Asks about the event of this id by a line, without its newline. Never rejects. */
  ask(id: string, line: string): Promise<Ruling | Undecided> {
    if (this.#isOver || this.rest > 0) return Promise.resolve(undecided('it is not running'));
    return (this.#running ?? this.#begin()).ask(id, `${line}\n`);
  }

  /** Ends the program. */
  async close(): Promise<void> {
    this.#isOver = true;
    await this.#running?.end();
    this.#told.close();
  }

  #begin(): Running {
    const running = new Running(this.#settings, reason => this.#ended(running, reason));
    this.#running = running;
    return running;
  }

  #ended(running: Running, reason: string): void {
    if (this.#running === running) this.#running = undefined;
    if (this.#isOver) return;
    this.#failures = running.hasDecided ? 1 : this.#failures + 1;
    const isTired = this.#failures >= MAX_FAILURES;
    const { now, rest = REST_MS } = this.#settings;
    if (isTired) this.#restsUntil = now() + rest;
    this.#told.line(
      `${reason}${about(running.asked)}; it is started again${isTired ? ` in ${rest / 1000} s` : ''}`,
    );
    if (isTired) this.#failures = 0;
  }
}

/** One run of the program. */
class Running {
  readonly child: ChildProcess;
  /** When it has failed: the first event it was asked about and did not decide. */
  asked: string | undefined;
  readonly #answers: PolicyAnswers;
  readonly #onEnd: (reason: string) => void;
  readonly #goodbye: number;
  #hasEnded = false;

  constructor(
    { argv: [program, ...args], tell, patience = PATIENCE_MS, goodbye = GOODBYE_MS }: PolicySettings,
    onEnd: (reason: string) => void,
  ) {
    this.#goodbye = goodbye;
    this.#onEnd = onEnd;
    this.child = spawn(program!, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
      windowsHide: true,
    });
    this.#answers = new PolicyAnswers(patience, reason => this.#fail(reason));
    this.child.stdin!.on('error', () => {}); // told by its end
    this.child.stdout!.on('data', (chunk: Buffer) => this.#answers.read(chunk));
    tellStderr(this.child.stderr!, tell);
    this.child.on('error', error => this.#fail(`it cannot be started: ${whyNotStarted(error)}`));
    this.child.on('close', (code, signal) =>
      this.#fail(signal ? `it was ended by ${signal}` : `it ended with ${code}`),
    );
  }

  get hasDecided(): boolean {
    return this.#answers.hasDecided;
  }

  ask(id: string, line: string): Promise<Ruling | Undecided> {
    if (this.#answers.isFull) return Promise.resolve(undecided('too much waits for it', true));
    this.child.stdin!.write(line);
    return this.#answers.expect(id, line.length);
  }

  /** Ends its stdin, and the program when it does not end by itself. */
  async end(): Promise<void> {
    if (this.#hasEnded) return;
    const closed = once(this.child, 'close');
    const timer = setTimeout(() => this.#fail('it did not end'), this.#goodbye);
    this.child.stdin!.end();
    await closed;
    clearTimeout(timer);
  }

  #fail(reason: string): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#kill();
    this.child.stdout!.destroy(); // what it left running may hold it open
    this.child.stderr!.destroy();
    this.asked = this.#answers.oldest;
    this.#answers.giveUp(undecided('it failed'));
    this.#onEnd(reason);
  }

  /** With all that it started. */
  #kill(): void {
    try {
      if (this.child.pid !== undefined) process.kill(-this.child.pid, 'SIGKILL');
    } catch {
      this.child.kill('SIGKILL');
    }
  }
}

/** Why the system started no program; its own words name only the call. */
function whyNotStarted(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return WHY_NOT_STARTED[code ?? ''] ?? message;
}

const WHY_NOT_STARTED: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such program',
  EACCES: 'it is no program that may be run',
  ENOEXEC: 'it is no program that this machine can run',
};

function undecided(reason: string, isBusy = false): Undecided {
  return { action: 'undecided', reason, isBusy };
}

/** The event it may have failed at. */
function about(id: string | undefined): string {
  return id === undefined ? '' : `, asked about ${id}`;
}
