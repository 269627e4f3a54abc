// NIP-01, lists in filters at their ends: empty ones, long ones, and ids that are not whole.
import type { Filter } from '../../../protocol/filter.ts';
import type { Case } from '../../case.ts';
import { randomId } from '../../key.ts';
import type { Trial } from '../../trial.ts';

const CONTAINED = 'the attribute from the event must be contained in the filter list';
const EXACT =
  'The `ids`, `authors`, `#e` and `#p` filter lists MUST contain exact 64-character lowercase hex values';

/** Nothing is contained in a list that is empty. */
function emptyList(name: string, list: Filter): Case {
  const [key] = Object.keys(list);
  return {
    name,
    nip: 1,
    title: `finds nothing for an empty list of ${key}`,
    words: CONTAINED,
    level: 'required',
    async run(trial) {
      await trial.finds([await trial.event({ tags: [['l', 'x']] })], { ...trial.mine, ...list });
    },
  };
}

/** A list of so many values that nobody has, and ours among them. */
function among(value: string): string[] {
  return [...Array.from({ length: 99 }, () => randomId()), value];
}

/** Whether two events that were planted are told apart by a long list. */
async function findsAmong(trial: Trial, list: (id: string) => Filter): Promise<void> {
  const events = [await trial.event(), await trial.event({ content: 'b' })];
  await trial.finds(events, list(events[0]!.id));
}

export const LISTS: readonly Case[] = [
  emptyList('empty-ids', { ids: [] }),
  emptyList('empty-authors', { authors: [] }),
  emptyList('empty-kinds', { kinds: [] }),
  emptyList('empty-tag-values', { '#l': [] }),
  {
    name: 'long-ids',
    nip: 1,
    title: 'takes a hundred ids in a filter',
    words: CONTAINED,
    level: 'required',
    async run(trial) {
      await findsAmong(trial, id => ({ ids: among(id) }));
    },
  },
  {
    name: 'long-authors',
    nip: 1,
    title: 'takes a hundred authors in a filter',
    words: CONTAINED,
    level: 'required',
    async run(trial) {
      await findsAmong(trial, () => ({ authors: among(trial.author.pubkey), ...trial.mine }));
    },
  },
  {
    name: 'ids-whole',
    nip: 1,
    title: 'finds nothing by the beginning of an id',
    words: EXACT,
    level: 'informational',
    async run(trial) {
      const dialogue = await trial.open();
      const event = await trial.event();
      await dialogue.plant(event);
      const { events } = await dialogue.attempt([{ ids: [event.id.slice(0, 16)] }]);
      if (events.length > 0) trial.wrong('a REQ with the first 16 digits of an id gives the event');
    },
  },
];
