import assert from 'node:assert/strict';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { IoError, SignerError } from '../../../../src/errors.ts';
import { readGuarded, removePrivate, writePrivate } from '../../../../src/signer/stores/private-file.ts';

const root = mkdtempSync(join(tmpdir(), 'nost-private-'));
after(() => rmSync(root, { recursive: true, force: true }));
const userId = process.getuid?.();
const skip = userId === undefined ? 'modes and owners are POSIX' : false;
let count = 0;
const fresh = () => join(root, String(++count));
const modeOf = (path: string) => statSync(path).mode & 0o777;

test('a file is its owner’s alone, in a folder nobody else can enter', { skip }, async () => {
  const path = join(fresh(), 'deep', 'file');
  const before = process.umask(0);
  await writePrivate(path, 'text', 'new', userId).finally(() => process.umask(before));
  assert.equal(readFileSync(path, 'utf8'), 'text');
  assert.equal(modeOf(path), 0o600);
  assert.equal(modeOf(join(path, '..')), 0o700);
  assert.deepEqual(readdirSync(join(path, '..')), ['file']);
});

test('a new file is never put over another; a replaced one keeps no mode of the old', { skip }, async () => {
  const path = join(fresh(), 'file');
  await writePrivate(path, 'one', 'new', userId);
  await assert.rejects(
    writePrivate(path, 'two', 'new', userId),
    (error: unknown) => error instanceof IoError && error.code === 'file_exists',
  );
  assert.equal(readFileSync(path, 'utf8'), 'one');
  chmodSync(path, 0o666);
  await writePrivate(path, 'two', 'replace', userId);
  assert.equal(readFileSync(path, 'utf8'), 'two');
  assert.equal(modeOf(path), 0o600);
  assert.deepEqual(readdirSync(join(path, '..')), ['file']);
});

test('a symbolic link is not followed, neither of the file nor of its folder', { skip }, async () => {
  const folder = fresh();
  const target = fresh();
  mkdirSync(folder, { mode: 0o700 });
  writeFileSync(target, 'precious');
  symlinkSync(target, join(folder, 'file'));
  await assert.rejects(writePrivate(join(folder, 'file'), 'x', 'new', userId), IoError);
  await writePrivate(join(folder, 'file'), 'x', 'replace', userId);
  assert.equal(readFileSync(target, 'utf8'), 'precious');
  const link = fresh();
  symlinkSync(folder, link);
  await assert.rejects(writePrivate(join(link, 'file'), 'x', 'replace', userId), /but a link/);
});

test('a folder of another user, or that others may write, takes nothing', { skip }, async () => {
  const folder = fresh();
  mkdirSync(folder);
  chmodSync(folder, 0o775);
  await assert.rejects(writePrivate(join(folder, 'file'), 'x', 'new', userId), /others may write into/);
  chmodSync(folder, 0o755);
  await writePrivate(join(folder, 'file'), 'x', 'new', userId);
  await assert.rejects(writePrivate(join(folder, 'other'), 'x', 'new', 4242), /belongs to another user/);
  assert.deepEqual(readdirSync(folder), ['file']);
});

test('drafts of programs that were killed are swept up, younger ones are not', { skip }, async () => {
  const folder = fresh();
  mkdirSync(folder, { mode: 0o700 });
  const [old, young, foreign] = [`.${'a'.repeat(24)}.tmp`, `.${'b'.repeat(24)}.tmp`, '.other.tmp'];
  for (const name of [old, young, foreign]) writeFileSync(join(folder, name), 'nsec1…');
  for (const name of [old, foreign]) utimesSync(join(folder, name), 1000, 1000);
  await writePrivate(join(folder, 'file'), 'x', 'new', userId);
  assert.deepEqual(readdirSync(folder).sort(), [young, foreign, 'file'].sort());
});

test('a file that is removed is gone, and one that is not there is no error', async () => {
  const path = join(fresh(), 'file');
  await writePrivate(path, 'x', 'new', userId);
  await removePrivate(path);
  assert.equal(existsSync(path), false);
  await removePrivate(path);
});

test('a guarded file is read when only its owner or root can have written it', { skip }, async () => {
  const path = join(fresh(), 'file');
  assert.equal(await readGuarded(path, userId), undefined);
  await writePrivate(path, 'text', 'new', userId);
  assert.equal(await readGuarded(path, userId), 'text');
  chmodSync(path, 0o644);
  assert.equal(await readGuarded(path, userId), 'text');
});

test('a file or folder that others may write is not believed', { skip }, async () => {
  const path = join(fresh(), 'file');
  await writePrivate(path, 'text', 'new', userId);
  for (const [what, mode] of [
    [path, 0o620],
    [path, 0o602],
    [join(path, '..'), 0o770],
  ] as const) {
    const before = modeOf(what);
    chmodSync(what, mode);
    await assert.rejects(
      readGuarded(path, userId),
      (error: unknown) => error instanceof SignerError && error.code === 'config_permissions',
    );
    chmodSync(what, before);
  }
});

test('a file of another user is not believed', {
  skip: skip || userId !== 0 ? 'needs root' : false,
}, async () => {
  const path = join(fresh(), 'file');
  await writePrivate(path, 'text', 'new', userId);
  chownSync(path, 4242, 4242);
  await assert.rejects(readGuarded(path, userId), /belongs to another user/);
  await assert.rejects(readGuarded(path, 4343), /belongs to another user/);
});
