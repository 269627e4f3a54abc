// What a person at a terminal is asked about keys, on a real pseudo-terminal (by Python's pty module).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, describe, test } from 'node:test';
import { Installation } from '../support/installation.ts';

/** Runs a program on a new terminal and types each answer when its question is seen; prints what happened. */
const DRIVER = `
import json, os, pty, sys
argv, answers = json.loads(sys.argv[1])
pid, fd = pty.fork()
if pid == 0:
    os.execvp(argv[0], argv)
seen, at = b'', 0
while True:
    try:
        chunk = os.read(fd, 4096)
    except OSError:
        break
    if not chunk:
        break
    seen += chunk
    if answers and answers[0][0].encode() in seen[at:]:
        at = len(seen)
        os.write(fd, answers.pop(0)[1].encode() + b'\\n')
print(json.dumps({'seen': seen.decode(), 'code': os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}))
`;

const skip =
  process.platform !== 'win32' &&
  spawnSync('python3', ['-c', 'import pty, os; os.waitstatus_to_exitcode']).status === 0
    ? false
    : 'needs python3 (3.9 or later) for a pseudo-terminal';

const nost = new Installation('none');
after(() => nost.remove());

function talk(words: string[], answers: [question: string, answer: string][] = []) {
  const { NOST_NO_INPUT: _, ...env } = nost.env;
  const argv = [process.execPath, nost.program, ...words];
  const run = spawnSync('python3', ['-c', DRIVER, JSON.stringify([argv, answers])], {
    encoding: 'utf8',
    env,
    timeout: 60_000,
  });
  assert.equal(run.status, 0, run.stderr);
  const { seen, code } = JSON.parse(run.stdout) as { seen: string; code: number };
  const json = seen.split('\r\n').find(line => line.startsWith('{'));
  return { seen, code, line: json === undefined ? undefined : JSON.parse(json) };
}

const PASSPHRASE = 'correct horse';
let npub = '';

describe('at a terminal', { skip }, () => {
  test('without a keychain an encrypted file is offered, and no means nothing', () => {
    const { seen, code } = talk(['keygen', '--name', 'alice'], [['[Y/n]', 'n']]);
    assert.equal(code, 6);
    assert.match(seen, /No keychain here\. Keep it in a passphrase-encrypted file\?/);
    assert.equal(talk(['key', 'list']).line, undefined);
  });

  test('yes means a passphrase, typed twice and never seen', () => {
    const { seen, code, line } = talk(
      ['keygen', '--name', 'alice'],
      [
        ['[Y/n]', ''],
        ['New passphrase', PASSPHRASE],
        ['The same again', PASSPHRASE],
      ],
    );
    assert.equal(code, 0, seen);
    assert.equal(line.store, 'file');
    assert.ok(!seen.includes(PASSPHRASE));
    npub = line.npub;
  });

  test('a signature asks for it', () => {
    const { code, line, seen } = talk(
      ['publish', '--as', 'alice', '-m', 'x', '--dry-run'],
      [['Passphrase of alice', PASSPHRASE]],
    );
    assert.equal(code, 0, seen);
    assert.equal(line.content, 'x');
    assert.ok(!seen.includes(PASSPHRASE));
  });

  test('a key is shown only after a yes written out', () => {
    const refused = talk(['key', 'export', 'alice', '--reveal'], [['[yes/N]', 'y']]);
    assert.equal(refused.code, 2);
    assert.ok(!refused.seen.includes('nsec1'));
    const shown = talk(
      ['key', 'export', 'alice', '--reveal'],
      [
        ['[yes/N]', 'yes'],
        ['Passphrase', PASSPHRASE],
      ],
    );
    assert.match(shown.line.nsec, /^nsec1/);
  });

  test('a removal asks for the npub', () => {
    assert.equal(talk(['key', 'remove', 'alice'], [['Type its npub', 'alice']]).code, 2);
    assert.equal(talk(['key', 'show', 'alice']).code, 0);
    assert.equal(talk(['key', 'remove', 'alice'], [['Type its npub', npub]]).line.removed, true);
    assert.equal(talk(['key', 'show', 'alice']).code, 6);
  });
});
