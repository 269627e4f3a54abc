import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PublishProgress } from '../../../../src/run/terminal/publish-progress.ts';

test('progress tells of events of those read, the rate, and what was not accepted', () => {
  let now = 1000;
  let describe = () => '';
  const log = {
    showProgress: (show: () => string) => {
      describe = show;
      return () => {};
    },
  };
  const counts = { events: 0, missed: 0 };
  const progress = new PublishProgress(counts, { log, now: () => now } as unknown as ConstructorParameters<
    typeof PublishProgress
  >[1]);
  progress.read(300);
  counts.events = 200;
  counts.missed = 3;
  now = 3000;
  assert.equal(describe(), 'events: 200 of 300+, 100/s, 3 not accepted');
  progress.whole();
  assert.equal(describe(), 'events: 200 of 300, 100/s, 3 not accepted');
});
