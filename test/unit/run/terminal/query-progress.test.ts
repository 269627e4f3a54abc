import assert from 'node:assert/strict';
import test from 'node:test';
import type { Context } from '../../../../src/context.ts';
import type { StreamEvent } from '../../../../src/protocol/stream-event.ts';
import { QueryProgress } from '../../../../src/run/terminal/query-progress.ts';

test('a long query tells events, rate, the oldest date, and relays that ended', () => {
  let time = 1000;
  let ended = false;
  const log = {
    showProgress: () => () => {
      ended = true;
    },
  } as unknown as Context['log'];
  const progress = new QueryProgress(3, { log, now: () => time });
  time = 3000;
  assert.equal(progress.describe(), 'events: 0, 0/s, 0 of 3 relays ended');
  const at = (...times: number[]) => ({
    relay: 'wss://a',
    stored: true,
    events: times.map(created_at => ({ created_at }) as StreamEvent),
  });
  progress.count(at(1700000100, 1700000000));
  progress.count(at());
  progress.count(at(1700000200));
  progress.relayEnded();
  assert.equal(progress.describe(), 'events: 3, 2/s, back to 2023-11-14 22:13, 1 of 3 relays ended');
  progress.end();
  assert.ok(ended);
});
