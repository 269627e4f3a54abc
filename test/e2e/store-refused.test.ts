// What `nost serve --store PATH` does not open: it ends with 7 and a reason, at once, whatever lies there.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { LmdbTables } from '../../src/server/store/lmdb/lmdb-tables.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import { numbers } from '../support/mutations.ts';
import { A, T0 } from '../support/people.ts';
import { idsIn, newFolder, nost, serveStore } from '../support/served-store.ts';

const TIMEOUT = { timeout: 60_000 };

async function refuses(place: string, reason: RegExp): Promise<void> {
  const { code, signal, stdout, stderr } = await nost(['serve', '--port', '0', '--store', place]);
  assert.match(stderr, reason);
  assert.deepEqual([code, signal, stdout], [7, null, '']);
}

/** A store with events, closed. */
async function filled(t: TestContext): Promise<string> {
  const folder = join(newFolder(t), 'store');
  const store = await openStore(folder);
  await store.add(
    Array.from({ length: 400 }, (_, i) => A.sign({ kind: 1, created_at: T0 + i, content: LONG })),
  );
  await store.close();
  return folder;
}

const LONG = 'long '.repeat(100);

test('a second server on the same store, and the one of two that start at once', TIMEOUT, async t => {
  const folder = newFolder(t);
  const { relay } = await serveStore(t, folder);
  await refuses(folder, /another server \(process \d+\) has the store/);
  relay.child.kill('SIGTERM');
  assert.equal((await relay.ended).code, 0);
  const both = await Promise.allSettled([serveStore(t, folder), serveStore(t, folder)]);
  assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  const refused = both.find(one => one.status === 'rejected')!;
  assert.match(String(refused.reason), /another server \(process \d+\) has the store/);
});

test('a store of a newer format', TIMEOUT, async t => {
  const folder = await filled(t);
  const tables = await LmdbTables.open(folder);
  await tables.transaction(() => tables.setNote('!format', '2'));
  await tables.close();
  await refuses(folder, /has format 2; this nost knows format 1/);
});

test('what is no store: another folder, a file, a FIFO, a device', TIMEOUT, async t => {
  const folder = newFolder(t);
  writeFileSync(join(folder, 'letter.txt'), 'hello');
  await refuses(folder, /the folder holds other files/);
  await refuses(join(folder, 'letter.txt'), /no store can be opened/);
  execFileSync('mkfifo', [join(folder, 'fifo')]);
  await refuses(join(folder, 'fifo'), /no store can be opened/);
  await refuses('/dev/zero', /no store can be opened/);
  await refuses('/proc/store', /no store can be opened/);
});

test('a database file that is a FIFO, a device or a folder', TIMEOUT, async t => {
  const make: ((path: string) => void)[] = [
    path => execFileSync('mkfifo', [path]),
    path => symlinkSync('/dev/zero', path),
    path => mkdirSync(path),
  ];
  for (const one of make) {
    for (const name of ['data.mdb', 'lock.mdb']) {
      const folder = newFolder(t);
      if (name === 'lock.mdb') writeFileSync(join(folder, 'data.mdb'), '');
      one(join(folder, name));
      await refuses(folder, /is not a regular file/);
    }
  }
});

test('a folder that may not be written', TIMEOUT, async t => {
  if (process.getuid?.() === 0) return t.skip('root may write everywhere');
  const folder = newFolder(t);
  chmodSync(folder, 0o500);
  await refuses(folder, /no store can be opened/);
});

test('garbage, whole or in places, and files that were cut off', { timeout: 180_000 }, async t => {
  const source = join(await filled(t), 'data.mdb');
  const size = statSync(source).size;
  const next = numbers(7);
  const garbage = (length: number) => Buffer.from(Array.from({ length }, () => next()));
  const damages: [string, (path: string) => void][] = [
    ['garbage', path => writeFileSync(path, garbage(50_000))],
    ['text', path => writeFileSync(path, 'hello')],
    ['only the first page', path => truncateSync(path, 4096)],
    ['only the meta pages', path => truncateSync(path, 8192)],
    ['a third of it', path => truncateSync(path, size / 3)],
    ['all but a few pages', path => truncateSync(path, size - 40_000)],
    ['zeros behind the meta pages', path => overwrite(path, 8192, Buffer.alloc(size - 8192))],
    ['garbage behind the meta pages', path => overwrite(path, 8192, garbage(size - 8192))],
  ];
  for (const [name, damage] of damages) {
    const folder = newFolder(t);
    copyFileSync(source, join(folder, 'data.mdb'));
    damage(join(folder, 'data.mdb'));
    await t.test(name, () => refuses(folder, /is not an LMDB database|is damaged/));
  }
});

function overwrite(path: string, position: number, bytes: Buffer): void {
  const file = openSync(path, 'r+');
  writeSync(file, bytes, 0, bytes.length, position);
  closeSync(file);
}

test('an empty file, as a kill at the first moment leaves it, becomes a store', TIMEOUT, async t => {
  const folder = newFolder(t);
  writeFileSync(join(folder, 'data.mdb'), '');
  assert.equal((await idsIn(folder)).size, 0);
});

test('pages at the end that were never written are no damage', TIMEOUT, async t => {
  const folder = await filled(t);
  const path = join(folder, 'data.mdb');
  const pages = readFileSync(path);
  const meta = [0, 4096].map(at => ({ at, transaction: pages.readBigUInt64LE(at + 152) }));
  const newest = meta.sort((one, other) => Number(other.transaction - one.transaction))[0]!;
  const lastPage = pages.readBigUInt64LE(newest.at + 144);
  pages.writeBigUInt64LE(lastPage + 20n, newest.at + 144);
  writeFileSync(path, pages);
  assert.equal((await idsIn(folder)).size, 400);
});
