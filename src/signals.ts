// SIGINT, SIGTERM and SIGHUP. The first signal asks the command to end, and is raised again when the command has
// ended or its time is up, so that the caller sees the signal. A second signal ends the process at once. A terminal that
// goes away ends nothing by itself.

import { closeSync } from 'node:fs';
import { isatty } from 'node:tty';

const NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGTERM: 15 } as const;
type SignalName = keyof typeof NUMBERS;

/** Milliseconds for sending CLOSE, flushing stdout and closing sockets. */
const GRACE_MS = 250;

/** Milliseconds after which another signal is a second one: timeout(1) sends the same one twice, to us and to our group. */
const ECHO_MS = 50;

/** As process 1 of a container we ignore our own signals; after this time the process exits by itself. */
const DEFIANCE_MS = 250;

export class Interruption {
  readonly #controller = new AbortController();
  #received: SignalName | undefined;
  #receivedAt = 0;
  #grace = GRACE_MS;
  /** Set by a command such as `serve`, which a signal ends normally. */
  drained = false;

  constructor() {
    leaveLostTerminals();
    for (const name of Object.keys(NUMBERS) as SignalName[]) process.on(name, () => this.#receive(name));
    // Otherwise Node opens its debugger, through which others on this machine could read the memory.
    if (process.platform !== 'win32') process.on('SIGUSR1', () => {});
  }

  /** Aborts at the first signal; its reason is the name of the signal. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get received(): string | undefined {
    return this.#received;
  }

  /** Gives the command this many milliseconds to end by itself; it then ends with success. */
  allowDrain(ms: number): void {
    this.#grace = ms;
    this.drained = true;
  }

  /** Ends the process with the signal that was received. */
  raise(): void {
    const name = this.#received!;
    process.removeAllListeners(name);
    process.kill(process.pid, name);
    process.exitCode = 128 + NUMBERS[name];
    setTimeout(() => process.exit(), DEFIANCE_MS).unref();
  }

  /** The time is up. What a command that drains has not done by then is not owed to anybody. */
  #giveUp(): void {
    if (this.drained) process.exit(0);
    this.raise();
  }

  #receive(name: SignalName): void {
    const now = performance.now();
    if (this.#received === name && now - this.#receivedAt < ECHO_MS) return;
    if (this.#received !== undefined) return this.raise();
    this.#received = name;
    this.#receivedAt = now;
    setTimeout(() => this.#giveUp(), this.#grace).unref();
    this.#controller.abort(name);
  }
}

/**
 * A terminal that was closed cannot be set back: Node would abort at the end, which can leave our memory in a core file.
 * Of what is closed it lets go.
 */
function leaveLostTerminals(): void {
  const terminals = [0, 1, 2].filter(isatty);
  process.on('exit', () => {
    for (const fd of terminals.filter(fd => !isatty(fd))) closeQuietly(fd);
  });
}

function closeQuietly(fd: number): void {
  try {
    closeSync(fd);
  } catch {
    // closed already
  }
}
