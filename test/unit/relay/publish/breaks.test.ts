import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Breaks } from '../../../../src/relay/publish/breaks.ts';
import type { PendingEvent } from '../../../../src/relay/publish/pending-event.ts';

const pending = () => ({ hasBroken: false }) as PendingEvent;

describe('a connection that breaks', () => {
  test('takes the attempt of an event that is alone when it breaks a second time, and of no other', () => {
    const breaks = new Breaks(0);
    const [poison, other] = [pending(), pending()];
    for (const each of [poison, other]) assert.equal(breaks.excuses(each, 2, 'disconnect', true), true);
    assert.equal(breaks.excuses(poison, 1, 'disconnect', true), false);
    assert.equal(breaks.excuses(other, 5, 'disconnect', true), true);
    const alone = pending();
    assert.equal(breaks.excuses(alone, 1, 'disconnect', true), true);
    assert.equal(breaks.excuses(alone, 1, 'disconnect', true), false);
  });

  test('takes that of the only event at once', () => {
    assert.equal(new Breaks(0).excuses(pending(), 1, 'disconnect', false), false);
  });

  test('may be followed by another while the row of breaks without an answer is short', () => {
    const most = (retry: number, end: 'disconnect' | 'unreachable' | 'timeout', hasAnswered: boolean) => {
      let failures = 1;
      const breaks = new Breaks(retry);
      if (hasAnswered) breaks.answered();
      while (breaks.mayReconnect(end, failures)) failures++;
      return failures - 1;
    };
    assert.deepEqual([most(0, 'disconnect', false), most(0, 'disconnect', true)], [3, 8]);
    assert.deepEqual([most(2, 'disconnect', false), most(2, 'disconnect', true)], [5, 10]);
    assert.deepEqual([most(0, 'unreachable', false), most(0, 'unreachable', true)], [0, 3]);
    assert.deepEqual([most(0, 'timeout', true), most(1, 'timeout', true)], [0, 4]);
  });
});
