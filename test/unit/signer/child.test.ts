import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import test from 'node:test';
import { type ChildRequest, runChild } from '../../../src/signer/child.ts';

function run(code: string, request: Partial<ChildRequest> = {}) {
  return runChild({
    argv: ['/bin/sh', '-c', code],
    env: process.env,
    timeout: 20_000,
    maxOutput: 100,
    ...request,
  });
}

const skip = process.platform === 'win32' ? 'needs a shell' : false;

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test('a program that ends gives its output, its code and its complaint', { skip }, async () => {
  const { how, code, signal, output, complaint } = await run('printf out; printf err >&2; exit 3');
  assert.deepEqual([how, code, signal, String(output), complaint], ['ended', 3, null, 'out', 'err']);
});

test('a signal that ended it is told', { skip }, async () => {
  const { how, code, signal } = await run('kill -SEGV $$');
  assert.deepEqual([how, code, signal], ['ended', null, 'SIGSEGV']);
});

test('its stdin is empty, or what it is given and then open', { skip }, async () => {
  assert.equal(String((await run('cat')).output), '');
  const open = await run('head -c 2; exec cat', { input: Buffer.from('ab'), timeout: 300 });
  assert.deepEqual([open.how, String(open.output)], ['timeout', 'ab']);
});

test('a program that takes too long is ended, and holds nothing up', { skip }, async () => {
  const { how, output } = await run('printf $$; exec sleep 60', { timeout: 300 });
  assert.equal(how, 'timeout');
  assert.equal(isAlive(Number(output)), false);
});

test('a grandchild that holds the pipe open does not hold us', { skip }, async () => {
  const started = performance.now();
  const { how } = await run('sleep 60 & printf $!; wait', { timeout: 300, detached: true });
  assert.equal(how, 'timeout');
  assert.ok(performance.now() - started < 10_000);
});

test('a group ends with its leader, in time or not', { skip: skip || !existsSync('/proc') }, async () => {
  for (const code of ['sleep 60 >&2 & printf $!; wait', 'sleep 60 >/dev/null 2>&1 & printf $!']) {
    const { output } = await run(code, { timeout: 500, detached: true });
    await gone(Number(output));
  }
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
