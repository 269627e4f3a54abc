// A real pseudo-terminal, by Python's pty module: the question is asked in a session whose /dev/tty it is.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';

const MODULE = pathToFileURL(join(import.meta.dirname, '../../src/terminal.ts')).href;

/** Asks; says what came of it with the answer back to front, so that an echo could be told from the result. */
const ASKING = `
  import { hasTerminal, promptHidden, promptLine } from ${JSON.stringify(MODULE)};
  const controller = new AbortController();
  if (process.env.ON_SIGINT) process.once('SIGINT', () => console.log('SIGINT heard'));
  if (process.env.EXIT) process.on('SIGUSR1', () => process.exit(9));
  if (process.env.HAS) console.log('terminal: ' + hasTerminal());
  const prompt = process.env.VISIBLE ? promptLine : promptHidden;
  const asking = prompt('Key? ', { signal: controller.signal });
  if (process.env.ABORT) controller.abort();
  await asking.then(
    answer => console.log('answer:', JSON.stringify([...answer].reverse().join(''))),
    error => console.log('error:', error.code),
  );
`;

/** Runs a program on a new terminal; at the question types `keys` or sends `signal`; prints what happened. */
const DRIVER = `
import json, os, pty, signal, sys, termios
order = json.loads(sys.argv[1])
pid, fd = pty.fork()
if pid == 0:
    os.execvp(order['argv'][0], order['argv'])
def echo():
    flags = termios.tcgetattr(fd)[3]
    return [bool(flags & termios.ECHO), bool(flags & termios.ICANON), bool(flags & termios.ISIG)]
seen, asked, during = b'', False, None
while True:
    try:
        chunk = os.read(fd, 4096)
    except OSError:
        break
    if not chunk:
        break
    seen += chunk
    if not asked and b'Key? ' in seen:
        asked, during = True, echo()
        for keys in order['keys']:
            os.write(fd, keys.encode())
        if order['signal']:
            os.kill(pid, getattr(signal, order['signal']))
_, status = os.waitpid(pid, 0)
print(json.dumps({'seen': seen.decode(), 'during': during, 'after': echo(),
    'code': os.waitstatus_to_exitcode(status)}))
`;

const ON = [true, true, true];
const OFF = [false, false, false];

const skip =
  process.platform === 'win32'
    ? 'no pseudo-terminals here'
    : spawnSync('python3', ['-c', 'import pty, os; os.waitstatus_to_exitcode']).status === 0
      ? false
      : 'needs python3 (3.9 or later) for a pseudo-terminal';

interface Outcome {
  /** What the person saw, with plain line ends. */
  seen: string;
  /** Echo, line editing and signal keys, while the question stood and afterwards. */
  during: boolean[];
  after: boolean[];
  /** Negative: the signal that ended the program. */
  code: number;
}

function ask({ keys = [] as string[], signal = '', env = {} }): Outcome {
  const argv = [process.execPath, '--import', 'tsx', '--input-type=module', '--eval', ASKING];
  const run = spawnSync('python3', ['-c', DRIVER, JSON.stringify({ argv, keys, signal })], {
    encoding: 'utf8',
    env: { ...process.env, ...env },
    timeout: 60_000,
  });
  assert.equal(run.status, 0, run.stderr);
  const outcome = JSON.parse(run.stdout) as Outcome;
  return { ...outcome, seen: outcome.seen.replaceAll('\r\n', '\n') };
}

test('what is typed is not echoed, and the terminal is as before', { skip }, () => {
  const { seen, during, after, code } = ask({ keys: ['abcdef', '\r'] });
  assert.equal(seen, 'Key? \nanswer: "fedcba"\n');
  assert.deepEqual(during, OFF);
  assert.deepEqual(after, ON);
  assert.equal(code, 0);
});

test('backspace, Ctrl-U and arrow keys edit the line; Ctrl-D ends it', { skip }, () => {
  const keys = ['wrong\x15', 'aé\x7f\x7f\x7f\x7fb😀\bc', '\x1b[D\x1bOA\x1b[200~d\x1b[201~', '\x04'];
  assert.equal(ask({ keys }).seen, 'Key? \nanswer: "dcb"\n');
});

test('only the first line of a paste is the answer, and Enter alone is an empty one', { skip }, () => {
  assert.equal(ask({ keys: ['one\ntwo\n'] }).seen, 'Key? \nanswer: "eno"\n');
  assert.equal(ask({ keys: ['\r'] }).seen, 'Key? \nanswer: ""\n');
});

test('more than a key can have is refused', { skip }, () => {
  const keys = Array.from({ length: 5 }, () => 'x'.repeat(1000));
  const { seen, after } = ask({ keys });
  assert.equal(seen, 'Key? \nerror: prompt_too_long\n');
  assert.deepEqual(after, ON);
});

test('Ctrl-C ends the program by SIGINT with the terminal restored', { skip }, () => {
  const { seen, after, code } = ask({ keys: ['abc\x03'] });
  assert.equal(seen, 'Key? \n');
  assert.deepEqual(after, ON);
  assert.equal(code, -2);
});

test('Ctrl-C is left to a program that listens to SIGINT itself', { skip }, () => {
  const { seen, after, code } = ask({ keys: ['abc\x03'], env: { ON_SIGINT: '1' } });
  assert.equal(seen, 'Key? \nSIGINT heard\nerror: prompt_aborted\n');
  assert.deepEqual(after, ON);
  assert.equal(code, 0);
});

for (const [signal, number] of [
  ['SIGTERM', 15],
  ['SIGHUP', 1],
  ['SIGQUIT', 3],
] as const) {
  test(`${signal} ends the program as ever, with the terminal restored`, { skip }, () => {
    const { after, code } = ask({ signal });
    assert.deepEqual(after, ON);
    assert.equal(code, -number);
  });
}

test('an exit in the middle restores the terminal', { skip }, () => {
  const { after, code } = ask({ signal: 'SIGUSR1', env: { EXIT: '1' } });
  assert.deepEqual(after, ON);
  assert.equal(code, 9);
});

test('an abort gives up the question', { skip }, () => {
  const { seen, after, code } = ask({ env: { ABORT: '1' } });
  assert.equal(seen, 'Key? \nerror: prompt_aborted\n');
  assert.deepEqual(after, ON);
  assert.equal(code, 0);
});

test('without a terminal there is no question, but a hint', { skip }, () => {
  const code = 'import os, sys; os.setsid(); os.execvp(sys.argv[1], sys.argv[1:])';
  const argv = [process.execPath, '--import', 'tsx', '--input-type=module', '--eval', ASKING];
  const env = { ...process.env, HAS: '1' };
  const run = spawnSync('python3', ['-c', code, ...argv], { encoding: 'utf8', env });
  assert.equal(run.stdout, 'terminal: false\nerror: no_terminal\n');
});

test('an answer that is no secret is seen as it is typed, and the terminal edits it', { skip }, () => {
  const { seen, during, after, code } = ask({ keys: ['abx\x7fc\n'], env: { VISIBLE: '1', HAS: '1' } });
  assert.match(seen, /^terminal: true\nKey\? abx.*c\nanswer: "cba"\n$/);
  assert.deepEqual([during, after, code], [ON, ON, 0]);
});

test('Ctrl-C at a visible question ends the program by SIGINT', { skip }, () => {
  const { after, code } = ask({ keys: ['ab\x03'], env: { VISIBLE: '1' } });
  assert.deepEqual(after, ON);
  assert.equal(code, -2);
});
