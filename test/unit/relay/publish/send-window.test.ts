import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { isHeavy, SendWindow } from '../../../../src/relay/publish/send-window.ts';

function answer(window: SendWindow, times: number, ms = 5): number {
  for (let i = 0; i < times; i++) window.answered(ms);
  return window.size;
}

describe('the window of events in flight', () => {
  test('of a fixed size never exceeds where it began, and is never less than one', () => {
    const window = new SendWindow(4);
    assert.equal(answer(window, 100), 4);
    for (let i = 0; i < 10; i++) window.rest();
    window.wake();
    assert.equal(window.size, 1);
    assert.equal(answer(window, 100), 4);
  });

  test('is none while it rests; then halved, and opens by one with a windowful of answers', () => {
    const window = new SendWindow(50);
    window.rest();
    assert.deepEqual([window.size, window.isResting], [0, true]);
    window.wake();
    assert.equal(window.size, 25);
    assert.equal(answer(window, 24), 25);
    assert.equal(answer(window, 2), 26);
  });

  test('closed, one goes at a time until the first answer', () => {
    const window = new SendWindow(50);
    window.close();
    assert.equal(window.size, 1);
    assert.equal(answer(window, 1), 2);
  });

  test('lets them out in pieces, of one event where no more wait', () => {
    const window = SendWindow.of(80);
    assert.deepEqual([window.room(500, 0), window.room(500, 70), window.room(500, 71)], [80, 10, 0]);
    assert.deepEqual([window.room(1, 79), window.room(1, 80), window.room(9, 71)], [1, 0, 9]);
    window.rest();
    assert.equal(window.room(500, 0), 0);
  });

  test('lets no more out when what is in flight is heavy and not few', () => {
    const bytesInFlight = 5 * 1024 * 1024;
    assert.deepEqual(
      [49, 50].map(inFlight => isHeavy({ inFlight, bytesInFlight })),
      [false, true],
    );
    assert.equal(isHeavy({ inFlight: 1000, bytesInFlight: 1_000_000 }), false);
  });

  describe('that may grow', () => {
    test('does so with each answer, up to its bound, while answers come as fast as at first', () => {
      const window = new SendWindow(50, 200);
      assert.equal(answer(window, 50, 60), 100);
      assert.equal(answer(window, 500, 70), 200);
    });

    test('stops when answers take longer: the relay has enough to do', () => {
      const window = new SendWindow(50, 1000);
      answer(window, 10, 20);
      const size = answer(window, 30, 90);
      assert.ok(size < 90, String(size));
      assert.equal(answer(window, 500, 90), size);
    });

    test('grows slowly once it was halved', () => {
      const window = new SendWindow(50, 1000);
      answer(window, 50);
      window.rest();
      window.wake();
      assert.equal(window.size, 50);
      assert.equal(answer(window, 51), 51);
    });
  });
});
