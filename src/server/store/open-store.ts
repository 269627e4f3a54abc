// Opens the store that `serve --store` names, and keeps two servers from writing into one.
import { existsSync, statfsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { IoError } from '../../errors.ts';
import { whyNot } from '../../files/named-path.ts';
import { isRunning, ownerName } from '../../files/owner.ts';
import { makeFolder } from '../../folders.ts';
import type { Event } from '../../protocol/event.ts';
import { quote } from '../../protocol/quote.ts';
import { DATA_FILE } from './lmdb/lmdb-file.ts';
import { LmdbTables } from './lmdb/lmdb-tables.ts';
import { type Admission, DISK_FULL, type EventStore, PartlyStored, UnwritableStore } from './store.ts';
import { memoryStore, TableStore } from './table-store.ts';
import type { Position, Tables } from './tables.ts';

/** The format of what is written. A program that knows only older ones must not touch it. */
const FORMAT = 1;

const FORMAT_NOTE = '!format';
const OWNER_NOTE = '!owner';

/**
 * Opens `memory`, or a database in a folder, which is made when it is missing.
 * Throws `IoError`: `store_unusable`, `store_in_use`, `store_newer`.
 */
export async function openStore(place: string): Promise<EventStore> {
  if (place === 'memory') return memoryStore();
  await prepareFolder(place);
  const tables = await openTables(place);
  try {
    await tables.transaction(() => take(tables, place));
  } catch (error) {
    await tables.close();
    throw error;
  }
  const store = new OwnedStore(tables, place);
  await store.resume();
  return store;
}

/**
 * Opens a database to read it, also while a server writes into it. Throws `IoError`: `store_unusable`, `store_newer`.
 */
export async function openStoreToRead(place: string): Promise<EventStore> {
  if (!existsSync(join(place, DATA_FILE))) throw noStore(place);
  const tables = await openTables(place, true);
  try {
    checkFormat(tables, place);
  } catch (error) {
    await tables.close();
    throw error;
  }
  return new TableStore(tables);
}

/** With less than this left, a write that failed found the disk full: LMDB itself only says that it was cut short. */
const ROOM_OF_A_TRANSACTION = 32 * 1024 * 1024;

function whyUnwritable(place: string, error: Error): string {
  try {
    const { bavail, bsize } = statfsSync(place);
    if (bavail * bsize < ROOM_OF_A_TRANSACTION) return DISK_FULL;
  } catch {
    // then the words of LMDB have to do
  }
  return error.message;
}

/** A store that this process alone writes, until it closes it. */
class OwnedStore extends TableStore {
  readonly #tables: Tables;
  readonly #place: string;

  constructor(tables: Tables, place: string) {
    super(tables);
    this.#tables = tables;
    this.#place = place;
  }

  override add(events: readonly Event[]): Promise<Admission[]> {
    return this.#writing(super.add(events));
  }

  override remove(ids: readonly string[]): Promise<void> {
    return this.#writing(super.remove(ids));
  }

  override removeExpired(now: number, after?: Position): Promise<Position | undefined> {
    return this.#writing(super.removeExpired(now, after));
  }

  override setNote(name: string, text: string): Promise<void> {
    return this.#writing(super.setNote(name, text));
  }

  /** Rejects with `UnwritableStore` when the disk is full. */
  async #writing<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof PartlyStored)) throw this.#unwritable(error);
      throw new PartlyStored(error.admissions, this.#unwritable(error.cause));
    }
  }

  #unwritable(cause: unknown): UnwritableStore {
    return new UnwritableStore(this.#place, whyUnwritable(this.#place, cause as Error), cause);
  }

  override async close(): Promise<void> {
    try {
      await this.#tables.transaction(() => this.#tables.setNote(OWNER_NOTE, undefined));
    } catch {
      // the disk is full; it is seen at the next start that this process has ended
    }
    await super.close();
  }
}

async function openTables(place: string, readOnly = false): Promise<LmdbTables> {
  try {
    return await LmdbTables.open(resolve(place), readOnly);
  } catch (error) {
    throw unusable(place, (error as Error).message, error as Error);
  }
}

/** A folder with other things in it is not touched. */
async function prepareFolder(place: string): Promise<void> {
  let names: string[];
  try {
    makeFolder(place);
    names = await readdir(place);
  } catch (error) {
    const reason = existsSync(place) ? whyNot(error) : `the folder cannot be made: ${whyNot(error)}`;
    throw unusable(place, reason, error as Error);
  }
  if (names.length > 0 && !names.includes(DATA_FILE))
    throw unusable(place, 'the folder holds other files; a new or an empty one is needed');
}

function noStore(place: string): IoError {
  return new IoError(`there is no store at ${quote(place)}`, {
    code: 'store_unusable',
    hint: 'Name the folder that was given to nost serve --store, or that --import filled.',
  });
}

function unusable(place: string, reason: string, cause?: Error): IoError {
  return new IoError(`no store can be opened at ${quote(place)}: ${reason}`, {
    code: 'store_unusable',
    hint: 'Name a folder that is empty, or holds a store of nost serve.',
    cause,
  });
}

/** LMDB lets one process write at a time, so this is decided by one of two that start at the same moment. */
function take(tables: Tables, place: string): void {
  checkFormat(tables, place);
  const owner = tables.note(OWNER_NOTE);
  if (owner !== undefined && isRunning(owner))
    throw new IoError(`another server (process ${owner.split(' ')[0]}) has the store at ${quote(place)}`, {
      code: 'store_in_use',
      hint: 'End that one first, or name another folder.',
    });
  tables.setNote(FORMAT_NOTE, `${FORMAT}`);
  tables.setNote(OWNER_NOTE, ownerName());
}

function checkFormat(tables: Tables, place: string): void {
  const format = Number(tables.note(FORMAT_NOTE) ?? FORMAT);
  if (format !== FORMAT)
    throw new IoError(`the store at ${quote(place)} has format ${format}; this nost knows format ${FORMAT}`, {
      code: 'store_newer',
      hint: 'Use a newer nost.',
    });
}
