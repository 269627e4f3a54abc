import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { LmdbTables } from '../../../../../src/server/store/lmdb/lmdb-tables.ts';

async function open(t: TestContext): Promise<LmdbTables> {
  const folder = mkdtempSync(join(tmpdir(), 'nost-tables-'));
  const tables = await LmdbTables.open(folder);
  t.after(async () => {
    await tables.close();
    rmSync(folder, { recursive: true });
  });
  return tables;
}

test('transactions that come together are made as one, in order', async t => {
  const tables = await open(t);
  const seen: (string | undefined)[] = [];
  const write = (value: string) =>
    tables.transaction(() => {
      seen.push(tables.note('k'));
      tables.setNote('k', value);
      return value;
    });
  assert.deepEqual(await Promise.all(['a', 'b', 'c'].map(write)), ['a', 'b', 'c']);
  assert.deepEqual(seen, [undefined, 'a', 'b']);
  assert.equal(tables.note('k'), 'c');
});

test('one that throws is undone, and those beside it are kept', async t => {
  const tables = await open(t);
  const write = (key: string, error?: Error) =>
    tables.transaction(() => {
      tables.setNote(key, 'written');
      if (error) throw error;
    });
  const results = await Promise.allSettled([write('a'), write('b', new Error('no')), write('c')]);
  assert.deepEqual(
    results.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(
    ['a', 'b', 'c'].map(key => tables.note(key)),
    ['written', undefined, 'written'],
  );
});

test('what was begun before it closes is written', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'nost-tables-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const tables = await LmdbTables.open(folder);
  const written = tables.transaction(() => tables.setNote('k', 'v'));
  await tables.close();
  await written;
  const again = await LmdbTables.open(folder);
  assert.equal(again.note('k'), 'v');
  await again.close();
});

test('a folder whose name ends like that of a file', async t => {
  const folder = join(mkdtempSync(join(tmpdir(), 'nost-tables-')), 'relay.db');
  t.after(() => rmSync(dirname(folder), { recursive: true }));
  mkdirSync(folder);
  const tables = await LmdbTables.open(folder);
  await tables.transaction(() => tables.setNote('k', 'v'));
  await tables.close();
  assert.ok(existsSync(join(folder, 'data.mdb')));
});
