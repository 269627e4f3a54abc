// SIGINT, SIGTERM and SIGHUP: the first asks the command to end and is re-raised once it has (or its grace is
// over), so that the caller sees how we ended; the second ends at once.

const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
type SignalName = keyof typeof NUMBERS;

/** How long an ordinary command gets for CLOSE, flush and closing its sockets. */
const GRACE_MS = 250;

/** Process 1 of a container ignores its own signals: it ends by itself, and by force after so long. */
const DEFIANCE_MS = 250;

export class Interruption {
  readonly #controller = new AbortController();
  #received: SignalName | undefined;
  #grace = GRACE_MS;
  /** Set by a command for which a signal is the ordinary way to end. */
  drained = false;

  constructor() {
    for (const name of Object.keys(NUMBERS) as SignalName[]) process.on(name, () => this.#receive(name));
  }

  /** Aborts at the first signal; the reason is its name. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get received(): string | undefined {
    return this.#received;
  }

  /** Gives the command so many milliseconds to end by itself, and makes ending so a success. */
  allowDrain(ms: number): void {
    this.#grace = ms;
    this.drained = true;
  }

  /** Ends the process by the signal that came. */
  raise(): void {
    const name = this.#received!;
    process.removeAllListeners(name);
    process.kill(process.pid, name);
    process.exitCode = 128 + NUMBERS[name];
    setTimeout(() => process.exit(), DEFIANCE_MS).unref();
  }

  #receive(name: SignalName): void {
    if (this.#received !== undefined) return this.raise();
    this.#received = name;
    setTimeout(() => this.raise(), this.#grace).unref();
    this.#controller.abort(name);
  }
}
