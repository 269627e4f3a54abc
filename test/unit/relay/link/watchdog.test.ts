import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { setTimeout as elapse } from 'node:timers/promises';
import { Watchdog } from '../../../../src/relay/link/watchdog.ts';

/** A watchdog whose bark can be waited for. */
function watching(limit: number) {
  const target = new EventTarget();
  let barks = 0;
  const dog = new Watchdog(limit, () => {
    barks++;
    target.dispatchEvent(new Event('bark'));
  });
  return { dog, barks: () => barks, bark: once(target, 'bark') };
}

/** Keeps the only thread busy: no timer, no socket is served. */
function hog(ms: number): void {
  for (const end = performance.now() + ms; performance.now() < end; );
}

describe('a watchdog', () => {
  test('barks once when nothing came for the limit', async () => {
    const start = performance.now();
    const { dog, bark, barks } = watching(30);
    dog.start();
    await bark;
    assert.ok(performance.now() - start >= 29);
    await elapse(60);
    assert.equal(barks(), 1);
  });

  test('waits as long as it is touched', async () => {
    const { dog, barks, bark } = watching(60);
    const start = performance.now();
    dog.start();
    for (let turn = 0; turn < 6; turn++) {
      await elapse(20);
      dog.touch();
    }
    const last = performance.now();
    await bark;
    assert.ok(performance.now() - last >= 55);
    assert.ok(performance.now() - start >= 160);
    assert.equal(barks(), 1);
  });

  test('is silent once stopped, also between its timer and its judgement', async () => {
    const { dog, barks } = watching(5);
    dog.start();
    dog.stop();
    await elapse(30);
    assert.equal(barks(), 0);
  });

  test('takes another limit at each start', async () => {
    const { dog, bark } = watching(60_000);
    dog.start();
    dog.start(10);
    await bark;
  });

  test('reads the sockets first when the process itself was held up', async () => {
    const { dog, barks } = watching(20);
    const soon = new Promise(resolve => setImmediate(resolve));
    dog.start();
    hog(50);
    setImmediate(() => dog.touch()); // what lay ready all the while
    await soon;
    await elapse(5);
    assert.equal(barks(), 0);
    dog.stop();
  });

  test('with a limit beyond all timers never barks, at once least of all', async () => {
    const { dog, barks } = watching(2 ** 31);
    dog.start();
    await elapse(20);
    assert.equal(barks(), 0);
  });

  test('that is stopped keeps no process alive', () => {
    const code = `const { Watchdog } = await import('./src/relay/link/watchdog.ts');
      const dog = new Watchdog(60000, () => {}); dog.start(); dog.touch(); dog.stop();`;
    const { status } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], {
      timeout: 20_000,
    });
    assert.equal(status, 0);
  });
});
