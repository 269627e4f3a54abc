// A disk that takes a part of what is written to stdout: nothing is lost without a word.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { writingWhole } from '../../../src/output/whole-writes.ts';
import { folderOf } from '../../support/sync-world.ts';

const NOST = join(import.meta.dirname, '../../../bin/nost.js');
const canLimit = spawnSync('bash', ['--version']).status === 0;

test('a write that went in part is no success', { skip: !canLimit }, t => {
  const file = openSync(join(folderOf(t), 'help'), 'w');
  const limited = 'trap "" XFSZ; ulimit -f 1; exec "$0" "$@"';
  const words = ['-c', limited, process.execPath, NOST, 'help', 'scripting'];
  const stdio = ['ignore', file, 'pipe'] as const;
  const { status, stderr } = spawnSync('bash', words, { stdio: [...stdio], encoding: 'utf8' });
  assert.match(stderr, /cannot write to stdout: EFBIG/);
  assert.equal(status, 7);
});

test('what a file takes is in it when the write has ended, and a pipe stays as it is', async t => {
  const path = join(folderOf(t), 'file');
  const stream = writingWhole(Object.assign(new Writable(), { fd: openSync(path, 'w') }));
  await new Promise<unknown>(resolve => stream.write('some words', resolve));
  assert.equal(readFileSync(path, 'utf8'), 'some words');
  const pipe = Object.assign(new Writable(), { fd: 1, _handle: {} });
  const before = pipe._write;
  assert.equal(writingWhole(pipe)._write, before);
});
