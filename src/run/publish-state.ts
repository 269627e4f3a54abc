// `--state FILE`: which relay has accepted which event, so that a publishing that was killed goes on where it was. Lines
// are only ever appended, each of them a fact of its own: `{"relay":…,"accepted":[ids…]}`. So a line that was torn by a
// kill costs what it held and no more, and two programs may write to one file.
import { appendFileSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { Failure, IoError, UsageError } from '../errors.ts';
import { whyNot } from '../files/named-path.ts';
import { type Line, readLines } from '../input/lines.ts';
import { isHex32 } from '../protocol/hex.ts';
import { quote } from '../protocol/quote.ts';
import { AcceptedIds, MOST_RELAYS } from '../relay/publish/accepted-ids.ts';

interface Fact {
  relay: string;
  accepted: string[];
}

/** How each line begins; one that was torn begins like this, too. */
const HEAD = '{"relay":"';

const NEWLINE = 0x0a;

export class PublishState {
  readonly #path: string;
  readonly #file: FileHandle;
  readonly #relays: readonly string[];
  readonly #earlier = new AcceptedIds();
  /** Accepted, but not in the file yet: by the relay's place. */
  readonly #fresh: string[][];

  private constructor(path: string, file: FileHandle, relays: readonly string[]) {
    this.#path = path;
    this.#file = file;
    this.#relays = relays;
    this.#fresh = relays.map(() => []);
  }

  /**
   * Opens the file, which is made (mode 0600) if it is not there, and reads what it says of these relays.
   * Throws `IoError` when it cannot be used, or holds something else, and the reason of the signal.
   */
  static async open(path: string, relays: readonly string[], signal: AbortSignal): Promise<PublishState> {
    if (relays.length > MOST_RELAYS)
      throw new UsageError(`--state keeps account of at most ${MOST_RELAYS} relays, not ${relays.length}`);
    let file: FileHandle | undefined;
    try {
      file = await open(path, 'a+', 0o600);
      const state = new PublishState(path, file, relays);
      await state.#load(signal);
      return state;
    } catch (error) {
      await file?.close();
      throw error instanceof Failure ? error : unusable(path, error as Error);
    }
  }

  /** Whether the relay had accepted the event before this run. */
  has(relay: string, id: string): boolean {
    return this.#earlier.size > 0 && this.#earlier.has(id, this.#relays.indexOf(relay));
  }

  /** Notes an acceptance, to be written by `flush`. */
  add(relay: string, id: string): void {
    this.#fresh[this.#relays.indexOf(relay)]!.push(id);
  }

  /** Hands what was noted to the operating system: it outlives a kill of this program. Throws `IoError`. */
  flush(): void {
    if (this.#fresh.every(ids => ids.length === 0)) return;
    const lines = this.#relays.map((relay, place) =>
      lineOf({ relay, accepted: this.#fresh[place]!.splice(0) }),
    );
    try {
      appendFileSync(this.#file.fd, lines.join(''));
    } catch (error) {
      throw unusable(this.#path, error as Error);
    }
  }

  /** From here on it outlives a loss of power, too. Throws `IoError`. */
  async close(): Promise<void> {
    try {
      await this.#file.datasync();
    } catch (error) {
      throw unusable(this.#path, error as Error);
    } finally {
      await this.#file.close();
    }
  }

  async #load(signal: AbortSignal): Promise<void> {
    const stats = await this.#file.stat();
    if (!stats.isFile()) throw new Error('it is no regular file');
    if (stats.size === 0) return;
    let last = NEWLINE;
    const source = this.#file.createReadStream({ start: 0, end: stats.size - 1, autoClose: false });
    const watched = watchEnd(source, byte => {
      last = byte;
    });
    for await (const lines of readLines(watched)) {
      for (const line of lines) this.#learn(line);
      signal.throwIfAborted();
    }
    if (last !== NEWLINE) appendFileSync(this.#file.fd, '\n'); // what comes must not be part of a torn line
  }

  #learn(line: Line): void {
    const fact = factOf(line);
    const place = fact === undefined ? -1 : this.#relays.indexOf(fact.relay);
    if (place >= 0) for (const id of fact!.accepted) this.#earlier.add(id, place);
  }
}

async function* watchEnd(
  source: AsyncIterable<Buffer>,
  onByte: (last: number) => void,
): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    onByte(chunk.at(-1)!);
    yield chunk;
  }
}

function lineOf(fact: Fact): string {
  return fact.accepted.length === 0 ? '' : `${JSON.stringify(fact)}\n`;
}

/** Undefined for a blank or a torn line. Throws when the line was not written by us, for then the file is not ours. */
function factOf({ number, text, problem }: Line): Fact | undefined {
  if (text === '' && problem === undefined) return undefined;
  if (problem !== undefined || !HEAD.startsWith(text.slice(0, HEAD.length)))
    throw new Error(`line ${number} is not what --state writes: ${problem ?? 'it is another file'}`);
  try {
    const { relay, accepted } = JSON.parse(text);
    return typeof relay === 'string' && Array.isArray(accepted) && accepted.every(isHex32)
      ? { relay, accepted }
      : undefined;
  } catch {
    return undefined;
  }
}

function unusable(path: string, error: Error): IoError {
  return new IoError(`--state: cannot use ${quote(path, 200)}: ${whyNot(error)}`, {
    code: 'state',
    hint: 'Name a new file, or one that an earlier --state has written.',
    cause: error,
  });
}
