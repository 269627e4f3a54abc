// A window that is closed at a question: the program ends as one that was not answered, or by SIGHUP, and never by an abort,
// which may leave a core file with keys in it. A real pseudo-terminal, by Python's pty module.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const DRIVER = `
import os, pty, sys
pid, fd = pty.fork()
if pid == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
seen = b''
while b'://' not in seen:
    seen += os.read(fd, 4096)
os.close(fd)
print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

const PROGRAM = fileURLToPath(new URL('../../bin/nost.js', import.meta.url));

const hasPython = spawnSync('python3', ['-c', 'import pty']).status === 0;

test('a terminal that goes away at a question is no abort', { skip: !hasPython }, t => {
  const home = mkdtempSync(join(tmpdir(), 'nost-terminal-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const asking = ['wallet', 'add', 'purse', '--store', 'plain', '--insecure'];
  const { stdout, stderr } = spawnSync('python3', ['-c', DRIVER, process.execPath, PROGRAM, ...asking], {
    env: { PATH: process.env['PATH'], HOME: home },
    encoding: 'utf8',
    timeout: 60_000,
  });
  assert.ok(['6', '-1'].includes(stdout.trim()), `${stdout}${stderr}`);
});
