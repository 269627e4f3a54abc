// What `publish` prints and remembers, collected while the relays answer and written once a turn of the event loop: a
// call to the system for each answer would cost too much. What is printed is remembered before, and what is sent next
// only after: so a kill costs no more than what was in flight.
import type { Context } from '../context.ts';
import type { PublishState } from './publish-state.ts';

const NEWLINE = Buffer.from('\n');

/** Where it writes, and what stands in the way on a terminal. */
export interface PublishStreams {
  stdout: Context['stdout'];
  log: Pick<Context['log'], 'eraseProgress'>;
}

export class PublishOutput {
  readonly #stdout: Context['stdout'];
  readonly #log: Pick<Context['log'], 'eraseProgress'>;
  readonly #state: PublishState | undefined;
  #lines: Buffer[] = [];
  /** What the lines that wait are about. */
  #ids: string[] = [];
  /** Accepted events whose lines could not be written. */
  readonly unprinted = new Set<string>();
  #turn: NodeJS.Immediate | undefined;
  #written: Promise<void> | undefined;
  /** Why the state file cannot be written. */
  #problem: unknown;

  constructor({ stdout, log }: PublishStreams, state: PublishState | undefined) {
    this.#stdout = stdout;
    this.#log = log;
    this.#state = state;
  }

  /** Takes a line without its newline; `id`: it tells that this event was accepted. */
  line(text: Buffer, id?: string): void {
    this.#lines.push(text, NEWLINE);
    if (id !== undefined) this.#ids.push(id);
    this.#writeSoon();
  }

  /** Takes an acceptance for the state file, if there is one. */
  accepted(relay: string, id: string): void {
    this.#state?.add(relay, id);
    if (this.#state) this.#writeSoon();
  }

  /** Where it returns a promise, that resolves when the reader of stdout has caught up. Rejects with `IoError`. */
  room(): Promise<void> | undefined {
    return this.#written;
  }

  /** Writes what is left. Throws `IoError`. */
  async flush(): Promise<void> {
    this.#write();
    await this.#written;
  }

  /** Writes acceptances to the state file. Never throws: `room` and `flush` do. */
  remember(): void {
    if (this.#problem !== undefined) return;
    try {
      this.#state?.flush();
    } catch (error) {
      this.#problem = error;
    }
  }

  #writeSoon(): void {
    this.#turn ??= setImmediate(() => this.#write());
  }

  /** Never throws, for the event loop is nobody to throw to: `room` and `flush` do. */
  #write(): void {
    clearImmediate(this.#turn);
    this.#turn = undefined;
    const [lines, ids] = [Buffer.concat(this.#lines), this.#ids];
    this.#lines = [];
    this.#ids = [];
    const written = this.#put(lines);
    this.#written = written;
    written?.then(
      () => {
        if (this.#written === written) this.#written = undefined;
      },
      () => {
        for (const id of ids) this.unprinted.add(id);
      },
    );
  }

  #put(lines: Buffer): Promise<void> | undefined {
    this.remember();
    if (this.#problem !== undefined) return Promise.reject(this.#problem);
    if (this.#stdout.isTerminal && lines.length > 0) this.#log.eraseProgress();
    try {
      return this.#stdout.bytes([lines]) ?? this.#written;
    } catch (error) {
      return Promise.reject(error);
    }
  }
}
