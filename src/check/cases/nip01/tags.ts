// NIP-01, tags in filters: which are found, by which of their elements, and how values are compared.
import type { Tag } from '../../../protocol/event.ts';
import type { Case } from '../../case.ts';
import { randomId } from '../../key.ts';
import type { Trial } from '../../trial.ts';

const IN_COMMON =
  'In the case of tag attributes such as `#e`, for which an event may have multiple values, the event and filter condition values must have at least one item in common';
const INDEXED =
  'all single-letter (only english alphabet letters: a-z, A-Z) key tags are expected to be indexed by relays';
const ALL = 'multiple conditions are interpreted as `&&` conditions';

/** An event for each list of tags. */
function tagged(trial: Trial, ...lists: readonly Tag[][]) {
  return Promise.all(lists.map((tags, i) => trial.event({ tags, content: `tagged ${i}` })));
}

export const TAGS: readonly Case[] = [
  {
    name: 'find-by-tag',
    nip: 1,
    title: 'finds events by their e, p, a and t tags',
    words: INDEXED,
    level: 'required',
    async run(trial) {
      const [e, p, address] = [randomId(), trial.newKey().pubkey, `30023:${trial.newKey().pubkey}:x:y`];
      const events = await tagged(trial, [['e', e]], [['p', p]], [['a', address]]);
      await trial.finds(events, { '#e': [e] }, { '#p': [p] }, { '#a': [address] }, trial.mine);
    },
  },
  {
    name: 'find-by-any-letter',
    nip: 1,
    title: 'finds events by tags of any letter',
    words: INDEXED,
    level: 'required',
    async run(trial) {
      const letters = ['g', 'l', 'r', 'z', 'A', 'Z'];
      const events = await tagged(
        trial,
        letters.map(letter => [letter, `${trial.mark}${letter}`]),
      );
      await trial.finds(events, ...letters.map(letter => ({ [`#${letter}`]: [`${trial.mark}${letter}`] })));
    },
  },
  {
    name: 'tag-letter-case',
    nip: 1,
    title: 'tells upper-case tag letters from lower-case ones',
    words: INDEXED,
    level: 'required',
    async run(trial) {
      const value = `${trial.mark}-case`;
      const events = await tagged(trial, [['k', value]], [['K', value]]);
      await trial.finds(events, { '#k': [value] }, { '#K': [value] });
    },
  },
  {
    name: 'tag-values-any',
    nip: 1,
    title: 'finds events that have any of the values of a tag condition',
    words: IN_COMMON,
    level: 'required',
    async run(trial) {
      const [a, b, c] = ['a', 'b', 'c'].map(end => `${trial.mark}-${end}`) as [string, string, string];
      const events = await tagged(
        trial,
        [['l', a]],
        [['l', b]],
        [['l', c]],
        [
          ['l', a],
          ['l', c],
        ],
      );
      await trial.finds(events, { '#l': [a, b] }, { '#l': [c, `${trial.mark}-d`] });
    },
  },
  {
    name: 'tag-conditions-two',
    nip: 1,
    title: 'finds events that meet two tag conditions',
    words: ALL,
    level: 'required',
    async run(trial) {
      const [a, b] = [`${trial.mark}-a`, `${trial.mark}-b`];
      const events = await tagged(
        trial,
        [
          ['k', a],
          ['n', a],
        ],
        [
          ['k', a],
          ['n', b],
        ],
        [
          ['k', b],
          ['n', b],
        ],
        [['k', a]],
      );
      await trial.finds(
        events,
        { '#k': [a], '#n': [a] },
        { '#k': [a, b], '#n': [b] },
        { '#k': [b], '#n': [a] },
      );
    },
  },
  {
    name: 'tag-conditions-three',
    nip: 1,
    title: 'finds events that meet three tag conditions',
    words: ALL,
    level: 'required',
    async run(trial) {
      const [a, b] = [`${trial.mark}-a`, `${trial.mark}-b`];
      const events = await tagged(
        trial,
        [
          ['k', a],
          ['n', a],
        ],
        [
          ['k', a],
          ['n', b],
        ],
      );
      await trial.finds(
        events,
        { ...trial.mine, '#k': [a], '#n': [a] },
        { ...trial.mine, '#k': [a, b], '#n': [b] },
      );
    },
  },
  {
    name: 'tag-values-of-all-kinds',
    nip: 1,
    title: 'finds tag values of any text',
    words: INDEXED,
    level: 'required',
    async run(trial) {
      const ends = [
        'f'.repeat(64),
        'größer',
        '東京 🗼',
        'with "quotes", \\ and / %',
        "o'clock; --",
        'a:b:c',
        ' ',
      ];
      const values = ends.map(end => `${trial.mark}${end}`);
      const events = await tagged(trial, ...values.map(value => [['r', value]]));
      await trial.finds(events, ...values.map(value => ({ '#r': [value] })));
    },
  },
  {
    name: 'tag-value-exact',
    nip: 1,
    title: 'compares tag values whole and case by case',
    words: IN_COMMON,
    level: 'required',
    async run(trial) {
      const value = `${trial.mark}-exact`;
      const events = await tagged(trial, [['l', value]]);
      const others = [value.toUpperCase(), value.slice(0, -1), `${value} `, `${value}s`];
      await trial.finds(events, { '#l': [value] }, ...others.map(other => ({ '#l': [other] })));
    },
  },
  {
    name: 'tag-first-value',
    nip: 1,
    title: 'looks at the first value of a tag alone',
    words: 'Only the first value in any given tag is indexed',
    level: 'required',
    async run(trial) {
      const [a, b] = [`${trial.mark}-a`, `${trial.mark}-b`];
      const events = await tagged(trial, [['i', a, b]]);
      await trial.finds(events, { '#i': [a] }, { '#i': [b] });
    },
  },
  {
    name: 'tag-value-empty',
    nip: 1,
    title: 'finds an empty tag value',
    words: INDEXED,
    level: 'informational',
    async run(trial) {
      const events = await tagged(trial, [['l', '']], [['l', 'full']]);
      await trial.finds(events, { ...trial.mine, '#l': [''] });
    },
  },
  {
    name: 'tag-long-name',
    nip: 1,
    title: 'refuses a condition on a tag that is no letter, or finds nothing',
    words: INDEXED,
    level: 'informational',
    async run(trial) {
      const dialogue = await trial.open();
      await dialogue.plant(...(await tagged(trial, [['title', 'one']])));
      const { events } = await dialogue.attempt([{ ...trial.mine, '#title': ['other'] }]);
      if (events.length > 0) trial.wrong('it ignores the condition: a REQ with "#title" gives another title');
    },
  },
];
