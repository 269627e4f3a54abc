// What `publish` prints, collected while the relays answer and written once a turn of the event loop: a line for each
// answer would cost a call to the system each.
import type { Context } from '../context.ts';

const NEWLINE = Buffer.from('\n');

export class PublishOutput {
  readonly #stdout: Context['stdout'];
  #lines: Buffer[] = [];
  #turn: NodeJS.Immediate | undefined;
  #written: Promise<void> | undefined;

  constructor(stdout: Context['stdout']) {
    this.#stdout = stdout;
  }

  /** Takes a line without its newline. */
  line(text: Buffer): void {
    this.#lines.push(text, NEWLINE);
    this.#turn ??= setImmediate(() => this.#write());
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

  /** Never throws: the event loop is nobody to throw to. */
  #write(): void {
    clearImmediate(this.#turn);
    this.#turn = undefined;
    const lines = Buffer.concat(this.#lines);
    this.#lines = [];
    const written = this.#print(lines);
    this.#written = written;
    written?.then(
      () => {
        if (this.#written === written) this.#written = undefined;
      },
      () => {}, // told by `room` and `flush`
    );
  }

  #print(lines: Buffer): Promise<void> | undefined {
    try {
      return this.#stdout.bytes(lines) ?? this.#written;
    } catch (error) {
      return Promise.reject(error);
    }
  }
}
