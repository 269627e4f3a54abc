// `nost serve --store` is killed (SIGKILL) while events come: nothing it has accepted is lost. The long version is in
// test/soak.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killOften } from '../support/served-store.ts';

test('five kills: no accepted event is lost, and the store opens again', { timeout: 120_000 }, async t => {
  const survived = await killOften(t, 5, 1);
  assert.ok(survived > 0);
});
