import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, type TestContext, test } from 'node:test';
import { Watchdog } from '../../../../../src/relay/link/clocks/watchdog.ts';
import { TestClock } from '../../../../support/clock.ts';
import { compiled } from '../../../../support/compiled.ts';

/** A watchdog on the clock of the test, and how often it barked. */
function watching(t: TestContext, limit: number) {
  const clock = new TestClock(t);
  let barks = 0;
  const dog = new Watchdog(limit, () => barks++);
  t.after(() => dog.stop());
  return { clock, dog, barks: () => barks };
}

describe('a watchdog', () => {
  test('barks once when nothing came for the limit', async t => {
    const { clock, dog, barks } = watching(t, 30);
    dog.start();
    await clock.pass(29);
    assert.equal(barks(), 0);
    await clock.pass(1);
    assert.equal(barks(), 1);
    await clock.pass(60);
    assert.equal(barks(), 1);
  });

  test('waits as long as it is touched', async t => {
    const { clock, dog, barks } = watching(t, 60);
    dog.start();
    for (let touches = 0; touches < 6; touches++) {
      await clock.pass(50);
      dog.touch();
    }
    await clock.pass(58);
    assert.equal(barks(), 0);
    await clock.pass(2);
    assert.equal(barks(), 1);
  });

  test('is silent once stopped', async t => {
    const { clock, dog, barks } = watching(t, 5);
    dog.start();
    await clock.pass(4);
    dog.stop();
    await clock.pass(30);
    assert.equal(barks(), 0);
  });

  test('is silent once stopped, also between its timer and its judgement', async t => {
    const { clock, dog, barks } = watching(t, 5);
    dog.start();
    clock.jump(5);
    dog.stop();
    await clock.pass(30);
    assert.equal(barks(), 0);
  });

  test('stands still while it is held, and goes on with what was left', async t => {
    const { clock, dog, barks } = watching(t, 30);
    dog.start();
    for (let holds = 0; holds < 3; holds++) {
      await clock.pass(9);
      dog.hold();
      await clock.pass(100);
      dog.release();
    }
    await clock.pass(2);
    assert.equal(barks(), 0);
    await clock.pass(1);
    assert.equal(barks(), 1);
  });

  test('has its whole limit before it when it is touched while held', async t => {
    const { clock, dog, barks } = watching(t, 30);
    dog.start();
    await clock.pass(20);
    dog.hold();
    dog.touch();
    dog.release();
    await clock.pass(29);
    assert.equal(barks(), 0);
    await clock.pass(1);
    assert.equal(barks(), 1);
  });

  test('can be shortened, and never prolonged by that', async t => {
    const { clock, dog, barks } = watching(t, 30);
    dog.start();
    for (let times = 0; times < 4; times++) {
      dog.shorten(10);
      await clock.pass(3);
    }
    assert.equal(barks(), 1);
  });

  test('takes another limit at each start', async t => {
    const { clock, dog, barks } = watching(t, 60_000);
    dog.start();
    dog.start(10);
    await clock.pass(10);
    assert.equal(barks(), 1);
  });

  test('reads the sockets first when the process itself was held up', async t => {
    const { clock, dog, barks } = watching(t, 20);
    dog.start();
    clock.jump(50);
    dog.touch(); // what lay ready all the while
    await clock.pass(18);
    assert.equal(barks(), 0);
    await clock.pass(2);
    assert.equal(barks(), 1);
  });

  test('with a limit beyond all timers never barks, at once least of all', async t => {
    const { clock, dog, barks } = watching(t, 2 ** 31);
    dog.start();
    await clock.pass(20);
    clock.jump(2 ** 31);
    await clock.pass(20);
    assert.equal(barks(), 0);
  });

  test('that is stopped keeps no process alive', () => {
    const code = compiled(`import { Watchdog } from './src/relay/link/clocks/watchdog.ts';
      const dog = new Watchdog(60000, () => {}); dog.start(); dog.touch(); dog.stop();`);
    const { status } = spawnSync(process.execPath, ['--input-type=module', '-e', code], {
      timeout: 60_000,
    });
    assert.equal(status, 0);
  });
});
