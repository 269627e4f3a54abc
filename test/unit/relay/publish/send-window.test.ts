import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { SendWindow } from '../../../../src/relay/publish/send-window.ts';

function answer(window: SendWindow, times: number): number {
  for (let i = 0; i < times; i++) window.answered();
  return window.size;
}

describe('the window of events in flight', () => {
  test('never exceeds where it began, and is never less than one', () => {
    const window = new SendWindow(4);
    assert.equal(answer(window, 100), 4);
    for (let i = 0; i < 10; i++) window.halve();
    assert.equal(window.size, 1);
    assert.equal(answer(window, 100), 4);
  });

  test('is halved at once, and opens by one with a windowful of answers', () => {
    const window = new SendWindow(50);
    window.halve();
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
});
