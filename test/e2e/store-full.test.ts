// The disk of `nost serve --store` is full: writing is refused, reading goes on, and writing works again when there is
// room. A limit on the size of files stands for the disk. And a seed that is not read to its end when SIGTERM comes.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { A, T0 } from '../support/people.ts';
import { RawClient } from '../support/raw-client.ts';
import { idsIn, newFolder, nost, Running, serveStore } from '../support/served-store.ts';

/** Files may be no larger than 800 KiB. */
const SMALL_DISK = ['bash', '-c', 'trap "" XFSZ; ulimit -S -f 800; exec "$0" "$@"'];
const canLimit = spawnSync('prlimit', ['--version']).status === 0;
const OPTIONS = { timeout: 60_000, skip: canLimit ? false : 'prlimit is missing' };

/** Only root mounts, and not everywhere. */
const canMount = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
const SMALL_MOUNT = { timeout: 60_000, skip: canMount ? false : 'nothing can be mounted' };

const LONG = 'long '.repeat(2000);
const note = (i: number) => A.note(`${i} ${LONG}`, T0 + i);

test(
  'a full disk: an error for what is new, answers for what is there, and all again with room',
  OPTIONS,
  async t => {
    const folder = join(newFolder(t), 'store');
    const { relay, url } = await serveStore(t, folder, SMALL_DISK);
    const client = await RawClient.connect(url);
    const accepted: string[] = [];
    let last = ['OK', '', true, ''] as unknown[];
    for (let i = 0; i < 200 && last[2] === true; i++) {
      client.send(['EVENT', note(i)]);
      last = await client.nextLike('OK');
      if (last[2] === true) accepted.push(last[1] as string);
    }
    assert.equal(last[3], 'error: Input/output error'); // the disk itself has room
    assert.ok(accepted.length > 10, `${accepted.length} accepted`);
    client.send(['REQ', 'all', {}]);
    for (const id of accepted.toReversed()) assert.equal((await client.nextLike('EVENT'))[2].id, id);
    await client.nextLike('EOSE');
    execFileSync('prlimit', ['--pid', `${relay.child.pid}`, '--fsize=unlimited']);
    client.send(['EVENT', note(500)]);
    assert.deepEqual(await client.nextLike('OK'), ['OK', note(500).id, true, '']);
    relay.child.kill('SIGTERM');
    const { code, stderr } = await relay.ended;
    assert.equal(code, 0);
    assert.match(stderr, /the store at .* cannot be written: Input\/output error/);
    assert.deepEqual(await idsIn(folder), new Set([...accepted, note(500).id]));
  },
);

test('a disk that is full is told as that, to clients and to the owner', SMALL_MOUNT, async t => {
  const disk = mkdtempSync(join(tmpdir(), 'nost-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', disk]);
  t.after(() => {
    execFileSync('umount', ['--lazy', disk]);
    rmdirSync(disk);
  });
  const { relay, url } = await serveStore(t, join(disk, 'store'));
  const client = await RawClient.connect(url);
  let last: readonly unknown[] = [];
  for (let i = 0; i < 1000 && last[2] !== false; i++) last = await client.publish(note(i));
  assert.equal(last[3], 'error: the disk is full');
  assert.ok((await client.query({})).length > 10);
  relay.child.kill('SIGTERM');
  const { code, stderr } = await relay.ended;
  assert.equal(code, 0);
  assert.match(stderr, /the store at ".*" cannot be written: the disk is full/);
});

test('a seed that does not fit ends with 7 and says why', OPTIONS, async t => {
  const folder = newFolder(t);
  const seed = join(folder, 'seed.jsonl');
  writeFileSync(seed, Array.from({ length: 150 }, (_, i) => `${JSON.stringify(note(i))}\n`).join(''));
  const words = ['serve', '--port', '0', '--store', join(folder, 'store'), '--seed', seed];
  const { code, stderr } = await nost(words, undefined, SMALL_DISK);
  assert.match(stderr, /the store at .* cannot be written: .*\n.*Is the disk full\?/);
  assert.equal(code, 7);
  assert.equal((await idsIn(join(folder, 'store'))).size, 0);
});

test('SIGTERM in the middle of a large seed: it ends with 0, in time', { timeout: 60_000 }, async t => {
  const folder = newFolder(t);
  const seed = join(folder, 'seed.jsonl');
  const line = `${JSON.stringify(A.note('again and again'))}\n`;
  writeFileSync(seed, line.repeat(400_000));
  const relay = new Running(['serve', '--port', '0', '--store', join(folder, 'store'), '--seed', seed]);
  t.after(() => relay.child.kill('SIGKILL'));
  while (!existsSync(join(folder, 'store', 'data.mdb')))
    await new Promise(resolve => setTimeout(resolve, 20));
  relay.child.kill('SIGTERM');
  const { code, stdout } = await relay.ended;
  assert.deepEqual([code, stdout], [0, '']);
  assert.ok((await idsIn(join(folder, 'store'))).size <= 1);
});
