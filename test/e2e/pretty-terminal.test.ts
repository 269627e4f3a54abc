// What events look like on real pseudo-terminals of several widths (by Python's pty module): cards, or JSON with dim
// keys; and that nothing an event holds reaches the terminal as more than text.
import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { promisify, stripVTControlCharacters } from 'node:util';
import { widthOf } from '../../src/output/pretty/measure.ts';
import { Installation } from '../support/installation.ts';
import { A, B } from '../support/people.ts';
import { type NostRelay, startNost } from '../support/relays.ts';

/** Runs a program on a new terminal that is so many columns wide; prints what the terminal got. */
const DRIVER = `
import fcntl, json, os, pty, struct, sys, termios
argv, columns = json.loads(sys.argv[1])
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack('HHHH', 24, columns, 0, 0))
    os.execvp(argv[0], argv)
seen = b''
while True:
    try:
        chunk = os.read(fd, 65536)
    except OSError:
        break
    if not chunk:
        break
    seen += chunk
print(json.dumps({'seen': seen.decode(), 'code': os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}))
`;

const skip =
  process.platform !== 'win32' &&
  spawnSync('python3', ['-c', 'import pty, os; os.waitstatus_to_exitcode']).status === 0
    ? false
    : 'needs python3 (3.9 or later) for a pseudo-terminal';

const HOSTILE = 'red \u001b[31m home \u001b[2J\u001b]0;title\u0007 \u202edetrevni \u009b5A\r\b done';
const EVENTS = [
  A.note('日本語の長い文章はここで折り返されるべきです。'.repeat(4), 1_700_000_005),
  A.note('many words '.repeat(30), 1_700_000_004, [['t', 'nostr']]),
  B.note(HOSTILE, 1_700_000_003, [['t', '\u001b[2J']]),
  B.sign({
    kind: 0,
    content: JSON.stringify({ name: '\u001b[5mBob\u202e', about: HOSTILE }),
    created_at: 1_700_000_002,
  }),
];

const nost = new Installation('none');
let relay: NostRelay;
before(async () => {
  relay = await startNost({ seed: EVENTS });
});
after(async () => {
  nost.remove();
  await relay.close();
});

async function onTerminal(columns: number, words: string[], env: Record<string, string> = {}) {
  const argv = [process.execPath, nost.program, ...words, relay.url];
  const { stdout } = await promisify(execFile)('python3', ['-c', DRIVER, JSON.stringify([argv, columns])], {
    env: { ...nost.env, TERM: 'xterm', ...env },
  });
  const { seen, code } = JSON.parse(stdout) as { seen: string; code: number };
  assert.equal(code, 0, seen);
  return seen.replaceAll('\r\n', '\n');
}

/** Everything but colours and line ends that a terminal would obey. */
const OBEYED = /(?!\u001b\[\d+m|\n)[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

describe('at a terminal', { skip }, () => {
  for (const columns of [40, 80, 120])
    test(`cards fit ${columns} columns, and hold nothing that steers it`, async () => {
      const seen = await onTerminal(columns, ['req'], { NOST_PRETTY: 'auto' });
      assert.doesNotMatch(seen, OBEYED);
      const lines = stripVTControlCharacters(seen).split('\n');
      for (const line of lines) assert.ok(widthOf(line) <= columns, line);
      assert.ok(lines.some(line => widthOf(line) > Math.min(columns, 100) - 12)); // the room is used
      assert.equal(lines.filter(line => /^2023-11-14 22:13:2\d UTC/.test(line)).length, EVENTS.length);
      assert.match(seen, /\u001b\[1mnpub1/);
      assert.ok(lines.some(line => line.includes('\\u202edetrevni')));
    });

  test('JSON has dim keys there, and is the same text without them but for escapes', async () => {
    const seen = await onTerminal(80, ['req']);
    assert.doesNotMatch(seen, OBEYED);
    assert.match(seen, /^\{\u001b\[2m"id":\u001b\[22m"/);
    const events = stripVTControlCharacters(seen).trimEnd().split('\n');
    assert.deepEqual(
      events.map(line => JSON.parse(line)),
      EVENTS,
    );
  });

  for (const [name, words, env] of [
    ['TERM=dumb', [], { TERM: 'dumb' }],
    ['NO_COLOR', [], { NO_COLOR: '1' }],
    ['--color never', ['--color', 'never'], {}],
  ] as [string, string[], Record<string, string>][])
    test(`${name}: no colour, in JSON and on cards`, async () => {
      assert.ok(!(await onTerminal(80, ['req', ...words], env)).includes('\u001b'));
      assert.ok(!(await onTerminal(80, ['req', ...words, '--pretty'], env)).includes('\u001b'));
    });

  test('a pipe has neither cards nor colours, whatever the terminal has', async () => {
    const script = '"$0" "$1" req "$2" | cat';
    const argv = ['bash', '-c', script, process.execPath, nost.program, relay.url];
    const { stdout } = await promisify(execFile)('python3', ['-c', DRIVER, JSON.stringify([argv, 80])], {
      env: { ...nost.env, TERM: 'xterm', NOST_PRETTY: 'auto', FORCE_COLOR: '1' },
    });
    const [line] = (JSON.parse(stdout) as { seen: string }).seen.split('\r\n');
    assert.deepEqual(JSON.parse(line!), EVENTS[0]);
  });
});
