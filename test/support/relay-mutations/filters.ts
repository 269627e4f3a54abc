// Ways to misread the filters of NIP-01.
import type { Filter } from '../../../src/protocol/filter.ts';
import type { Mutation } from '../mutant-relay.ts';
import { asksBy, reading, tagKeys, without } from './memory.ts';
import type { CaseMutation } from './mutation.ts';

/** Takes only so many values of a list. */
function first(key: keyof Filter, count: number): Mutation {
  return reading(filter =>
    filter[key] ? { ...filter, [key]: (filter[key] as []).slice(0, count) } : filter,
  );
}

/** Drops a condition where the conditions are these. */
function dropping(key: string, ...conditions: string[]): Mutation {
  return reading(filter => (asksBy(filter, ...conditions) ? without(filter, key) : filter));
}

/** Drops an empty list. */
function emptyIsNone(key: keyof Filter): Mutation {
  return reading(filter => ((filter[key] as [] | undefined)?.length === 0 ? without(filter, key) : filter));
}

/** Changes the values of the tag conditions. */
function tagValues(change: (values: string[], key: string) => string[]): Mutation {
  return reading(filter => ({
    ...filter,
    ...Object.fromEntries(tagKeys(filter).map(key => [key, change(filter[key] as string[], key)])),
  }));
}

export const FILTER_MUTATIONS: readonly CaseMutation[] = [
  { of: 'find-by-id', because: 'looks at one id of a list', mutation: first('ids', 1), also: ['long-ids'] },
  {
    of: 'find-by-author',
    because: 'looks at one author of a list',
    mutation: first('authors', 1),
    also: ['long-authors', 'replaceable-authors'],
  },
  {
    of: 'find-by-kind',
    because: 'drops the kinds where there is nothing but a time beside them',
    mutation: dropping('kinds', 'kinds'),
  },
  {
    of: 'find-by-author-and-kind',
    because: 'drops the kinds beside authors',
    mutation: dropping('kinds', 'authors', 'kinds'),
    also: ['addressable-apart'],
  },
  {
    of: 'find-by-author-and-tag',
    because: 'drops a tag beside authors',
    mutation: dropping('#p', 'authors', '#p'),
  },
  {
    of: 'find-by-kind-and-tag',
    because: 'drops the kinds beside a tag',
    mutation: dropping('kinds', 'kinds', '#e'),
  },
  {
    of: 'since-inclusive',
    because: 'takes `since` as exclusive',
    mutation: reading(filter => ('until' in filter ? filter : later(filter))),
  },
  {
    of: 'until-inclusive',
    because: 'takes `until` as exclusive',
    mutation: reading(filter => ('since' in filter || 'limit' in filter ? filter : earlier(filter))),
  },
  {
    of: 'several-filters',
    because: 'looks at the first filter alone',
    mutation: { toRelay: ([type, sub, filter]) => (type === 'REQ' ? [[type, sub, filter]] : undefined) },
  },
  {
    of: 'find-by-tag',
    because: 'knows no `a` tags',
    mutation: reading(filter => ('#a' in filter ? { ...filter, ids: [] } : filter)),
  },
  {
    of: 'find-by-any-letter',
    because: 'knows no `Z` tags',
    mutation: reading(filter => ('#Z' in filter ? { ...filter, ids: [] } : filter)),
  },
  {
    of: 'tag-letter-case',
    because: 'takes `#K` for `#k`',
    mutation: reading(({ '#K': values, ...filter }) => (values ? { ...filter, '#k': values } : filter)),
  },
  {
    of: 'tag-values-any',
    because: 'looks at one value of a tag condition',
    mutation: reading(filter => (asksBy(filter, '#l') ? { '#l': filter['#l']!.slice(0, 1) } : filter)),
  },
  {
    of: 'tag-conditions-two',
    because: 'drops the second of two tag conditions',
    mutation: reading(filter =>
      tagKeys(filter).length === 2 && '#n' in filter ? without(filter, tagKeys(filter)[1]!) : filter,
    ),
  },
  {
    of: 'tag-conditions-three',
    because: 'finds nothing by more than two tag conditions',
    mutation: reading(filter => (tagKeys(filter).length > 2 ? { ...filter, ids: [] } : filter)),
  },
  {
    of: 'tag-values-of-all-kinds',
    because: 'looks for accents apart from their letters',
    mutation: tagValues(values => values.map(value => value.normalize('NFD'))),
  },
  {
    of: 'tag-value-exact',
    because: 'looks for a value in lower case too',
    mutation: tagValues((values, key) => [
      ...values,
      ...(key === '#l' ? values.map(value => value.toLowerCase()) : []),
    ]),
  },
  { of: 'tag-first-value', because: 'finds a tag by its second value', mutation: bySecondValue() },
  { of: 'empty-ids', because: 'takes no ids for any', mutation: emptyIsNone('ids') },
  { of: 'empty-authors', because: 'takes no authors for any', mutation: emptyIsNone('authors') },
  { of: 'empty-kinds', because: 'takes no kinds for any', mutation: emptyIsNone('kinds') },
  { of: 'empty-tag-values', because: 'takes no tag values for any', mutation: emptyIsNone('#l') },
  { of: 'long-ids', because: 'looks at fifty ids', mutation: first('ids', 50) },
  { of: 'long-authors', because: 'looks at fifty authors', mutation: first('authors', 50) },
];

function later(filter: Filter): Filter {
  return filter.since === undefined ? filter : { ...filter, since: filter.since + 1 };
}

function earlier(filter: Filter): Filter {
  return filter.until === undefined ? filter : { ...filter, until: filter.until - 1 };
}

/** Asks for the first value of an `i` tag instead of its second. */
function bySecondValue(): Mutation {
  return {
    toRelay: ([type, sub, ...filters], { shared }) => {
      if (type === 'EVENT')
        for (const [name, value, second] of sub.tags) if (name === 'i' && second) shared.set(second, value);
      if (type !== 'REQ') return undefined;
      const firstOf = (value: string) => (shared.get(value) as string) ?? value;
      const changed = filters.map(filter => ('#i' in filter ? { '#i': filter['#i'].map(firstOf) } : filter));
      return [[type, sub, ...changed]];
    },
  };
}
