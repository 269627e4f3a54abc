// Signals end a real process: politely, in time, and so that the caller sees which it was.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { compiled } from '../support/compiled.ts';
import { startNost } from '../support/relays.ts';
import * as step from '../support/scripted-steps.ts';
import { scripted } from '../support/wire.ts';

const NOST = join(import.meta.dirname, '../../bin/nost.js');
const FROZEN = join(import.meta.dirname, '../support/frozen-timers.cjs');

/** What would end only by a timeout of a second or more, hangs. */
const HANGS = { timeout: 60_000 };

function nost(t: TestContext, ...args: string[]): ChildProcess {
  const words = ['--require', FROZEN, NOST, ...args];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  child.stdout!.resume();
  return child;
}

/** Exit code or signal. */
async function ending(child: ChildProcess): Promise<{ ended: number | string; stderr: string }> {
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', text => {
    stderr += text;
  });
  const [code, signal] = await once(child, 'close');
  return { ended: signal ?? code, stderr };
}

describe('a signal', () => {
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    test(`${name} closes the subscription and is raised again`, HANGS, async t => {
      const relay = await scripted(t, [step.expectFrame('REQ'), step.eose(), step.waitClose()]);
      const child = nost(t, 'req', '--stream', relay.url);
      await relay.until(({ received }) => received.length === 1);
      child.kill(name);
      const { ended, stderr } = await ending(child);
      assert.equal(ended, name);
      assert.ok(relay.received.some(text => text.startsWith('["CLOSE"')));
      assert.ok(!stderr.includes('nost: '), stderr);
    });

  test('SIGUSR1 opens no debugger', async t => {
    const relay = await scripted(t, [step.expectFrame('REQ'), step.eose(), step.waitClose()]);
    const child = nost(t, 'req', '--stream', relay.url);
    await relay.until(({ received }) => received.length === 1);
    child.kill('SIGUSR1');
    await new Promise(resolve => setTimeout(resolve, 300));
    child.kill('SIGTERM');
    const { ended, stderr } = await ending(child);
    assert.deepEqual([ended, stderr], ['SIGTERM', '']);
  });

  test('is not held up by a relay that ignores our goodbye, or one that never upgrades', HANGS, async t => {
    for (const steps of [[step.ignoreClose(), step.expectFrame('REQ'), step.delay(60_000)], [step.hang()]]) {
      const relay = await scripted(t, steps);
      const child = nost(t, 'req', '--stream', relay.url);
      await relay.until(
        ({ connections, received }) =>
          connections.length === 1 && (steps.length === 1 || received.length === 1),
      );
      child.kill('SIGTERM');
      assert.equal((await ending(child)).ended, 'SIGTERM');
    }
  });

  test('leaves a quarter of a second to what does not end', () => {
    const script = compiled(`
      import { writeSync } from 'node:fs';
      import { Interruption } from './src/signals.ts';
      new Interruption();
      setInterval(() => {}, 1000); // what does not end
      const { setTimeout: begin } = globalThis;
      globalThis.setTimeout = (run, ms) => begin(run, writeSync(1, ms + ' ms'));
      process.kill(process.pid, 'SIGTERM');`);
    const ended = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 60_000 });
    assert.deepEqual([ended.signal, `${ended.stdout}`], ['SIGTERM', '250 ms']);
  });

  test('given twice at once ends it all the same', async t => {
    const relay = await startNost();
    t.after(relay.close);
    const child = nost(t, 'req', '--stream', relay.url);
    while (relay.relay.stats().subscriptions === 0) await new Promise(resolve => setImmediate(resolve));
    child.kill('SIGINT');
    child.kill('SIGINT');
    assert.equal((await ending(child)).ended, 'SIGINT');
  });

  for (const [what, pause, stdout] of [
    ['that timeout(1) sends to us and to our group is one signal', 1, 'in good order\n'],
    ['that comes again later ends the process at once', 60, ''],
  ] as const)
    test(what, () => {
      const script = compiled(`
        import { Interruption } from './src/signals.ts';
        const interruption = new Interruption();
        interruption.signal.onabort = () => setTimeout(() => console.log('in good order'), 200);
        let now = 0;
        performance.now = () => now;
        process.emit('SIGTERM', 'SIGTERM');
        now += ${pause};
        process.emit('SIGTERM', 'SIGTERM');`);
      const ended = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
        encoding: 'utf8',
      });
      assert.deepEqual([ended.stderr, ended.stdout], ['', stdout]);
    });

  test('ends a relay with 0 also when something outlasts its drain', () => {
    const script = compiled(`
      import { Interruption } from './src/signals.ts';
      new Interruption().allowDrain(100);
      setInterval(() => {}, 1000); // what does not end
      process.kill(process.pid, 'SIGTERM');`);
    const ended = spawnSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 60_000 });
    assert.deepEqual([ended.signal, ended.status, `${ended.stderr}`], [null, 0, '']);
  });

  test('that process 1 of a container cannot raise again ends it with 128 and its number', async t => {
    if (spawnSync('unshare', ['-pf', 'true']).status !== 0) return t.skip('no container can be made here');
    const relay = await startNost();
    t.after(relay.close);
    const container = spawn('unshare', ['-pf', process.execPath, NOST, 'req', '--stream', relay.url]);
    const first = () => Number(readFileSync(`/proc/${container.pid}/task/${container.pid}/children`, 'utf8'));
    t.after(() => container.exitCode ?? process.kill(first(), 'SIGKILL'));
    while (relay.relay.stats().subscriptions === 0) await new Promise(resolve => setImmediate(resolve));
    process.kill(first(), 'SIGTERM');
    assert.equal((await ending(container)).ended, 143);
  });

  test('is the ordinary end of a relay: it drains and exits 0', HANGS, async t => {
    const child = nost(t, 'serve', '--port', '0');
    await once(child.stdout!, 'data');
    child.kill('SIGTERM');
    assert.equal((await ending(child)).ended, 0);
  });
});
