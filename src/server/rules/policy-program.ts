// `serve --policy`: a program that decides which events are taken, in the form of strfry's write-policy plugins: a line of
// JSON for each event on its stdin, a line with its decision on its stdout. A program that ends, is silent, or answers what
// it was not asked is ended and started again; its events are refused, and nothing waits for it for long.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { IoError } from '../../errors.ts';
import type { Event } from '../../protocol/event.ts';
import { quote } from '../../protocol/quote.ts';
import { PolicyAnswers, type Ruling } from './policy-answers.ts';
import { tellStderr } from './policy-stderr.ts';

/** Where an event came from. */
export interface Source {
  address: string;
  /** The key that authenticated on the connection, where one did. */
  authed?: string | undefined;
}

export interface PolicySettings {
  /** The program and its arguments; no shell reads them. */
  argv: readonly string[];
  /** Milliseconds since 1970. */
  now: () => number;
  /** Hears of each failure, and of the lines of its stderr, at a bounded rate. */
  tell: (line: string) => void;
  /** Milliseconds that it may be silent while it is asked. */
  patience?: number;
}

const PATIENCE_MS = 10_000;

/** So often in a row it may fail before it decided anything; then it rests. */
const MAX_FAILURES = 5;
const REST_MS = 60_000;

/** How long it may take to end when its stdin has. */
const GOODBYE_MS = 500;

export class PolicyProgram {
  readonly #settings: PolicySettings;
  #running: Running | undefined;
  #failures = 0;
  #restsUntil = 0;
  /** Before it has started, and when it is to end. */
  #isOver = true;

  private constructor(settings: PolicySettings) {
    this.#settings = settings;
  }

  /** Starts the program. Throws `IoError` when it cannot be started. */
  static async start(settings: PolicySettings): Promise<PolicyProgram> {
    const policy = new PolicyProgram(settings);
    const { child } = policy.#begin();
    try {
      if (child.pid === undefined) await once(child, 'spawn');
    } catch (cause) {
      throw new IoError(`--policy: ${quote(settings.argv[0])} cannot be started: ${whyNotStarted(cause)}`, {
        code: 'policy',
        hint: 'Name a program that can be run: a path, or a name that is found in PATH.',
        cause,
      });
    }
    policy.#isOver = false;
    return policy;
  }

  /** Asks about an event. Never rejects: without a decision the event is refused. */
  judge(event: Event, { address, authed }: Source): Promise<Ruling> {
    const now = this.#settings.now();
    if (this.#isOver || now < this.#restsUntil) return Promise.resolve(refused('it is not running'));
    const running = this.#running ?? this.#begin();
    const question = {
      type: 'new',
      event,
      receivedAt: Math.floor(now / 1000),
      sourceType: address.includes(':') ? 'IP6' : 'IP4',
      sourceInfo: address,
      ...(authed === undefined ? {} : { authed }),
    };
    return running.ask(event.id, `${JSON.stringify(question)}\n`);
  }

  /** Ends the program. */
  async close(): Promise<void> {
    this.#isOver = true;
    await this.#running?.end();
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
    const { tell, now } = this.#settings;
    const isTired = this.#failures >= MAX_FAILURES;
    if (isTired) this.#restsUntil = now() + REST_MS;
    tell(`${reason}; ${isTired ? 'it is started again in a minute' : 'it is started again'}`);
    if (isTired) this.#failures = 0;
  }
}

/** One run of the program. */
class Running {
  readonly child: ChildProcess;
  readonly #answers: PolicyAnswers;
  readonly #onEnd: (reason: string) => void;
  #hasEnded = false;

  constructor(
    { argv: [program, ...args], tell, patience = PATIENCE_MS }: PolicySettings,
    onEnd: (reason: string) => void,
  ) {
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

  ask(id: string, line: string): Promise<Ruling> {
    if (this.#answers.isFull) return Promise.resolve(refused('too much waits for it', 'rate-limited'));
    this.child.stdin!.write(line);
    return this.#answers.expect(id, line.length);
  }

  /** Ends its stdin, and the program when it does not end by itself. */
  async end(): Promise<void> {
    if (this.#hasEnded) return;
    const closed = once(this.child, 'close');
    const timer = setTimeout(() => this.#fail('it did not end'), GOODBYE_MS);
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
    this.#answers.giveUp(refused('it failed'));
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

function refused(why: string, prefix = 'error'): Ruling {
  return { action: 'reject', message: `${prefix}: the policy of this relay decided nothing: ${why}` };
}
