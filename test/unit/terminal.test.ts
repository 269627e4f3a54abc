// A real pseudo-terminal, by Python's pty module: the question is asked in a session whose /dev/tty it is.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import test from 'node:test';
import { compiled } from '../support/compiled.ts';

/** Asks; says what came of it with the answer back to front, so that an echo could be told from the result. */
const ASKING = compiled(`
  import { hasTerminal, promptHidden, promptLine } from './src/terminal.ts';
  const controller = new AbortController();
  if (process.env.ON_SIGINT) process.once('SIGINT', () => console.log('SIGINT heard'));
  if (process.env.EXIT) process.on('SIGUSR1', () => process.exit(9));
  if (process.env.HAS) console.log('terminal: ' + hasTerminal());
  const prompt = process.env.VISIBLE ? promptLine : promptHidden;
  const goesOn = process.env.MANY ? typed => !typed.endsWith('\\n') && typed.split('\\n').length < 3 : undefined;
  const asking = prompt('Key? ', { signal: controller.signal, goesOn });
  if (process.env.ABORT) controller.abort();
  await asking.then(
    answer => console.log('answer:', JSON.stringify([...answer].reverse().join(''))),
    error => console.log('error:', error.code),
  );
`);

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

/**
 * A shell with job control on a new terminal: types each answer when its text is seen, and notes whether the terminal
 * echoes then.
 */
const SHELL_DRIVER = `
import json, os, pty, sys, termios
steps = json.loads(sys.argv[1])
pid, fd = pty.fork()
if pid == 0:
    os.environ['PS1'] = 'READY '
    os.execvp('bash', ['bash', '--norc', '--noprofile', '--noediting', '-i'])
seen, at, echoes = b'', 0, []
while steps:
    try:
        chunk = os.read(fd, 4096)
    except OSError:
        break
    if not chunk:
        break
    seen += chunk
    while steps and steps[0][0].encode() in seen[at:]:
        at = seen.index(steps[0][0].encode(), at) + len(steps[0][0])
        echoes.append(bool(termios.tcgetattr(fd)[3] & termios.ECHO))
        os.write(fd, steps.pop(0)[1].encode())
os.close(fd)
os.waitpid(pid, 0)
print(json.dumps({'seen': seen.decode(), 'echoes': echoes, 'left': steps}))
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
  const argv = [process.execPath, '--input-type=module', '--eval', ASKING];
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

for (const VISIBLE of ['', '1']) {
  test(`Ctrl-D alone is no answer, and ends the line${VISIBLE && ' of a visible question'}`, { skip }, () => {
    const { seen, after, code } = ask({ keys: ['\x04'], env: { VISIBLE } });
    assert.equal(seen, 'Key? \nerror: prompt_aborted\n');
    assert.deepEqual([after, code], [ON, 0]);
  });
}

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
  const argv = [process.execPath, '--input-type=module', '--eval', ASKING];
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

const skipShell = skip || (spawnSync('bash', ['--version']).status === 0 ? false : 'needs bash');
const ASK = `'${process.execPath}' --input-type=module --eval "$ASKING"`;

/** What was seen in a shell, and whether the terminal echoed when each text was seen. */
function inShell(steps: [seen: string, typed: string][]): { seen: string; echoes: boolean[] } {
  const run = spawnSync('python3', ['-c', SHELL_DRIVER, JSON.stringify(steps)], {
    encoding: 'utf8',
    env: { ...process.env, ASKING },
    timeout: 50_000,
  });
  assert.equal(run.status, 0, run.stderr);
  const { left, ...outcome } = JSON.parse(run.stdout);
  assert.deepEqual(left, [], outcome.seen);
  return outcome;
}

test('Ctrl-Z stops the program with the echo restored; when it goes on, it asks again without', {
  skip: skipShell,
}, () => {
  const { seen, echoes } = inShell([
    ['READY ', `${ASK}\n`],
    ['Key? ', 'abc\x1a'],
    ['Stopped', 'fg\n'],
    ['Key? ', 'def\r'],
    ['answer: ', ''],
    ['READY ', 'exit\n'],
  ]);
  assert.deepEqual(echoes, [true, false, true, false, true, true]);
  assert.match(seen, /answer: "fed"/);
});

test('Ctrl-Z at a visible question stops the program; when it goes on, it asks again', {
  skip: skipShell,
}, () => {
  const { seen } = inShell([
    ['READY ', `VISIBLE=1 ${ASK}\n`],
    ['Key? ', 'abc\x1a'],
    ['Stopped', 'fg\n'],
    ['Key? ', 'def\n'],
    ['answer: ', ''],
    ['READY ', 'exit\n'],
  ]);
  assert.match(seen, /answer: "fed"/);
});

test('Ctrl-Z without a shell that could wake the program only asks again', { skip: skipShell }, () => {
  const { seen, echoes } = inShell([
    ['READY ', `exec ${ASK}\n`],
    ['Key? ', 'abc\x1a'],
    ['Key? ', 'def\r'],
    ['answer: ', ''],
  ]);
  assert.deepEqual(echoes, [true, false, false, true]);
  assert.match(seen, /answer: "fed"/);
});

test('an answer of many lines goes on until it has enough of them', { skip }, () => {
  const env = { MANY: '1' };
  assert.match(ask({ keys: ['one\r\ntwo\r', 'three\r'], env }).seen, /answer: "eerht\\nowt\\neno"/);
  assert.match(ask({ keys: ['one\r', '\r'], env }).seen, /answer: "\\neno"/);
});
