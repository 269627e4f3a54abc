import assert from 'node:assert/strict';
import { test } from 'node:test';
import { oncePerTurn } from '../../../../src/relay/publish/once-per-turn.ts';

test('many calls in one go lead to one run after them, and later ones to another', async () => {
  const seen: string[] = [];
  const soon = oncePerTurn(() => {
    seen.push('run');
  });
  for (let i = 0; i < 3; i++) soon();
  seen.push('called');
  await Promise.resolve();
  soon();
  await Promise.resolve();
  assert.deepEqual(seen, ['called', 'run', 'run']);
});
