// The stores of `serve`, for tests that hold for each of them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Event } from '../../src/protocol/event.ts';
import type { Filter } from '../../src/protocol/filter.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import type { Admission, EventStore } from '../../src/server/store/store.ts';
import { memoryStore } from '../../src/server/store/table-store.ts';

const FOLDER = mkdtempSync(join(tmpdir(), 'nost-stores-'));
process.on('exit', () => rmSync(FOLDER, { recursive: true, force: true }));

/** Opens an empty store; what it needs is gone when the process ends. */
export const STORES: Readonly<Record<string, () => Promise<EventStore>>> = {
  memory: async () => memoryStore(),
  lmdb: () => openStore(mkdtempSync(join(FOLDER, 'store-'))),
};

/** The events of a store that match, newest first. */
export function held(store: EventStore, filter: Filter = {}): Event[] {
  return [...store.query(filter, () => {})].flatMap(stored => stored?.event ?? []);
}

/** Adds one event. */
export async function addTo(store: EventStore, event: Event): Promise<Admission> {
  return (await store.add([event]))[0]!;
}
