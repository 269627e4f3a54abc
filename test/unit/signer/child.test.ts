import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { type ChildRequest, runChild } from '../../../src/signer/child.ts';
import { TestClock, turn } from '../../support/clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'nost-child-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function run(code: string, request: Partial<ChildRequest> = {}) {
  return runChild({
    argv: ['/bin/sh', '-c', code],
    env: process.env,
    timeout: 60_000,
    maxOutput: 100,
    ...request,
  });
}

const skip = process.platform === 'win32' ? 'needs a shell' : false;

/** A file that a program writes its process id to when it is as far as a test wants it, and what was written. */
function milestone(name: string): { path: string; reached: () => Promise<number> } {
  const path = join(folder, name);
  const reached = async () => {
    while (!existsSync(path) || !readFileSync(path, 'utf8').endsWith('\n')) await turn();
    return Number(readFileSync(path, 'utf8'));
  };
  return { path, reached };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a program that ends gives its output, its code and whether it complained', { skip }, async () => {
  const { how, code, signal, output, complained } = await run('printf out; printf err >&2; exit 3');
  assert.deepEqual([how, code, signal, String(output), complained], ['ended', 3, null, 'out', true]);
});

test('a signal that ended it is told', { skip }, async () => {
  const { how, code, signal } = await run('kill -SEGV $$');
  assert.deepEqual([how, code, signal], ['ended', null, 'SIGSEGV']);
});

test('its stdin is empty, or what it is given and then open', { skip }, async t => {
  assert.equal(String((await run('cat')).output), '');
  const clock = new TestClock(t);
  const { path, reached } = milestone('open');
  const running = run(`head -c 2; echo $$ >${path}; exec cat`, { input: Buffer.from('ab'), timeout: 300 });
  await reached();
  await clock.pass(300);
  const { how, output } = await running;
  assert.deepEqual([how, String(output)], ['timeout', 'ab']);
});

test('a program that takes too long is ended, and holds nothing up', { skip }, async t => {
  const clock = new TestClock(t);
  const { path, reached } = milestone('slow');
  const running = run(`echo $$ >${path}; exec sleep 60`, { timeout: 300 });
  const pid = await reached();
  await clock.pass(299);
  assert.equal(isAlive(pid), true);
  await clock.pass(1);
  assert.equal((await running).how, 'timeout');
  assert.equal(isAlive(pid), false);
});

test('a grandchild that holds the pipe open does not hold us', { skip }, async t => {
  const clock = new TestClock(t);
  const { path, reached } = milestone('grandchild');
  const running = run(`sleep 60 & echo $! >${path}; wait`, { timeout: 300, detached: true });
  await reached();
  await clock.pass(300);
  assert.equal((await running).how, 'timeout');
});

test('a group ends with its leader, in time or not', { skip: skip || !existsSync('/proc') }, async t => {
  const late = milestone('late');
  const early = milestone('early');
  await run(`sleep 60 >/dev/null 2>&1 & echo $! >${early.path}`, { detached: true });
  await gone(await early.reached());
  const clock = new TestClock(t);
  const running = run(`sleep 60 >&2 & echo $! >${late.path}; wait`, { timeout: 500, detached: true });
  const pid = await late.reached();
  await clock.pass(500);
  assert.equal((await running).how, 'timeout');
  await gone(pid);
});

/** A killed process is reaped by init in its own time. */
async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise(resolve => setImmediate(resolve));
}

test('a program that says too much is ended', { skip }, async () => {
  assert.equal((await run('exec yes')).how, 'too_long');
});

test('a program that is not there is told', async () => {
  assert.equal((await run('', { argv: ['/no/such/program'] })).how, 'not_started');
});

test('an abort ends it, also one from before', { skip }, async () => {
  const controller = new AbortController();
  const running = run('exec sleep 60', { signal: controller.signal });
  controller.abort();
  assert.equal((await running).how, 'aborted');
  assert.equal((await run('exec sleep 60', { signal: controller.signal })).how, 'aborted');
});
