// NIP-01, the order of stored events, and their limit.
import { compareEvents, type Event } from '../../../protocol/event.ts';
import type { Case } from '../../case.ts';
import type { Dialogue } from '../../dialogue.ts';
import { sameIds, sameOrder } from '../../expect.ts';
import type { Trial } from '../../trial.ts';

const NEWEST =
  'When `limit: n` is present it is assumed that the events returned in the initial query will be the last `n` events ordered by the `created_at`';
const ORDER =
  'Newer events should appear first, and in the case of ties the event with the lowest id (first in lexical order) should be first';
const FEWER = 'Returning fewer events is acceptable, but returning (much) more should be avoided';
const STORED = 'the relay SHOULD query its internal database and return events that match the filter';
const AFTERWARDS =
  'The `limit` property of a filter is only valid for the initial query and MUST be ignored afterwards';

/** Events of the seconds before now, in the order of the list. */
function eventsAgo(trial: Trial, seconds: readonly number[]): Promise<Event[]> {
  return Promise.all(
    seconds.map((ago, i) => trial.event({ created_at: trial.now - ago, content: `event ${i}` })),
  );
}

export const ORDERS: readonly Case[] = [
  {
    name: 'newest-first',
    nip: 1,
    title: 'returns newer events first',
    words: ORDER,
    level: 'required',
    async run(trial) {
      const events = await eventsAgo(trial, [30, 50, 10, 40, 20]);
      const dialogue = await trial.open();
      await dialogue.plant(...events);
      const where = 'a REQ with a limit of 20';
      sameOrder(await dialogue.stored({ ...trial.mine, limit: 20 }), events.sort(compareEvents), where);
    },
  },
  {
    name: 'newest-first-without-limit',
    nip: 1,
    title: 'returns newer events first, also without a limit',
    words: ORDER,
    level: 'informational',
    async run(trial) {
      const events = await eventsAgo(trial, [20, 30, 10]);
      const dialogue = await trial.open();
      await dialogue.plant(...events);
      sameOrder(await dialogue.stored(trial.mine), events.sort(compareEvents), 'a REQ without a limit');
    },
  },
  {
    name: 'ties-by-id',
    nip: 1,
    title: 'returns the lowest id first within a second',
    words: ORDER,
    level: 'informational',
    async run(trial) {
      const events = await eventsAgo(trial, [10, 10, 10, 10, 10]);
      const dialogue = await trial.open();
      await dialogue.plant(...events);
      const sorted = events.sort(compareEvents);
      sameOrder(await dialogue.stored({ ...trial.mine, limit: 20 }), sorted, 'a REQ with a limit of 20');
      sameIds(await dialogue.stored({ ...trial.mine, limit: 2 }), sorted.slice(0, 2), 'a limit of 2');
    },
  },
  {
    name: 'limit-newest',
    nip: 1,
    title: 'returns the newest events when there are more than the limit',
    words: NEWEST,
    level: 'required',
    async run(trial) {
      const events = await eventsAgo(trial, [20, 40, 10, 30]);
      const dialogue = await trial.open();
      await dialogue.plant(...events);
      const newest = events.sort(compareEvents).slice(0, 2);
      sameIds(await dialogue.stored({ ...trial.mine, limit: 2 }), newest, 'a REQ with a limit of 2');
    },
  },
  {
    name: 'limit-of-each-filter',
    nip: 1,
    title: 'takes the limit of each filter for itself',
    words: NEWEST,
    level: 'informational',
    async run(trial) {
      const events = await eventsAgo(trial, [20, 40, 10, 30]);
      const dialogue = await trial.open();
      await dialogue.plant(...events);
      const until = trial.now - 30;
      const came = await dialogue.stored({ ...trial.mine, limit: 1 }, { ...trial.mine, until, limit: 1 });
      sameIds(came, [events[2]!, events[3]!], 'a REQ with two filters with a limit of 1');
    },
  },
  {
    name: 'limit-not-reached',
    nip: 1,
    title: 'returns all events when there are fewer than the limit',
    words: FEWER,
    level: 'required',
    async run(trial) {
      const events = await eventsAgo(trial, [10, 20, 30]);
      const dialogue = await trial.open();
      await dialogue.plant(...events);
      sameIds(await dialogue.stored({ ...trial.mine, limit: 500 }), events, 'a REQ with a limit of 500');
    },
  },
  {
    name: 'limit-ignored-live',
    nip: 1,
    title: 'sends new events beyond the limit',
    words: AFTERWARDS,
    level: 'required',
    async run(trial) {
      const events = await eventsAgo(trial, [2, 1, 0]);
      const [reader, writer] = [await trial.open(), await trial.open()];
      const subId = reader.newSubId();
      const { closed } = await reader.subscribe([{ ...trial.mine, limit: 1 }], subId);
      if (closed !== undefined) trial.skip(`it refused the REQ: ${closed}`);
      await writer.plant(...events);
      await reader.hears(subId, ...events);
    },
  },
  {
    name: 'dense-second',
    nip: 1,
    title: 'returns all events of a second in which there are many',
    words: STORED,
    level: 'required',
    async run(trial) {
      const events = await eventsAgo(trial, Array(30).fill(100));
      const dialogue = await trial.open();
      await dialogue.plant(...events);
      sameIds(await dialogue.stored({ ...trial.mine, limit: 60 }), events, 'a REQ with a limit of 60');
      const second = { since: trial.now - 100, until: trial.now - 100 };
      sameIds(await dialogue.stored({ ...trial.mine, ...second }), events, 'a REQ for that second');
    },
  },
  {
    name: 'paging',
    nip: 1,
    title: 'gives all events page by page',
    words: NEWEST,
    level: 'required',
    async run(trial) {
      const events = await eventsAgo(trial, [50, 50, 40, 40, 30, 30, 20, 20, 10]);
      const dialogue = await trial.open();
      await dialogue.plant(...events);
      sameIds(await allPages(trial, dialogue), events, 'paging by 4 with `until`');
    },
  },
];

/** Reads page by page, each from the oldest second of the one before; each event once. */
async function allPages(trial: Trial, dialogue: Dialogue): Promise<Event[]> {
  const found = new Map<string, Event>();
  for (let until = trial.now; ; ) {
    const page = await dialogue.stored({ ...trial.mine, until, limit: 4 });
    const before = found.size;
    for (const event of page) found.set(event.id, event);
    if (found.size === before) return [...found.values()];
    until = Math.min(...page.map(event => event.created_at));
  }
}
