// The start cache: made by the first start, used by the next ones, and never a fault, whatever lies in its place.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, describe, test } from 'node:test';

const ROOT = resolve(import.meta.dirname, '../..');
const NOST = join(ROOT, 'bin/nost.js');
const NPUB = 'npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6';

const base = mkdtempSync(join(tmpdir(), 'nost-start-'));
after(() => rmSync(base, { recursive: true }));

let number = 0;
/** A cache folder of its own, empty. */
const freshFolder = () => join(base, String(number++));

function start(cache: string | undefined, words = ['decode', NPUB], flags: string[] = []) {
  const env = { ...process.env, XDG_CACHE_HOME: cache, HOME: join(base, 'home') };
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, NOST, ...words], {
    env,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { status, stdout, stderr };
}

const filesIn = (cache: string) => (existsSync(cache) ? readdirSync(join(cache, 'nost')) : []);
const cacheIn = (cache: string) => join(cache, 'nost', filesIn(cache)[0]!);
const commandsIn = (cache: string) =>
  filesIn(cache)
    .map(name => name.split('-')[0])
    .sort();

function works({ status, stdout, stderr }: ReturnType<typeof start>): void {
  assert.deepEqual([status, stderr], [0, '']);
  assert.match(stdout, /"type":"npub"/);
}

