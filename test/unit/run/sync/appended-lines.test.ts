import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { IoError } from '../../../../src/errors.ts';
import { AppendedLines } from '../../../../src/run/sync/appended-lines.ts';
import { folderOf, jsonl, notes } from '../../../support/sync-world.ts';

const LINE = Buffer.from('{"a line":1}\n');

async function opened(t: TestContext, path: string): Promise<AppendedLines> {
  const lines = await AppendedLines.open(path);
  t.after(() => lines.close().catch(() => {}));
  return lines;
}

const inUse = (error: unknown) => error instanceof IoError && error.code === 'file_in_use';

describe('lines that are appended to a file', () => {
  test('are in it soon, though few come, and all of them when it is closed', async t => {
    const path = join(folderOf(t), 'a.jsonl');
    const lines = await opened(t, path);
    let written = 0;
    lines.onWritten = count => {
      written += count;
    };
    for (let i = 0; i < 3; i++) assert.equal(lines.add(LINE), undefined, 'nobody waits for a few');
    while (written < 3) await new Promise(resolve => setTimeout(resolve, 5));
    assert.equal(readFileSync(path, 'utf8'), LINE.toString().repeat(3));
    lines.add(LINE);
    await lines.close();
    assert.equal(readFileSync(path, 'utf8'), LINE.toString().repeat(4));
    lines.add(LINE);
    await lines.sync();
    assert.equal(written, 4, 'after the closing nothing is written');
  });

  test('wait for a disk that is slower than they come', async t => {
    const path = join(folderOf(t), 'a.jsonl');
    const lines = await opened(t, path);
    const long = Buffer.alloc(100_000, 'x');
    assert.equal(lines.add(long), undefined);
    assert.equal(lines.add(long), undefined);
    const room = lines.add(long);
    await room;
    assert.equal(readFileSync(path).length, 300_000);
  });

  test('need a folder, a file, and room: a failure is told with the next line', async t => {
    const folder = folderOf(t);
    await assert.rejects(AppendedLines.open(join(folder, 'no/such.jsonl')), /no such file or directory/);
    await assert.rejects(AppendedLines.open(folder), /it is a folder/);
    await assert.rejects(AppendedLines.open(join(folder, 'x'.repeat(300))), /name too long/);
    const full = await opened(t, '/dev/full');
    full.add(LINE);
    await assert.rejects(full.flush(), /no space left/);
    assert.throws(() => full.add(LINE), /cannot write "\/dev\/full": no space left/);
    await assert.rejects(full.close(), /no space left/);
  });

  test('a file that was made for nothing is gone again; one that was there stays', async t => {
    const folder = folderOf(t);
    const [fresh, old] = [join(folder, 'fresh'), join(folder, 'old')];
    writeFileSync(old, '');
    for (const path of [fresh, old]) {
      const lines = await opened(t, path);
      assert.ok(existsSync(path));
      await lines.close();
    }
    assert.deepEqual([existsSync(fresh), existsSync(old)], [false, true]);
  });

  test('a file has one writer at a time, whatever path leads to it', async t => {
    const folder = folderOf(t);
    const path = join(folder, 'a.jsonl');
    mkdirSync(join(folder, 'sub'));
    symlinkSync(folder, join(folder, 'sub/link'));
    const lines = await opened(t, path);
    await assert.rejects(opened(t, path), inUse);
    await assert.rejects(opened(t, join(folder, 'sub/link/a.jsonl')), inUse);
    await (await opened(t, join(folder, 'b.jsonl'))).close();
    await lines.close();
    await (await opened(t, path)).close();
  });

  test('a writer that is killed leaves no lock, and is named while it lives', async t => {
    const path = join(folderOf(t), 'a.jsonl');
    const script = `
      const { AppendedLines } = await import(process.argv[1]);
      await AppendedLines.open(process.argv[2]);
      console.log('open');
      setInterval(() => {}, 1000);`;
    const module = join(import.meta.dirname, '../../../../src/run/sync/appended-lines.ts');
    const words = ['--import', 'tsx', '--input-type=module', '-e', script, module, path];
    const other = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] });
    t.after(() => other.kill('SIGKILL'));
    await once(other.stdout, 'data');
    await assert.rejects(AppendedLines.open(path), {
      message: new RegExp(`another nost \\(process ${other.pid}\\) writes into it`),
    });
    other.kill('SIGKILL');
    await once(other, 'exit');
    await (await opened(t, path)).close();
  });

  test('begin on a line of their own, behind what a kill left', async t => {
    const path = join(folderOf(t), 'a.jsonl');
    const [first, second] = notes(2);
    writeFileSync(path, jsonl([first]) + jsonl([second]).slice(0, 100));
    const torn = await opened(t, path);
    assert.equal(torn.torn, 100);
    torn.add(LINE);
    await torn.close();
    assert.equal(readFileSync(path, 'utf8'), jsonl([first]) + LINE.toString());
    writeFileSync(path, 'my diary');
    const diary = await opened(t, path);
    diary.add(LINE);
    await diary.close();
    assert.equal(readFileSync(path, 'utf8'), `my diary\n${LINE}`);
  });
});
