// `--state FILE` of a mirror: up to when each target has what each source had, so that a mirror that was killed goes on
// where it was: `{"version":1,"filters":[…],"sources":{URL:{"since":seconds,"targets":{URL:seconds}}}}`. Written as a
// whole. How far it is holds for these filters alone: with others it begins anew.
import { readFile, stat } from 'node:fs/promises';
import { isDeepStrictEqual } from 'node:util';
import { Failure, IoError } from '../../errors.ts';
import { whyNot } from '../../files/named-path.ts';
import { replaceFile } from '../../files/replaced-file.ts';
import type { Filter } from '../../protocol/filter.ts';
import { quote } from '../../protocol/quote.ts';
import { lockState } from './state-lock.ts';

/** What is kept of a source; an absent number: nothing is known yet. */
export interface SourceState {
  /** The least of what is known of its targets. */
  since?: number;
  targets: Record<string, number>;
}

export type SourceStates = Record<string, SourceState>;

const VERSION = 1;

/** No state of ours is larger. */
const MOST_BYTES = 16 * 1024 * 1024;

export class MirrorState {
  readonly #path: string;
  readonly #unlock: () => Promise<void>;
  readonly #filters: readonly Filter[];
  readonly #earlier: SourceStates;
  #written: string | undefined;
  #writing: Promise<void> = Promise.resolve();

  private constructor(
    path: string,
    unlock: () => Promise<void>,
    filters: readonly Filter[],
    earlier: SourceStates,
  ) {
    this.#path = path;
    this.#unlock = unlock;
    this.#filters = filters;
    this.#earlier = earlier;
  }

  /** Reads the file, if it is there, and keeps others from it. Throws `IoError`. */
  static async open(path: string, filters: readonly Filter[]): Promise<MirrorState> {
    let unlock: (() => Promise<void>) | undefined;
    try {
      unlock = await lockState(path);
      return new MirrorState(path, unlock, filters, await read(path, filters));
    } catch (error) {
      await unlock?.();
      throw error instanceof Failure ? error : unusable(path, error as Error);
    }
  }

  /** Up to when a target had what a source had, in seconds. */
  sinceOf(source: string, target: string): number | undefined {
    const { targets } = Object.hasOwn(this.#earlier, source) ? this.#earlier[source]! : { targets: {} };
    return Object.hasOwn(targets, target) ? targets[target] : undefined;
  }

  /** Writes the file where something changed; what was written before stays until this is whole. Rejects with `IoError`. */
  write(sources: SourceStates): Promise<void> {
    const text = `${JSON.stringify({ version: VERSION, filters: this.#filters, sources })}\n`;
    if (text === this.#written) return this.#writing;
    this.#written = text;
    this.#writing = this.#writing.then(() =>
      replaceFile(this.#path, text, true).catch(error => {
        throw unusable(this.#path, error);
      }),
    );
    return this.#writing;
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => {});
    await this.#unlock();
  }
}

async function read(path: string, filters: readonly Filter[]): Promise<SourceStates> {
  const stats = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!stats) return {};
  if (!stats.isFile()) throw new Error('it is no regular file');
  if (stats.size > MOST_BYTES) throw new Error('it is too large for what mirror --state writes');
  const text = await readFile(path, 'utf8');
  return text === '' ? {} : parse(text, filters);
}

function parse(text: string, filters: readonly Filter[]): SourceStates {
  const value = fromJson(text) as { version?: unknown; filters?: unknown; sources?: unknown };
  if (value?.version !== VERSION || !isObject(value.sources))
    throw new Error('it is not what mirror --state writes');
  for (const source of Object.values(value.sources))
    if (!isObject(source) || !isObject(source['targets']) || !Object.values(source['targets']).every(isTime))
      throw new Error('it is not what mirror --state writes');
  return covers(value.filters, filters) ? (value.sources as SourceStates) : {};
}

/** Whether what was asked earlier is what is asked now, or begins earlier: `--since 2d` is another time each day. */
function covers(earlier: unknown, filters: readonly Filter[]): boolean {
  if (!Array.isArray(earlier) || earlier.length !== filters.length) return false;
  return filters.every(({ since: now = 0, ...filter }, i) => {
    const { since = 0, ...rest } = Object(earlier[i]) as Filter;
    return isDeepStrictEqual(rest, filter) && since <= now;
  });
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('it is not what mirror --state writes: it is no JSON');
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function unusable(path: string, error: Error): IoError {
  return new IoError(`--state: cannot use ${quote(path, 200)}: ${whyNot(error)}`, {
    code: 'state',
    hint: 'Name a new file, or one that an earlier mirror --state has written.',
    cause: error,
  });
}
