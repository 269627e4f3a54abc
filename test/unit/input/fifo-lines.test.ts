// A FIFO that many write to, one after another or at once.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { appendFile, open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { IoError } from '../../../src/errors.ts';
import { FifoLines } from '../../../src/input/fifo-lines.ts';
import { eventually } from '../../support/fake-transport.ts';

const isPosix = process.platform !== 'win32';

/** A FIFO, what has been read from it, and the end of the reading. */
async function fifoFor(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), 'nost-fifo-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'fifo');
  execFileSync('mkfifo', [path]);
  const fifo = await FifoLines.open('--control', path);
  const ending = new AbortController();
  const lines: string[] = [];
  const read = (async () => {
    for await (const { text, problem } of fifo.read(ending.signal)) lines.push(problem ?? text);
  })();
  t.after(() => ending.abort());
  return { path, lines, read, end: () => ending.abort() };
}

test('every line of every writer is read, also the last one without a newline', {
  skip: !isPosix,
}, async t => {
  const { path, lines, read, end } = await fifoFor(t);
  const wanted: string[] = [];
  for (let i = 0; i < 30; i++) {
    await appendFile(path, i % 3 === 0 ? `line ${i}` : `line ${i}\n`);
    wanted.push(`line ${i}`);
    // Two writers of which the first leaves its line open would write one line.
    if (i % 3 === 0) await eventually(() => lines.length === wanted.length, 1_000_000);
  }
  await eventually(() => lines.length === wanted.length, 1_000_000);
  assert.deepEqual(lines, wanted);
  end();
  await read;
});

test('many writers at once do not mix their lines', { skip: !isPosix }, async t => {
  const { path, lines, read, end } = await fifoFor(t);
  const wanted = Array.from({ length: 40 }, (_, i) => `${i} ${'x'.repeat(2000)}`);
  await Promise.all(wanted.map(line => appendFile(path, `${line}\n`)));
  await eventually(() => lines.length === wanted.length, 1_000_000);
  assert.deepEqual(lines.toSorted(), wanted.toSorted());
  end();
  await read;
});

test('a writer who stays silent holds nobody up, and the reading ends when it is told to', {
  skip: !isPosix,
}, async t => {
  const { path, lines, read, end } = await fifoFor(t);
  const silent = await open(path, 'w');
  t.after(() => silent.close());
  await appendFile(path, 'other\n');
  await eventually(() => lines.length === 1, 1_000_000);
  end();
  await read;
});

test('bytes that are no text are told, and what follows is read', { skip: !isPosix }, async t => {
  const { path, lines, read, end } = await fifoFor(t);
  await appendFile(path, Buffer.from([0xc3, 0x28, 10, 65, 10]));
  await eventually(() => lines.length === 2, 1_000_000);
  assert.equal(lines[1], 'A');
  assert.notEqual(lines[0], '');
  end();
  await read;
});

test('a FIFO that has gone is an error when it is to be opened again', { skip: !isPosix }, async t => {
  const { path, lines, read } = await fifoFor(t);
  const failed = assert.rejects(read, { code: 'ENOENT' });
  const writer = await open(path, 'w');
  rmSync(path);
  await writer.write('last\n');
  await writer.close();
  await failed;
  assert.deepEqual(lines, ['last']);
});

test('what is no FIFO is an error before anything is read', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'nost-fifo-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, 'file'), 'set no-eose\n');
  for (const [name, message] of [
    ['file', /^--control: ".*file" is no FIFO$/],
    ['missing', /^--control: cannot read ".*missing": no such file/],
    ['.', /is a folder/],
  ] as const)
    await assert.rejects(
      FifoLines.open('--control', join(folder, name)),
      error => error instanceof IoError && message.test(error.message),
    );
});
