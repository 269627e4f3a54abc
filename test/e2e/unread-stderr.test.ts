// Who does not read stderr, or the FIFO of --trace, or has stopped the terminal, costs no memory and stops no signal: what waits for them is bounded.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { describe, type TestContext, test } from 'node:test';
import { setTimeout as elapse } from 'node:timers/promises';
import { MEASURED, peakIn } from '../support/peak-memory.ts';
import type { ScriptedRelay } from '../support/scripted-relay.ts';
import * as step from '../support/scripted-steps.ts';
import { scripted } from '../support/wire.ts';

const NOST = join(import.meta.dirname, '../../bin/nost.js');
const LIMIT_KIB = 130 * 1024;

/**
 * Megabytes that V8 takes for young objects before it looks for garbage: the usual of Node 20. Node 24 takes several times
 * as many where there is much memory, and what is measured then is its patience.
 */
const YOUNG = '--max-semi-space-size=16';

interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

function start(words: string[], t: TestContext) {
  const flags = [YOUNG, MEASURED, NOST];
  const child = spawn(process.execPath, [...flags, ...words], { stdio: ['pipe', 'ignore', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  child.stdin.on('error', () => {}); // it may not read what it is given
  const ended = new Promise<Ended>(resolve => child.on('exit', (code, signal) => resolve({ code, signal })));
  return { child, ended };
}

/** Reads stderr to its end: the lines, and the memory that was used at most. */
async function readAll(stderr: Readable): Promise<{ lines: string[]; peak: number }> {
  let text = '';
  for await (const chunk of stderr.setEncoding('utf8')) text += chunk;
  return { lines: text.split('\n'), peak: peakIn(text) };
}

function assertFlat(peak: number, limit = LIMIT_KIB): void {
  assert.ok(peak > 0 && peak < limit, `${Math.round(peak / 1024)} MiB at most`);
}

/** A relay that answers with many notices of some size, and asks whether they have come; then `last`. */
function talkative(t: TestContext, ...last: step.Step[]): Promise<ScriptedRelay> {
  const notices = step.repeat(20_000, step.notice('x'.repeat(2500)));
  return scripted(t, [step.expectFrame('REQ'), notices, step.ping(), ...last, step.waitClose()]);
}

/** Resolves when all notices have come. */
function allCame(relay: ScriptedRelay): Promise<void> {
  return relay.until(({ connections }) => connections[0]?.pongs === 1, 60_000);
}

describe('with a reader of stderr that sleeps', () => {
  for (const flags of [['-v'], ['--trace'], ['--log-format', 'json']])
    test(`notices in their thousands cost no memory: ${flags.join(' ')}`, async t => {
      const relay = await talkative(t, step.eose());
      const { child, ended } = start(['req', ...flags, relay.url], t);
      await allCame(relay);
      const { lines, peak } = await readAll(child.stderr);
      assert.deepEqual(await ended, { code: 0, signal: null });
      assert.ok(lines.some(line => /left.out/.test(line)));
      assertFlat(peak);
    });

  test('--timeout is obeyed also when all is done but the last line', async t => {
    const folder = mkdtempSync(join(tmpdir(), 'nost-full-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const fifo = join(folder, 'stderr');
    execFileSync('mkfifo', [fifo]);
    const reader = openSync(fifo, constants.O_RDWR | constants.O_NONBLOCK);
    const full = openSync(fifo, constants.O_WRONLY);
    t.after(() => [reader, full].forEach(closeSync));
    for (const size of [4096, 1])
      for (let isFull = false; !isFull; ) {
        try {
          writeSync(reader, Buffer.alloc(size));
        } catch {
          isFull = true;
        }
      }
    const words = [NOST, 'req', '--timeout', '1s', 'ws://127.0.0.1:1'];
    const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', full] });
    t.after(() => child.kill('SIGKILL'));
    const code = await new Promise(resolve => child.on('exit', resolve));
    assert.equal(code, 5);
  });

  test('--timeout is obeyed', async t => {
    const relay = await talkative(t);
    const { ended } = start(['req', '-v', '--timeout', '3', relay.url], t);
    assert.deepEqual(await ended, { code: 124, signal: null });
  });

  test('bad lines are read no faster than they are told of, and each is told of', async t => {
    const { child, ended } = start(['verify'], t);
    const count = 400_000;
    child.stdin.end('this line is no event, and is told of in a line\n'.repeat(count));
    await elapse(1000); // the reader sleeps
    assert.ok(child.stdin.writableLength > 0, 'everything was read though nothing could be told');
    const { lines, peak } = await readAll(child.stderr);
    assert.deepEqual(await ended, { code: 2, signal: null });
    assert.equal(lines.filter(line => line.startsWith('stdin, line')).length, count);
    assertFlat(peak, 200 * 1024); // the lines and what comes of them is garbage that V8 may leave for a while
  });
});

test('a text of a megabyte is cut before it is told', async t => {
  const long = 'x'.repeat(1_000_000);
  const relay = await scripted(t, [
    step.expectFrame('REQ'),
    step.notice(long),
    step.closed(long),
    step.waitClose(),
  ]);
  for (const flags of [['-v'], ['--log-format', 'json']]) {
    const { child } = start(['req', ...flags, relay.url], t);
    const { lines } = await readAll(child.stderr);
    assert.ok(
      lines.length > 3 && lines.every(line => line.length < 5000),
      `${lines.map(line => line.length)}`,
    );
  }
});

describe('with a FIFO for --trace whose reader sleeps', () => {
  /** A FIFO that somebody has opened to read. */
  function fifo(t: TestContext): string {
    const folder = mkdtempSync(join(tmpdir(), 'nost-trace-'));
    const path = join(folder, 'fifo');
    execFileSync('mkfifo', [path]);
    const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    t.after(() => {
      closeSync(reader);
      rmSync(folder, { recursive: true });
    });
    return path;
  }

  test('SIGTERM is obeyed', async t => {
    const relay = await talkative(t);
    const { child, ended } = start(['req', `--trace=${fifo(t)}`, relay.url], t);
    await allCame(relay);
    child.kill('SIGTERM');
    assert.deepEqual(await ended, { code: null, signal: 'SIGTERM' });
  });

  test('--timeout is obeyed', async t => {
    const relay = await talkative(t);
    const { child, ended } = start(['req', `--trace=${fifo(t)}`, '--timeout', '3', relay.url], t);
    const { peak } = await readAll(child.stderr);
    assert.deepEqual(await ended, { code: 124, signal: null });
    assertFlat(peak);
  });
});

/** Runs a program whose stderr is a terminal that nobody reads, as after Ctrl-S; it passes on SIGTERM and the exit code. */
const STOPPED_TERMINAL = `
import os, signal, subprocess, sys
master, slave = os.openpty()
child = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=slave)
signal.signal(signal.SIGTERM, lambda *_: child.send_signal(signal.SIGTERM))
print('started', flush=True)
print(child.wait(), flush=True)
`;

describe('at a terminal that is stopped', () => {
  function startStopped(words: string[], t: TestContext) {
    const terminal = spawn('python3', ['-c', STOPPED_TERMINAL, process.execPath, NOST, ...words], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    t.after(() => {
      if (terminal.exitCode === null) process.kill(-terminal.pid!, 'SIGKILL');
    });
    let said = '';
    terminal.stdout.setEncoding('utf8').on('data', text => {
      said += text;
    });
    const ended = new Promise<string>(resolve => terminal.on('close', () => resolve(said)));
    return { terminal, ended };
  }

  test('SIGTERM is obeyed', { skip: process.platform === 'win32' }, async t => {
    const relay = await talkative(t);
    const { terminal, ended } = startStopped(['req', '-v', relay.url], t);
    await allCame(relay);
    terminal.kill('SIGTERM');
    assert.equal(await ended, 'started\n-15\n');
  });

  test('--timeout is obeyed', { skip: process.platform === 'win32' }, async t => {
    const relay = await talkative(t);
    const { ended } = startStopped(['req', '-v', '--timeout', '3', relay.url], t);
    assert.equal(await ended, 'started\n124\n');
  });
});
