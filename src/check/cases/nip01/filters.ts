// NIP-01, what filters find: each condition alone, several together, and several filters.
import type { Case } from '../../case.ts';
import { onlyMatching } from '../../expect.ts';
import { randomId } from '../../key.ts';

const CONTAINED = 'the attribute from the event must be contained in the filter list';
const ALL =
  'All conditions of a filter that are specified must match for an event for it to pass the filter, i.e., multiple conditions are interpreted as `&&` conditions';
const ANY =
  'events that match any of the filters are to be returned, i.e., multiple filters are to be interpreted as `||` conditions';

export const FILTERS: readonly Case[] = [
  {
    name: 'find-by-id',
    nip: 1,
    title: 'finds events by their ids',
    words: CONTAINED,
    level: 'required',
    async run(trial) {
      const events = [
        await trial.event(),
        await trial.event({ content: 'b' }),
        await trial.event({ kind: 7 }),
      ];
      const [a, , c] = events.map(({ id }) => id);
      await trial.finds(events, { ids: [a!] }, { ids: [a!, c!] });
    },
  },
  {
    name: 'find-by-author',
    nip: 1,
    title: 'finds events by their authors',
    words: CONTAINED,
    level: 'required',
    async run(trial) {
      const stranger = trial.newKey().pubkey;
      const events = [await trial.event(), await trial.event({ kind: 7, tags: [['e', randomId()]] })];
      const [since, until] = [trial.now, trial.now];
      await trial.finds(
        events,
        { authors: [stranger] },
        { authors: [stranger, trial.author.pubkey], since, until },
      );
    },
  },
  {
    name: 'find-by-kind',
    nip: 1,
    title: 'finds events by their kinds',
    words: CONTAINED,
    level: 'required',
    async run(trial) {
      const created_at = trial.now - 61;
      const events = [
        await trial.event({ created_at }),
        await trial.event({ created_at, kind: 7, tags: [['e', randomId()]] }),
        await trial.event({ created_at, kind: 6, tags: [['e', randomId()]], content: '' }),
      ];
      const second = { since: created_at, until: created_at };
      await trial.finds(events, { kinds: [7], ...second }, { kinds: [1, 6], ...second });
    },
  },
  {
    name: 'find-by-author-and-kind',
    nip: 1,
    title: 'finds the events of an author that are of a kind',
    words: ALL,
    level: 'required',
    async run(trial) {
      const events = [await trial.event(), await trial.event({ kind: 7, tags: [['e', randomId()]] })];
      const [authors, limit] = [[trial.author.pubkey], 50];
      await trial.finds(
        events,
        { authors, kinds: [1], limit },
        { authors, kinds: [7, 9], limit },
        { authors: [trial.newKey().pubkey], kinds: [1] },
      );
    },
  },
  {
    name: 'find-by-author-and-tag',
    nip: 1,
    title: 'finds the events of an author that have a tag',
    words: ALL,
    level: 'required',
    async run(trial) {
      const person = trial.newKey().pubkey;
      const events = [await trial.event({ tags: [['p', person]] }), await trial.event({ content: 'b' })];
      await trial.finds(
        events,
        { authors: [trial.author.pubkey], '#p': [person] },
        { authors: [person], '#p': [person] },
      );
    },
  },
  {
    name: 'find-by-kind-and-tag',
    nip: 1,
    title: 'finds the events of a kind that have a tag',
    words: ALL,
    level: 'required',
    async run(trial) {
      const target = randomId();
      const events = [
        await trial.event({ tags: [['e', target]] }),
        await trial.event({ kind: 7, tags: [['e', target]] }),
        await trial.event({ kind: 7, tags: [['e', randomId()]] }),
      ];
      await trial.finds(events, { kinds: [7], '#e': [target] }, { kinds: [6, 1], '#e': [target] });
    },
  },
  {
    name: 'since-inclusive',
    nip: 1,
    title: 'takes `since` as the first second that matches',
    words: 'events with `created_at` greater than or equal to `since` are considered to match the filter',
    level: 'required',
    async run(trial) {
      const times = [trial.now - 300, trial.now - 200, trial.now - 100];
      const events = await Promise.all(times.map(created_at => trial.event({ created_at })));
      await trial.finds(events, ...times.map(since => ({ ...trial.mine, since })));
    },
  },
  {
    name: 'until-inclusive',
    nip: 1,
    title: 'takes `until` as the last second that matches',
    words: 'The `until` property is similar except that `created_at` must be less than or equal to `until`',
    level: 'required',
    async run(trial) {
      const times = [trial.now - 300, trial.now - 200, trial.now - 100];
      const events = await Promise.all(times.map(created_at => trial.event({ created_at })));
      await trial.finds(events, ...times.map(until => ({ ...trial.mine, until })));
    },
  },
  {
    name: 'several-filters',
    nip: 1,
    title: 'returns what matches any filter of a REQ',
    words: ANY,
    level: 'required',
    async run(trial) {
      const events = await Promise.all([1, 7, 6].map(kind => trial.event({ kind, tags: [['e', NOWHERE]] })));
      const filters = [
        { ...trial.mine, kinds: [7] },
        { ...trial.mine, kinds: [1] },
      ];
      const dialogue = await trial.open();
      await dialogue.plant(...events);
      onlyMatching(await dialogue.stored(...filters), events, filters);
    },
  },
  {
    name: 'several-filters-once',
    nip: 1,
    title: 'returns an event that matches several filters once',
    words: ANY,
    level: 'informational',
    async run(trial) {
      const events = [await trial.event(), await trial.event({ content: 'b' })];
      const filters = [
        trial.mine,
        { ...trial.mine, kinds: [1] },
        { authors: [trial.author.pubkey], ...trial.mine },
      ];
      const dialogue = await trial.open();
      await dialogue.plant(...events);
      onlyMatching(await dialogue.stored(...filters), events, filters);
    },
  },
  {
    name: 'scrape',
    nip: 1,
    title: 'answers a filter without conditions',
    words: ALL,
    level: 'informational',
    async run(trial) {
      const dialogue = await trial.open();
      await dialogue.plant(await trial.event());
      const { events, closed } = await dialogue.read([{ limit: 1 }]);
      if (closed !== undefined) trial.skip(`it refused the REQ: ${closed}`);
      if (events.length !== 1) trial.wrong(`a REQ with {"limit":1} gives ${events.length} events`);
    },
  },
];

/** An event that nobody has. */
const NOWHERE = '0'.repeat(64);
