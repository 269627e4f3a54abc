// The line of progress of a sync: a total where it is known, and never "0 of 0".
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SyncProgress } from '../../../../src/run/sync/sync-progress.ts';
import { noCounts, type Side } from '../../../../src/sync/side.ts';

test('says what is done: comparing, then how many are sent, of how many where that is known', () => {
  const counts = noCounts();
  let [isCounted, now] = [false, 0];
  const progress = new SyncProgress(
    [{ counts } as Side],
    () => isCounted,
    () => now,
  );
  assert.equal(progress.describe(), 'sync: comparing');
  counts.needed = 30;
  assert.equal(progress.describe(), 'sync: comparing, 30 missing so far');
  counts.sent = 10;
  assert.equal(progress.describe(), 'sync: 10 sent', 'more may be read yet');
  isCounted = true;
  now = 500;
  assert.equal(progress.describe(), 'sync: 10 of 30 sent');
  [now, counts.sent, counts.refused] = [2000, 30, 3];
  assert.equal(progress.describe(), 'sync: 30 of 30 sent, 10/s, 3 refused');
});
