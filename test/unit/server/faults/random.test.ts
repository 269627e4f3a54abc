import assert from 'node:assert/strict';
import test from 'node:test';
import { Random } from '../../../../src/server/faults/random.ts';

test('the same words give the same numbers, on every machine; others give others', () => {
  assert.equal(new Random(7, 1, 'dup').hex(32), new Random(7, 1, 'dup').hex(32));
  assert.notEqual(new Random(7, 1, 'dup').hex(32), new Random(8, 1, 'dup').hex(32));
  assert.notEqual(new Random(1, 11).hex(32), new Random(11, 1).hex(32));
  assert.equal(new Random(7, 1, 'dup').hex(16), '2ae282d680d83818');
});

test('chances are kept, and every value is drawn', () => {
  const random = new Random('chances');
  const draws = Array.from({ length: 10_000 }, () => random.happens(0.1)).filter(Boolean).length;
  assert.ok(draws > 850 && draws < 1150, `${draws} of 10,000`);
  assert.ok(Array.from({ length: 1000 }, () => random.happens(1)).every(Boolean));
  assert.deepEqual(new Set(Array.from({ length: 1000 }, () => random.below(7))).size, 7);
});