describe('the start cache', () => {
  test('is made by the first start, for its owner alone, and kept as it is by the next', () => {
    const cache = freshFolder();
    works(start(cache));
    assert.equal(filesIn(cache).length, 1);
    const path = cacheIn(cache);
    assert.match(
      path,
      new RegExp(`-${process.version}-${process.platform}-${process.arch}-[0-9a-z]+\\.cache$`),
    );
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal(statSync(join(cache, 'nost')).mode & 0o777, 0o700);
    const made = statSync(path);
    works(start(cache));
    assert.equal(statSync(path).ino, made.ino);
  });

  test('is made anew, larger, by a start that needs more of the program', () => {
    const cache = freshFolder();
    const key = join(base, 'key');
    writeFileSync(key, `${'0'.repeat(63)}3\n`, { mode: 0o600 });
    const made = (words: string[]) => {
      assert.equal(start(cache, ['sign', ...words]).status, 0);
      return statSync(cacheIn(cache));
    };
    const small = made(['--help']);
    const large = made(['-m', 'x', '--sec-file', key]);
    assert.ok(large.size > small.size, `${small.size} → ${large.size}`);
    assert.equal(made(['--help']).ino, large.ino);
    assert.equal(made(['-m', 'x', '--sec-file', key]).ino, large.ino);
  });

  test('is one file for each command', () => {
    const cache = freshFolder();
    for (const words of [['--version'], ['verify', '/dev/null'], ['--help'], undefined]) start(cache, words);
    assert.deepEqual(commandsIn(cache), ['decode', 'none', 'verify']);
  });

  test('is another one for another installation of the same build', () => {
    const [cache, other] = [freshFolder(), join(base, 'other')];
    for (const folder of ['bin', 'dist'])
      cpSync(join(ROOT, folder), join(other, folder), { recursive: true });
    symlinkSync(join(ROOT, 'node_modules'), join(other, 'node_modules'));
    cpSync(join(ROOT, 'package.json'), join(other, 'package.json'));
    start(cache);
    const words = [join(other, 'bin/nost.js'), 'decode', NPUB];
    spawnSync(process.execPath, words, { env: { ...process.env, XDG_CACHE_HOME: cache } });
    assert.equal(filesIn(cache).length, 2);
  });

  test('is not made by a start that fails', () => {
    const cache = freshFolder();
    assert.equal(start(cache, ['decode', 'nonsense']).status, 2);
    assert.deepEqual(filesIn(cache), []);
  });

  test('is not made where no folder is named by an absolute path', () => {
    const env = { PATH: process.env['PATH'], HOME: 'here', XDG_CACHE_HOME: 'there' };
    const cwd = freshFolder();
    mkdirSync(cwd);
    const { status } = spawnSync(process.execPath, [NOST, 'decode', NPUB], { env, cwd });
    assert.deepEqual([status, readdirSync(cwd)], [0, []]);
  });

  test('that is damaged anywhere is not used, and made anew', () => {
    const cache = freshFolder();
    start(cache);
    const path = cacheIn(cache);
    const whole = readFileSync(path);
    for (const at of [0, 5, 30, 1000, whole.length >> 1, whole.length - 1]) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 0xff;
      writeFileSync(path, damaged);
      works(start(cache));
    }
    for (const size of [0, 1, 20, 1000, whole.length - 1]) {
      writeFileSync(path, whole);
      truncateSync(path, size);
      works(start(cache));
    }
    assert.ok(statSync(path).size >= whole.length - 1000, 'made anew');
  });

  test('is not used when others may have written it, or when it is a link, a folder, a pipe or too large', () => {
    const others: ((path: string) => void)[] = [
      path => chmodSync(path, 0o622),
      path => {
        rmSync(path);
        symlinkSync('/etc/passwd', path);
      },
      path => {
        rmSync(path);
        mkdirSync(path);
      },
      path => {
        rmSync(path);
        execFileSync('mkfifo', [path]);
      },
      path => truncateSync(path, 100 * 1024 * 1024),
    ];
    for (const change of others) {
      const cache = freshFolder();
      start(cache);
      change(cacheIn(cache));
      works(start(cache));
    }
  });

  test('is no fault where it cannot be written', () => {
    const inTheWay = freshFolder();
    writeFileSync(inTheWay, '');
    works(start(inTheWay));
    const asFile = freshFolder();
    mkdirSync(asFile);
    writeFileSync(join(asFile, 'nost'), '');
    works(start(asFile));
    for (const place of ['/proc/self', '/dev/null', '/dev/full']) works(start(place));
    const open = freshFolder();
    mkdirSync(join(open, 'nost'), { recursive: true });
    chmodSync(join(open, 'nost'), 0o777);
    works(start(open));
    assert.deepEqual(filesIn(open), []);
  });

  test('leaves nothing where there is no room for it', () => {
    const cache = freshFolder();
    const { status, stdout } = spawnSync(
      'bash',
      ['-c', `ulimit -f 100; exec "$0" "$1" --version`, process.execPath, NOST],
      { env: { ...process.env, XDG_CACHE_HOME: cache }, encoding: 'utf8', timeout: 60_000 },
    );
    assert.equal(status, 0);
    assert.match(stdout, /^\d/);
    assert.deepEqual(filesIn(cache), []);
  });

  test('is whole after many starts at once', async () => {
    const cache = freshFolder();
    const env = { ...process.env, XDG_CACHE_HOME: cache };
    const starts = Array.from({ length: 6 }, () => spawn(process.execPath, [NOST, 'decode', NPUB], { env }));
    const codes = await Promise.all(starts.map(child => once(child, 'exit').then(([code]) => code)));
    assert.deepEqual(codes, Array(6).fill(0));
    assert.equal(filesIn(cache).length, 1);
    works(start(cache));
  });

  test('the oldest of others go when there are many, those of this one stay', () => {
    const cache = freshFolder();
    mkdirSync(join(cache, 'nost'), { recursive: true, mode: 0o700 });
    for (let i = 0; i < 33; i++) {
      const path = join(cache, 'nost', `old-${i}.cache`);
      writeFileSync(path, '');
      utimesSync(path, i, i);
    }
    writeFileSync(join(cache, 'nost', 'mine.txt'), '');
    start(cache);
    const [own = ''] = filesIn(cache).filter(name => name.startsWith('decode-'));
    for (let i = 0; i < 40; i++) writeFileSync(join(cache, 'nost', own.replace('decode', `command${i}`)), '');
    start(cache, ['--version']);
    const left = filesIn(cache).filter(name => !name.includes(process.version));
    assert.equal(left.length, 21);
    assert.ok(left.includes('mine.txt') && left.includes('old-13.cache') && !left.includes('old-12.cache'));
    assert.equal(filesIn(cache).length, left.length + 42);
  });

  test('does not matter under other flags of V8', () => {
    const cache = freshFolder();
    start(cache);
    works(start(cache, undefined, ['--max-lazy']));
    works(start(cache, undefined, ['--stack-size=900']));
  });

  test('is not in the package', () => {
    const listed = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    const [{ files }] = JSON.parse(listed) as [{ files: { path: string }[] }];
    const names = files.map(({ path }) => path);
    assert.ok(names.includes('dist/main.cjs') && names.includes('bin/keep-cache.js'));
    assert.deepEqual(
      names.filter(name => name.includes('cache') && !name.startsWith('bin/')),
      [],
    );
  });
});
