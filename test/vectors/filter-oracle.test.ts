// 200 groups of filters over 2,515 real events, answered by an independent matcher.
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import { type Filter, parseFilter, selectEvents } from '../../src/protocol/filter.ts';
import { describeVectors, realEvents, vectorJson } from '../support/vectors.ts';

interface Group {
  filters: Filter[];
  count: number;
  ids: string[] | null;
  ids_sha256: string;
}

describeVectors('relay/filter-oracle.json', () => {
  const { cases } = vectorJson('relay/filter-oracle.json') as { cases: Group[] };
  const events = realEvents();

  test('holds 200 groups', () => assert.equal(cases.length, 200));

  for (const [index, group] of cases.entries()) {
    test(`group ${index}: ${group.count} events`, () => {
      const ids = selectEvents(events, group.filters.map(parseFilter)).map(event => event.id);
      assert.equal(ids.length, group.count);
      if (group.ids) assert.deepEqual(ids, group.ids);
      assert.equal(hash('sha256', [...ids].sort().join('\n'), 'hex'), group.ids_sha256);
    });
  }
});
