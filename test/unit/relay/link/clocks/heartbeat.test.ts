import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { Heartbeat } from '../../../../../src/relay/link/clocks/heartbeat.ts';

/** A heartbeat on a clock of the test's, and what it did. */
function beating(t: TestContext) {
  t.mock.timers.enable({ apis: ['setInterval', 'Date'], now: 1_700_000_000_000 });
  const pulse = {
    heard: 0,
    isPaused: false,
    pings: 0,
    lost: undefined as string | undefined,
    ping: () => pulse.pings++,
    lose: (reason: string) => {
      pulse.lost = reason;
    },
  };
  const heartbeat = new Heartbeat(pulse, { silence: 30_000, pongWithin: 10_000 });
  t.after(() => heartbeat.stop());
  heartbeat.start();
  // In small steps, for within one the mocked clock stands at its end.
  const pass = (ms: number) => {
    for (let i = 0; i < ms / 1000; i++) t.mock.timers.tick(1000);
  };
  return { pulse, heartbeat, pass };
}

describe('a heartbeat', () => {
  test('pings after a silence, and gives up when nothing follows', t => {
    const { pulse, pass } = beating(t);
    pass(25_000);
    assert.equal(pulse.pings, 0);
    pass(5000);
    assert.equal(pulse.pings, 1);
    pass(5000);
    assert.equal(pulse.lost, undefined);
    pass(5000);
    assert.equal(pulse.lost, 'no pong within 10 s');
    pass(120_000);
    assert.equal(pulse.pings, 1);
  });

  test('anything that comes is an answer', t => {
    const { pulse, pass } = beating(t);
    for (let i = 0; i < 20; i++) {
      pass(30_000);
      pulse.heard++;
      pass(5000);
    }
    assert.equal(pulse.lost, undefined);
    assert.equal(pulse.pings, 20);
  });

  test('needs no pings while frames come', t => {
    const { pulse, pass } = beating(t);
    for (let i = 0; i < 100; i++) {
      pulse.heard++;
      pass(20_000);
    }
    assert.equal(pulse.pings, 0);
  });

  test('says nothing of a relay that we hold up', t => {
    const { pulse, pass } = beating(t);
    pulse.isPaused = true;
    pass(600_000);
    assert.deepEqual([pulse.pings, pulse.lost], [0, undefined]);
    pulse.isPaused = false;
    pass(30_000);
    assert.equal(pulse.pings, 1);
  });

  test('after the machine slept it pings at once, and judges nobody by the time it slept', t => {
    const { pulse, pass } = beating(t);
    pass(5000);
    t.mock.timers.setTime(Date.now() + 3_600_000); // the clock on the wall; the interval stood still
    pass(5000);
    assert.deepEqual([pulse.pings, pulse.lost], [1, undefined]);
    pass(10_000);
    assert.equal(pulse.lost, 'no pong within 10 s');
  });

  test('a clock that is set back does no harm', t => {
    const { pulse, pass } = beating(t);
    pass(20_000);
    t.mock.timers.setTime(Date.now() - 3_600_000);
    pass(5000);
    assert.equal(pulse.lost, undefined);
  });

  test('is silent once stopped', t => {
    const { pulse, heartbeat, pass } = beating(t);
    heartbeat.stop();
    pass(600_000);
    assert.deepEqual([pulse.pings, pulse.lost], [0, undefined]);
  });
});
