import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryTables } from '../../../../src/server/store/memory-tables.ts';
import { A } from '../../../support/people.ts';

const EVER = { since: 0, until: Number.MAX_SAFE_INTEGER };

test('long keys are told apart, also those that only UTF-16 tells apart', () => {
  const tables = new MemoryTables();
  const long = `tt${'x'.repeat(100)}`;
  const keys = [long, `${long}y`, `${long}\ud800`, `${long}\ud801`, `${long}\ufffd`];
  const [one, other] = [A.note('one'), A.note('other')];
  tables.put(one, keys);
  tables.put(other, keys.slice(2, 3));
  const found = () => keys.map(key => tables.page(key, EVER, 10).length);
  assert.deepEqual(found(), [1, 1, 2, 1, 1]);
  assert.deepEqual(
    keys.map(key => tables.count(key, EVER.since, EVER.until, 10)),
    [1, 1, 2, 1, 1],
  );
  tables.remove(one, keys);
  assert.deepEqual(found(), [0, 0, 1, 0, 0]);
});
