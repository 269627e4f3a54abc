import assert from 'node:assert/strict';
import test from 'node:test';
import { MemoryTables } from '../../../../src/server/store/memory-tables.ts';
import { Unfinished } from '../../../../src/server/store/unfinished.ts';

const request = (i: number) => ({ id: `${i}`.padStart(64, '0'), pubkey: 'a'.repeat(64), created_at: i });

test('requests are listed in the order in which they came, until they are deleted in any order', () => {
  const unfinished = new Unfinished(new MemoryTables(), 'n');
  assert.deepEqual([unfinished.isEmpty, unfinished.list()], [true, []]);
  for (let i = 0; i < 4; i++) unfinished.add(request(i));
  unfinished.delete(request(2).id);
  unfinished.delete(request(2).id);
  assert.deepEqual([unfinished.isEmpty, unfinished.list()], [false, [0, 1, 3].map(request)]);
  assert.deepEqual([unfinished.has(request(1).id), unfinished.has(request(2).id)], [true, false]);
  for (const i of [0, 3, 1]) unfinished.delete(request(i).id);
  assert.deepEqual([unfinished.isEmpty, unfinished.list()], [true, []]);
});

test('however many there are, one more writes no more; and in the end nothing is left of them', () => {
  const tables = new MemoryTables();
  const notes = new Map<string, number>();
  const unfinished = new Unfinished(
    {
      note: (key: string) => tables.note(key),
      setNote: (key: string, value: string | undefined) => {
        if (value === undefined) notes.delete(key);
        else notes.set(key, value.length);
        tables.setNote(key, value);
      },
    } as MemoryTables,
    'n',
  );
  for (let i = 0; i < 2000; i++) unfinished.add(request(i));
  assert.ok(Math.max(...notes.values()) < 300);
  for (let i = 0; i < 2000; i++) unfinished.delete(request(i).id);
  assert.deepEqual([...notes], []);
});
