// `relay-test --watch` waits for as long as it takes, and runs again when it is told to. Real processes and signals.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, type TestContext, test } from 'node:test';
import { startNost } from '../../support/relays.ts';

const NOST = join(import.meta.dirname, '../../../bin/nost.js');

/** Watches with the basic case; `next` waits for a line of that stream. */
function watch(t: TestContext, from: 'stdout' | 'stderr', ...words: string[]) {
  const child = spawn(process.execPath, [NOST, 'relay-test', '--only', 'eose', ...words]);
  t.after(() => child.kill('SIGKILL'));
  child[from === 'stdout' ? 'stderr' : 'stdout'].resume();
  const lines = createInterface(child[from])[Symbol.asyncIterator]();
  const ended = once(child, 'exit');
  return {
    child,
    async next(wanted: RegExp) {
      for (;;) {
        const { done, value } = await lines.next();
        if (done) assert.fail(`it ended before it wrote ${wanted}`);
        if (wanted.test(value)) return;
      }
    },
    /** Ends it as Ctrl-C does. */
    async stop() {
      child.kill('SIGINT');
      assert.deepEqual(await ended, [null, 'SIGINT']);
    },
  };
}

describe('relay-test --watch', { skip: process.platform === 'win32' && 'there are no such signals' }, () => {
  test('runs again at SIGUSR2, with no file to look at', async t => {
    const relay = await startNost();
    t.after(() => relay.close());
    const { child, next, stop } = watch(t, 'stdout', '--watch', relay.url);
    await next(/^1 passed/);
    child.kill('SIGUSR2');
    await next(/^1 passed/);
    await stop();
  });

  test('runs again when its file changes', async t => {
    const folder = mkdtempSync(join(tmpdir(), 'nost-watch-'));
    t.after(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'relay.conf');
    writeFileSync(file, 'a');
    const relay = await startNost();
    t.after(() => relay.close());
    const { next, stop } = watch(t, 'stdout', `--watch=${file}`, relay.url);
    await next(/^1 passed/);
    writeFileSync(file, 'another');
    await next(/^1 passed/);
    await stop();
  });

  test('waits for a relay that is not there yet', async t => {
    const { child, next, stop } = watch(t, 'stderr', '--watch', 'ws://127.0.0.1:1');
    await next(/^ws:\/\/127\.0\.0\.1:1: connection refused$/);
    child.kill('SIGUSR2');
    await next(/^ws:\/\/127\.0\.0\.1:1: connection refused$/);
    await stop();
  });
});
