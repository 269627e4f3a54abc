// NIP-50: events are found by the words in them.
import type { Case } from '../case.ts';
import { onlyMatching } from '../expect.ts';
import type { Trial } from '../trial.ts';

const SEARCH =
  'Relays SHOULD interpret the query to the best of their ability and return events that match it';

/** A word that occurs nowhere else. */
function unheardOf(trial: Trial, end: string): string {
  return `${trial.mark.slice(5)}${end}`;
}

/** Only where the document claims NIP-50: a relay without it may ignore the field, and says so nowhere. */
const CLAIMED = { nip: 50, onlyIfClaimed: true } as const;

export const SEARCHING: readonly Case[] = [
  {
    ...CLAIMED,
    name: 'search',
    title: 'finds events by a word of their content',
    words: SEARCH,
    level: 'required',
    async run(trial) {
      const word = unheardOf(trial, 'pear');
      const events = [
        await trial.event({ content: `a ${word} a day` }),
        await trial.event({ content: `an ${unheardOf(trial, 'apple')} a day` }),
      ];
      await searches(trial, events, word, [0]);
    },
  },
  {
    ...CLAIMED,
    name: 'search-and-conditions',
    title: 'combines a search with the other conditions of a filter',
    words:
      'Clients may include `kinds`, `ids` and other filter field to restrict the search results to particular event kinds',
    level: 'required',
    async run(trial) {
      const content = `a ${unheardOf(trial, 'plum')} a day`;
      const events = [
        await trial.event({ content }),
        await trial.event({ content, kind: 30023, tags: [['d', trial.mark]] }),
      ];
      await searches(trial, events, unheardOf(trial, 'plum'), [0], [1]);
    },
  },
  {
    ...CLAIMED,
    onlyIfAsked: true,
    name: 'search-extension',
    title: 'ignores a `key:value` of a search that it does not know',
    words: "relays SHOULD ignore extensions they don't support",
    level: 'informational',
    async run(trial) {
      const word = unheardOf(trial, 'quince');
      const events = [await trial.event({ content: `a ${word} a day` }), await trial.event()];
      await searches(trial, events, `${word} nostrelaytest:yes`, [0]);
    },
  },
];

/** A search must give the events at these places, and no others. */
async function searches(
  trial: Trial,
  events: readonly Awaited<ReturnType<Trial['event']>>[],
  search: string,
  found: readonly number[],
  kinds: readonly number[] = [],
): Promise<void> {
  const dialogue = await trial.open();
  await dialogue.plant(...events);
  const filter = { search, ...(kinds.length > 0 ? { kinds: [...kinds] } : {}) };
  const came = await dialogue.stored(filter);
  const wanted = events.filter((_, i) => found.includes(i));
  const stray = came.find(({ id }) => !wanted.some(event => event.id === id));
  if (stray) trial.wrong(`a search for ${JSON.stringify(search)} gives event ${stray.id.slice(0, 8)}…`);
  onlyMatching(came, wanted, [filter]);
}
