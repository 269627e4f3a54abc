import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, test } from 'node:test';
import { IdTable } from '../../../src/protocol/id-table.ts';
import { IdKey } from '../../../src/relay/link/id-key.ts';

const idOf = (n: number) => createHash('sha256').update(String(n)).digest('hex');
const keyOf = (id: string) => new IdKey().read(id);

describe('a table of ids', () => {
  test('numbers ids from 1 in the order they came, and knows them again', () => {
    const table = new IdTable(4);
    for (let n = 0; n < 20_000; n++) assert.equal(table.add(keyOf(idOf(n))), n + 1);
    for (let n = 0; n < 20_000; n++) assert.equal(table.find(keyOf(idOf(n))), n + 1);
    assert.equal(table.add(keyOf(idOf(7))), 0);
    assert.equal(table.find(keyOf(idOf(20_000))), 0);
    assert.equal(table.size, 20_000);
  });

  test('tells ids apart that differ in one word, first or last', () => {
    const table = new IdTable(1);
    table.add(keyOf('0'.repeat(64)));
    for (const id of [`1${'0'.repeat(63)}`, `${'0'.repeat(63)}1`]) assert.equal(table.find(keyOf(id)), 0, id);
    assert.equal(table.find(keyOf('0'.repeat(64))), 1);
  });
});
