// What follows from a change of the rules: they are kept with the events, and what they ban goes.
import { IoError } from '../../errors.ts';
import type { ManagementRequest } from '../../protocol/nip86.ts';
import type { EventStore } from '../store/store.ts';
import type { Turns } from '../work.ts';
import { RelayRules } from './rules.ts';

const RULES_NOTE = 'rules';

/** Events that are removed at once. */
const SLICE = 200;

/** What changes reach. */
export interface Reach {
  store: EventStore;
  turns: Turns;
  /** Ends the connections that come from an address. */
  dropAddress: (ip: string) => void;
}

/** The rules that a store was left with. Throws `IoError` when they are damaged. */
export function rulesIn(store: EventStore): RelayRules {
  const text = store.note(RULES_NOTE);
  if (text === undefined) return new RelayRules();
  try {
    return RelayRules.parse(text);
  } catch (cause) {
    throw new IoError('the rules that the store holds cannot be read', { code: 'store_unusable', cause });
  }
}

/** Resolves when the change would survive the end of the process, and what it bans is gone. */
export async function applyChange(
  { method, params }: ManagementRequest,
  rules: RelayRules,
  { store, turns, dropAddress }: Reach,
): Promise<void> {
  await store.setNote(RULES_NOTE, JSON.stringify(rules));
  if (method === 'banevent') await store.remove([params[0]]);
  else if (method === 'banpubkey') await removeEventsOf(params[0], store, turns);
  else if (method === 'blockip') dropAddress(params[0]);
}

/** Some at a time; an older version that comes back when a newer one goes is found the next time. */
async function removeEventsOf(author: string, store: EventStore, turns: Turns): Promise<void> {
  for (;;) {
    const ids: string[] = [];
    for (const stored of store.query({ authors: [author] }, () => {})) {
      if (stored) ids.push(stored.event.id);
      if (ids.length === SLICE) break;
    }
    if (ids.length === 0) return;
    await store.remove(ids);
    await turns.next();
  }
}
