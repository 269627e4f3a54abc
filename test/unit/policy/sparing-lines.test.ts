import assert from 'node:assert/strict';
import test from 'node:test';
import { SparingLines } from '../../../src/policy/sparing-lines.ts';

test('so many lines in a span, then how many were left out, and then again', t => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const told: string[] = [];
  const lines = new SparingLines(line => told.push(line), { most: 2, span: 1000 });
  for (const text of ['a', 'b', 'c', 'd']) lines.line(text);
  assert.deepEqual(told, ['a', 'b']);
  t.mock.timers.tick(1000);
  assert.deepEqual(told.splice(0), ['a', 'b', '2 more lines were left out']);
  lines.line('e');
  t.mock.timers.tick(1000);
  assert.deepEqual(told.splice(0), ['e']);
  for (const text of ['f', 'g', 'h']) lines.line(text);
  lines.close();
  assert.deepEqual(told, ['f', 'g', '1 more line was left out']);
});
