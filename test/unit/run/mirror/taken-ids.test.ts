// What an output has taken, from one run of a mirror to the next.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { TakenIds } from '../../../../src/run/mirror/taken-ids.ts';

const folder = mkdtempSync(join(tmpdir(), 'nost-taken-'));
after(() => rmSync(folder, { recursive: true }));

const id = (i: number) => i.toString(16).padStart(64, '0');

/** A file of five ids with these times. */
async function fileOf(name: string, ...times: number[]): Promise<string> {
  const path = join(folder, name);
  const taken = await TakenIds.open(path, 0);
  for (const [i, time] of times.entries()) taken.add(time, id(i));
  await taken.close();
  return path;
}

test('the last ones, which a reader may have lost, are to be taken again, however old they are', async () => {
  const path = await fileOf('unsure', 10, 20, 30, 5, 40);
  const taken = await TakenIds.open(path, 2);
  assert.equal(taken.size, 3);
  assert.equal(taken.sinceOf(40), 5);
  assert.equal(taken.sinceOf(undefined), undefined);

  for (const [i, time] of [5, 40].entries()) taken.add(time, id(3 + i));
  await taken.close();
  const next = await TakenIds.open(path, 0);
  assert.deepEqual([next.size, next.sinceOf(40)], [5, 40]);
  await next.close();
  assert.equal(statSync(path).size, 6 * 40);
});

test('of a few ones all are to be taken again', async () => {
  const taken = await TakenIds.open(await fileOf('few', 10, 20), 3);
  assert.deepEqual([taken.size, taken.sinceOf(20)], [0, 10]);
  await taken.close();
});

test('a record that was torn costs itself alone', async () => {
  const path = await fileOf('torn', 10, 20);
  truncateSync(path, 115);
  const taken = await TakenIds.open(path, 0);
  assert.equal(taken.size, 1);
  taken.add(20, id(1));
  taken.add(30, id(2));
  await taken.close();
  const next = await TakenIds.open(path, 0);
  assert.deepEqual([next.size, statSync(path).size], [3, 4 * 40]);
  await next.close();
});

test('beyond their bound the older ones go, and a time takes their place, in the file, too', async () => {
  const path = join(folder, 'many');
  const taken = await TakenIds.open(path, 0, 100);
  for (let i = 0; i < 99; i++) taken.add(1000 - i, id(i));
  taken.flush();
  assert.deepEqual([taken.size, taken.floor], [99, 0]);
  taken.add(2000, id(100));
  assert.deepEqual([taken.size, taken.floor], [74, 928]);
  taken.add(3000, id(101));
  await taken.close();
  const next = await TakenIds.open(path, 0, 100);
  assert.deepEqual([next.size, next.floor], [75, 928]);
  assert.equal(next.items().timeAt(0), 928);
  await next.close();
});

test('another file is refused, and stays as it is', async () => {
  const path = join(folder, 'diary');
  writeFileSync(path, 'my diary');
  await assert.rejects(TakenIds.open(path, 0), { code: 'state' });
  assert.equal(readFileSync(path, 'utf8'), 'my diary');
});
