// Help on a real pseudo-terminal of a given width (by Python's pty module).
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { describe, test } from 'node:test';

const NOST = resolve(import.meta.dirname, '../../bin/nost.js');

/** Runs a program on a terminal of that many columns and prints what it shows. */
const DRIVER = `
import fcntl, os, pty, struct, sys, termios
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack('HHHH', 24, int(sys.argv[1]), 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])
while True:
    try:
        chunk = os.read(fd, 4096)
    except OSError:
        break
    if not chunk:
        break
    os.write(1, chunk)
`;

const skip =
  process.platform !== 'win32' && spawnSync('python3', ['-c', 'import pty, fcntl']).status === 0
    ? false
    : 'needs python3 for a pseudo-terminal';

function show(columns: number, words: string[], env: Record<string, string> = {}): string {
  return run(columns, [process.execPath, NOST, ...words], env);
}

function run(columns: number, command: string[], env: Record<string, string> = {}): string {
  const { NO_COLOR: _, FORCE_COLOR: __, ...own } = process.env;
  const { stdout } = spawnSync('python3', ['-c', DRIVER, String(columns), ...command], {
    encoding: 'utf8',
    env: { ...own, TERM: 'xterm', ...env },
    timeout: 120_000,
  });
  return stdout.replaceAll('\r\n', '\n');
}

describe('help at a terminal', { skip }, () => {
  for (const columns of [60, 80, 120])
    test(`of ${columns} columns is as wide, with bold headings`, () => {
      const text = show(columns, ['help', 'publish']);
      assert.match(text, /^\u001b\[1mExamples:\u001b\[22m$/m);
      const flags = text.slice(text.indexOf('Event:')).replaceAll(/\u001b\[\d+m/g, '');
      const widest = Math.max(...flags.split('\n').map(line => line.length));
      assert.ok(widest <= columns && widest > columns - 12, `${widest} in ${columns}`);
    });

  test('through a pager is as wide as the terminal, and plain', () => {
    const pipe = `"$0" ${NOST} help publish | cat`;
    const text = run(80, ['sh', '-c', pipe, process.execPath]);
    assert.doesNotMatch(text, /\u001b/);
    const widest = Math.max(...text.split('\n').map(line => line.length));
    assert.ok(widest <= 80 && widest > 68, `${widest}`);
  });

  test('fits 24 rows for -h', () => {
    assert.ok(show(80, ['req', '-h']).trimEnd().split('\n').length <= 24);
  });

  test('beside an error is laid out, too', () => {
    const text = show(60, []);
    assert.match(text, /\u001b\[1mCore:\u001b\[22m/);
    assert.ok(
      text.split('\n').some(line => line === '                                documents of relays (NIP-11)'),
    );
  });

  test('of a bare nost and of nost -v fits 24 rows, with the error', () => {
    for (const words of [[], ['-v'], ['-h']])
      assert.ok(show(80, words).trimEnd().split('\n').length <= 23, words.join(' '));
    assert.ok(show(80, ['--help']).split('\n').length > 24);
  });

  test('beside an error stands with what to give', () => {
    for (const [words, missing] of [
      [['publish', 'ws://127.0.0.1:9'], "no content: give -m 'TEXT', or - to read events from stdin"],
      [['decode'], 'no code: give codes, or - to read them from stdin'],
      [['verify'], 'no events: give a file, or - to read them from stdin'],
    ] as [string[], string][]) {
      const text = show(80, words, { NO_COLOR: '1' });
      assert.ok(text.endsWith(`nost: ${missing}\n`), text);
      assert.ok(text.split('\n').length <= 26, words.join(' '));
    }
  });

  test('is not alone: an error and its hint are broken at words, too', () => {
    const lines = show(60, ['req', 'relay'], { NO_COLOR: '1' }).trimEnd().split('\n');
    assert.ok(lines.length > 2 && lines.every(line => line.length <= 60), lines.join('\n'));
    assert.match(
      lines.join(' ').replaceAll(/ +/g, ' '),
      /or a host name with a dot\. A text to search for: --search/,
    );
  });

  test('has no bold where colours are not wanted', () => {
    for (const [words, env] of [
      [['help', 'keys'], { NO_COLOR: '1' }],
      [['help', 'keys'], { TERM: 'dumb' }],
      [['--color', 'never', 'req', '-h'], {}],
      [['req', '-h', '--color=never'], {}],
    ] as [string[], Record<string, string>][])
      assert.ok(!show(80, words, env).includes('\u001b'), words.join(' '));
  });

  test('is the plain text in a pipe', () => {
    const { stdout } = spawnSync(process.execPath, [NOST, 'help', 'publish'], { encoding: 'utf8' });
    assert.match(stdout, /^Examples:$/m);
    assert.match(
      stdout,
      /^ {2}-p <key> {22}reference a person: hex, npub, nprofile, name@domain or own account \(repeatable\)$/m,
    );
  });
});
