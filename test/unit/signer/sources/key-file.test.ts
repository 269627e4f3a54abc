import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  closeSync,
  fstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import test, { after } from 'node:test';
import { buildSync } from 'esbuild';
import { type Failure, SignerError, UsageError } from '../../../../src/errors.ts';
import {
  MAX_SECRET_BYTES,
  type ReadRules,
  readKeyDescriptor,
  readKeyFile,
} from '../../../../src/signer/sources/key-file.ts';
import { TestClock } from '../../../support/clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'nost-key-file-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const posix = process.platform === 'win32' ? { skip: 'modes, owners and FIFOs are POSIX' } : {};
const RULES: ReadRules = { userId: process.getuid?.(), trustedFolders: [], patience: 10_000 };
let count = 0;

function fresh(): string {
  count += 1;
  return join(folder, `key-${count}`);
}

function file(content: string | Uint8Array, mode = 0o600): string {
  const path = fresh();
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

function fifo(): string {
  const path = fresh();
  execFileSync('mkfifo', ['-m', '600', path]);
  return path;
}

function read(path: string, rules: Partial<ReadRules> = {}): Promise<string> {
  return readKeyFile(path, 'SOURCE', { ...RULES, ...rules });
}

function failing(code: string) {
  return (error: unknown) => {
    assert.ok(error instanceof SignerError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, /^SOURCE/);
    return true;
  };
}

function isOpen(fd: number): boolean {
  try {
    fstatSync(fd);
    return true;
  } catch {
    return false;
  }
}

test('a private file gives its one line, trimmed', posix, async () => {
  for (const content of ['secret', 'secret\n', '  secret\r\n\n', '\ufeffsecret']) {
    assert.equal(await read(file(content)), 'secret');
    assert.equal(await read(file(content, 0o400)), 'secret');
  }
});

test(
  'a file that others may read, write or run is refused, and the hint says how to mend it',
  posix,
  async () => {
    for (const mode of [0o640, 0o604, 0o644, 0o620, 0o610, 0o601, 0o777]) {
      await assert.rejects(read(file('secret', mode)), (error: unknown) => {
        assert.match((error as Failure).hint!, /chmod 600 \/\S+$/);
        return failing('key_file_permissions')(error);
      });
    }
    const odd = join(folder, 'my key');
    writeFileSync(odd, 'secret', { mode: 0o644 });
    await assert.rejects(read(odd), (error: unknown) => (error as Failure).hint!.endsWith('chmod 600 FILE'));
  },
);

test('a trusted folder excuses loose modes, for files that really lie in it', posix, async () => {
  const trusted = join(folder, 'credentials');
  mkdirSync(join(trusted, 'data'), { recursive: true });
  writeFileSync(join(trusted, 'data', 'sec'), 'secret', { mode: 0o644 });
  symlinkSync(join('data', 'sec'), join(trusted, 'link'));
  symlinkSync(file('loose', 0o644), join(trusted, 'outside'));
  mkdirSync(`${trusted}-not`);
  writeFileSync(join(`${trusted}-not`, 'sec'), 'loose', { mode: 0o644 });

  const rules = { trustedFolders: ['/there/is/no/such/folder', trusted] };
  assert.equal(await read(join(trusted, 'data', 'sec'), rules), 'secret');
  assert.equal(await read(join(trusted, 'link'), rules), 'secret');
  await assert.rejects(read(join(trusted, 'outside'), rules), failing('key_file_permissions'));
  await assert.rejects(read(join(`${trusted}-not`, 'sec'), rules), failing('key_file_permissions'));
  await assert.rejects(read(join(trusted, 'data', 'sec')), failing('key_file_permissions'));
});

test('a file of another user is refused; one of root is accepted', posix, async () => {
  const path = file('secret');
  const owner = process.getuid!();
  if (owner === 0) {
    assert.equal(await read(path, { userId: 4242 }), 'secret');
    chownSync(path, 4343, 4343);
  }
  await assert.rejects(read(path, { userId: 4242 }), failing('key_file_owner'));
});

test('where the system knows no owners and modes, neither is checked', async () => {
  assert.equal(await read(file('secret', 0o644), { userId: undefined }), 'secret');
});

test('a missing file, a folder, a device and an endless device are refused', posix, async () => {
  await assert.rejects(read(fresh()), failing('key_file_missing'));
  await assert.rejects(read(join(file('x'), 'below')), failing('key_file_unreadable'));
  await assert.rejects(read(folder), failing('key_file_kind'));
  await assert.rejects(read('/dev/null'), failing('key_file_kind'));
  await assert.rejects(read('/dev/zero'), failing('key_file_kind'));
});

test('an empty file, one of several lines and one that is too large are refused', posix, async () => {
  await assert.rejects(read(file('')), failing('key_file_empty'));
  await assert.rejects(read(file(' \n')), failing('key_file_empty'));
  await assert.rejects(read(file('one\ntwo\n')), failing('key_file_lines'));
  assert.equal((await read(file('x'.repeat(MAX_SECRET_BYTES)))).length, MAX_SECRET_BYTES);
  await assert.rejects(read(file('x'.repeat(MAX_SECRET_BYTES + 1))), failing('key_file_too_large'));
});

test('a file that claims to be empty is read all the same, up to the bound', {
  skip: process.platform === 'linux' ? false : 'needs /proc',
}, async () => {
  await assert.rejects(read('/proc/self/maps', { trustedFolders: ['/proc'] }), failing('key_file_too_large'));
});

test('no file is left open, whether it was read or refused', {
  skip: process.platform === 'linux' ? false : 'needs /proc',
}, async () => {
  const lowest = openSync('/dev/null', 'r');
  closeSync(lowest);
  await read(file('secret'));
  await assert.rejects(read(file('secret', 0o644)));
  await assert.rejects(read(folder));
  const again = openSync('/dev/null', 'r');
  closeSync(again);
  assert.equal(again, lowest);
});

test('a FIFO waits for its writer and is read to its end', posix, async () => {
  const path = fifo();
  const reading = read(path);
  const writer = spawn('sh', ['-c', 'exec >"$1"; printf sec; printf "ret\\n"', 'sh', path]);
  assert.equal(await reading, 'secret');
  await exit(writer);
});

test('a FIFO that never gets a writer, or whose writer is silent, is given up in time', posix, async t => {
  const clock = new TestClock(t);
  const path = fifo();
  const silent = openSync(path, 'r+');
  for (const waitedFor of [fifo(), path]) {
    const reading = read(waitedFor, { patience: 30 });
    void clock.passUntilSettled(reading);
    await assert.rejects(reading, failing('key_file_timeout'));
  }
  closeSync(silent);
});

test('an endless FIFO is cut off at the bound, and its writer is let go', posix, async () => {
  const path = fifo();
  const writer = spawn('sh', ['-c', 'exec yes >"$1"', 'sh', path]);
  await assert.rejects(read(path), failing('key_file_too_large'));
  assert.equal((await exit(writer)).signal, 'SIGPIPE');
});

test('an abort gives up the wait at once, also one from before', posix, async () => {
  const controller = new AbortController();
  const reading = read(fifo(), { signal: controller.signal });
  controller.abort();
  await assert.rejects(reading, failing('key_file_aborted'));
  await assert.rejects(read(fifo(), { signal: controller.signal }), failing('key_file_aborted'));
});

test(
  'a descriptor is read from where it stands and closed, whether it was read or refused',
  posix,
  async () => {
    const fd = openSync(file('secret\n'), 'r');
    assert.equal(await readKeyDescriptor(fd, 'SOURCE', RULES), 'secret');
    assert.equal(isOpen(fd), false);
    const loose = openSync(file('secret\n', 0o644), 'r');
    await assert.rejects(readKeyDescriptor(loose, 'SOURCE', RULES), failing('key_file_permissions'));
    assert.equal(isOpen(loose), false);
  },
);

test('descriptors 1 and 2, and what is no descriptor at all, are usage errors', async () => {
  for (const fd of [1, 2, -1, 1.5, Number.NaN, 2 ** 31]) {
    await assert.rejects(readKeyDescriptor(fd, 'SOURCE', RULES), (error: unknown) => {
      assert.ok(error instanceof UsageError);
      assert.equal(error.code, 'bad_descriptor');
      return true;
    });
  }
});

test('a descriptor that is not open, or open for writing only, is refused', posix, async () => {
  await assert.rejects(readKeyDescriptor(99_999, 'SOURCE', RULES), failing('descriptor_not_open'));
  const fd = openSync(file('secret'), 'a');
  await assert.rejects(readKeyDescriptor(fd, 'SOURCE', RULES), failing('key_file_unreadable'));
});

/** Bundled, as the published program is: a loader would keep descriptors of its own in the child. */
const READER = join(folder, 'reader.mjs');
buildSync({
  stdin: {
    resolveDir: join(import.meta.dirname, '../../../../src/signer/sources'),
    contents: `
      import { readKeyDescriptor, readKeyFile } from './key-file.ts';
      const patience = Number(process.env.PATIENCE ?? 10000);
      const rules = { userId: process.getuid(), trustedFolders: [], patience };
      for (const source of process.env.SOURCES.split(' ')) {
        const reading = /^\\d+$/.test(source)
          ? readKeyDescriptor(Number(source), 'SOURCE', rules)
          : readKeyFile(source, 'SOURCE', rules);
        console.log(source, await reading.catch(error => error.code));
      }
    `,
  },
  outfile: READER,
  bundle: true,
  platform: 'node',
  format: 'esm',
});

/** A program that reads each of `sources` and prints what came of it; extra descriptors as in `stdio`. */
function reader(sources: string, stdio: ('pipe' | number)[] = [], env = {}): ChildProcess {
  return spawn(process.execPath, [READER], {
    stdio: ['pipe', 'pipe', 'inherit', ...stdio],
    env: { ...process.env, SOURCES: sources, ...env },
  });
}

async function exit(child: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return { code: child.exitCode, signal: child.signalCode };
}

test('a pipe is read from its descriptor, from its /dev/fd path, and from stdin', posix, async () => {
  for (const [source, end] of [
    ['3', 3],
    ['/dev/fd/3', 3],
    ['0', 0],
    ['/dev/stdin', 0],
    ['-', 0],
  ] as const) {
    const child = reader(source, ['pipe']);
    const written = child.stdio[end] as NodeJS.WritableStream;
    written.end('secret\n');
    assert.equal(await text(child.stdout!), `${source} secret\n`);
    assert.equal((await exit(child)).code, 0);
  }
});

test('a shell gives a key by redirection, here-document and pipe', posix, async () => {
  const key = file('secret\n');
  const script = `
    run() { "$NODE" "$READER"; }
    SOURCES=3 run 3<"$KEY"
    printf 'secret' | SOURCES=0 run
    SOURCES=5 run 5<<-END
	secret
	END
  `;
  const out = execFileSync('sh', ['-ec', script], {
    encoding: 'utf8',
    env: { ...process.env, NODE: process.execPath, READER, KEY: key },
  });
  assert.equal(out, '3 secret\n0 secret\n5 secret\n');
});

const bash = spawnSync('bash', ['-c', 'cat <(:)']).status === 0 ? {} : { skip: 'needs bash' };

test('a process substitution of bash is read as a path and as a descriptor', bash, async () => {
  const script = `
    run() { "$NODE" "$READER"; }
    SOURCES=3 run 3< <(echo secret)
    SOURCES=4 run 4<<<secret
    path() { SOURCES=$1 run; }
    path <(echo secret)
  `;
  const out = execFileSync('bash', ['-ec', script], {
    encoding: 'utf8',
    env: { ...process.env, NODE: process.execPath, READER },
  });
  assert.match(out, /^3 secret\n4 secret\n\/dev\/fd\/\d+ secret\n$/);
});

test('a silent pipe is given up in time, and does not keep the program from ending', posix, async () => {
  const child = reader('3', ['pipe'], { PATIENCE: '50' });
  assert.equal(await text(child.stdout!), '3 key_file_timeout\n');
  assert.equal((await exit(child)).code, 0);
});

test('the descriptors that Node keeps for itself are neither read nor closed', posix, async () => {
  const numbers = Array.from({ length: 30 }, (_, index) => String(index + 3));
  const child = reader([...numbers, '0'].join(' '));
  child.stdin!.end('secret');
  const lines = (await text(child.stdout!)).trim().split('\n');
  assert.equal(lines.pop(), '0 secret', 'the event loop still works');
  assert.equal(lines.length, numbers.length);
  for (const line of lines) assert.match(line, /^\d+ (descriptor_not_open|key_file_kind)$/);
  assert.equal((await exit(child)).code, 0);
});
