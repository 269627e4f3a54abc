// The report of an unforeseen fault: what it holds, where it lies, and that nothing keeps it from ending.
import assert from 'node:assert/strict';
import fs, {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { type BugReport, writeBugReport } from '../../src/bug-report.ts';

const folder = mkdtempSync(join(tmpdir(), 'nost-bug-'));
after(() => rmSync(folder, { recursive: true }));

let number = 0;
/** A report into a state folder of its own. */
function report(options: Partial<BugReport> = {}) {
  const home = join(folder, String(number++));
  mkdirSync(home);
  const written = writeBugReport({
    error: new Error('oh'),
    flags: [],
    env: { HOME: home },
    version: '1.2.3',
    nodeVersion: '20.0.0',
    platform: 'linux-x64',
    now: 1_700_000_000_000,
    pid: 7,
    redact: text => text,
    ...options,
  });
  return { home, written };
}

function pathOf(written: ReturnType<typeof writeBugReport>): string {
  assert.ok('path' in written, JSON.stringify(written));
  return written.path;
}

describe('the report of a bug', () => {
  test('holds versions, the stack and the names of flags', () => {
    const { home, written } = report({ flags: ['-m', '--tag'] });
    const path = pathOf(written);
    assert.ok(path.startsWith(join(home, '.local/state/nost/bug-')));
    const text = readFileSync(path, 'utf8');
    assert.match(text, /nost 1\.2\.3, Node 20\.0\.0, linux-x64/);
    assert.match(text, /^flags: -m --tag$/m);
    assert.match(text, /Error: oh\n +at /);
  });

  test('is redacted, and for its owner alone', () => {
    const { written } = report({ redact: text => text.replaceAll('oh', '[redacted]') });
    const path = pathOf(written);
    assert.doesNotMatch(readFileSync(path, 'utf8'), /Error: oh/);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(statSync(join(path, '..')).mode & 0o777, 0o700);
  });

  test('is one of ten at the most: the oldest go', () => {
    const env = { XDG_STATE_HOME: join(folder, 'many') };
    for (let pid = 0; pid < 14; pid++) report({ env, now: 1_700_000_000_000 + pid * 1000, pid });
    const names = readdirSync(join(folder, 'many/nost')).sort();
    assert.equal(names.length, 10);
    assert.match(names[0]!, /-4\.txt$/);
  });

  test('is none where there is no home, and says why', () => {
    assert.deepEqual(report({ env: {} }).written, { problem: 'there is no home folder' });
    const relative = report({ env: { HOME: 'here', XDG_STATE_HOME: 'there' } });
    assert.deepEqual(relative.written, { problem: 'there is no home folder' });
  });

  test('does not make a home that is not there', () => {
    const home = join(folder, 'nobody');
    assert.deepEqual(report({ env: { HOME: home } }).written, { problem: 'there is no home folder' });
    assert.equal(existsSync(home), false);
  });

  test('leaves nothing of itself on a full disk', t => {
    const env = { XDG_STATE_HOME: join(folder, 'full') };
    t.after(syncBuiltinESMExports); // after the mock is gone
    t.mock.method(fs, 'writeFileSync', (file: number) => {
      fs.writeSync(file, 'the beg');
      throw new Error('ENOSPC: no space left on device, write');
    });
    syncBuiltinESMExports();
    const { written } = report({ env });
    t.mock.restoreAll();
    assert.deepEqual(written, { problem: 'ENOSPC: no space left on device, write' });
    assert.deepEqual(readdirSync(join(folder, 'full/nost')), []);
  });

  test('is written beside folders that have the names of reports', () => {
    const env = { XDG_STATE_HOME: join(folder, 'folders') };
    const first = pathOf(report({ env }).written);
    rmSync(first);
    mkdirSync(first);
    for (let day = 10; day < 25; day++)
      mkdirSync(join(folder, `folders/nost/bug-2001-01-${day}T00-00-00.000Z-1.txt`));
    const path = pathOf(report({ env }).written);
    assert.notEqual(path, first);
    assert.match(readFileSync(path, 'utf8'), /Error: oh/);
  });

  test('fails plainly where it cannot be written', { skip: process.platform === 'win32' }, () => {
    const inTheWay = join(folder, 'file');
    writeFileSync(inTheWay, '');
    for (const home of [inTheWay, '/proc/self', '/dev/null'])
      assert.ok('problem' in report({ env: { XDG_STATE_HOME: home } }).written, home);
    const taken = join(folder, 'taken');
    mkdirSync(taken);
    writeFileSync(join(taken, 'nost'), '');
    assert.ok('problem' in report({ env: { XDG_STATE_HOME: taken } }).written);
  });
});
