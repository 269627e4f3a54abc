import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Outages } from '../../../../src/run/mirror/outages.ts';

test('an outage is told once, and so is its end; a relay that comes and goes is told of seldom', () => {
  let now = 0;
  const outages = new Outages(() => now);
  assert.equal(outages.back('a'), undefined);
  assert.equal(outages.lost('a'), 'told');
  assert.equal(outages.lost('a'), 'untold', 'it is away already');
  assert.equal(outages.back('a'), true);
  const verdicts = Array.from({ length: 6 }, () => [outages.lost('a'), outages.back('a')]);
  assert.deepEqual(verdicts, [
    ...Array.from({ length: 3 }, () => ['told', true]),
    ['last', true],
    ['untold', false],
    ['untold', false],
  ]);
  assert.equal(outages.lost('b'), 'told', 'another relay is another matter');
  now += 10 * 60_000;
  assert.equal(outages.lost('a'), 'last');
});
