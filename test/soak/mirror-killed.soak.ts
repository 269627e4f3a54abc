// Source, target and the mirror itself are killed (SIGKILL) thirty times in turn while events are published.
import { test } from 'node:test';
import { killInTurn } from '../support/mirror-killed.ts';

test('thirty kills: the target holds what the source holds', { timeout: 600_000 }, async t => {
  t.diagnostic(`${await killInTurn(t, 30, 2)} events at the target`);
});
