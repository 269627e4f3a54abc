// Source, target and the mirror itself are killed (SIGKILL) in turn while events are published: nothing is missing at the
// end. The long version is in test/soak.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killInTurn } from '../support/mirror-killed.ts';

test('three kills: the target holds what the source holds', { timeout: 120_000 }, async t => {
  assert.ok((await killInTurn(t, 3, 1)) > 50);
});
