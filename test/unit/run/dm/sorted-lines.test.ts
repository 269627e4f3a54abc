import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SortedLines } from '../../../../src/run/dm/sorted-lines.ts';

const messages = (...times: number[]) => times.map(time => ({ time, line: `m${time}` }));

test('messages come in the order they were written, those of one second as they came', () => {
  const sorted = new SortedLines(Number.POSITIVE_INFINITY);
  assert.deepEqual(sorted.add([...messages(3, 1), { time: 1, line: 'later' }]), []);
  assert.deepEqual(sorted.add(messages(2)), []);
  assert.deepEqual(sorted.rest(), ['m1', 'later', 'm2', 'm3']);
  assert.deepEqual(sorted.rest(), []);
});

test('the newest of many are kept, and no more than twice as many held', () => {
  const sorted = new SortedLines(2);
  for (let time = 1; time <= 50; time++) sorted.add(messages((time * 7) % 51));
  assert.deepEqual(sorted.rest(), ['m49', 'm50']);
});

test('beyond the bound what is held is printed in order, and the rest as it comes', () => {
  const sorted = new SortedLines(Number.POSITIVE_INFINITY, 5);
  assert.deepEqual(sorted.add(messages(9, 8)), []);
  assert.equal(sorted.isFull, false);
  assert.deepEqual(sorted.add(messages(1)), ['m1', 'm8', 'm9']);
  assert.equal(sorted.isFull, true);
  assert.deepEqual(sorted.add(messages(5, 4)), ['m5', 'm4']);
  assert.deepEqual(sorted.rest(), []);
});

test('where only the newest are wanted, never more than those come, also when they cannot all be held', () => {
  const sorted = new SortedLines(4, 7);
  for (const time of [3, 9, 1, 8, 5, 7, 2, 6, 4]) assert.deepEqual(sorted.add(messages(time)), []);
  assert.deepEqual([sorted.isFull, sorted.isCut], [false, true]);
  assert.deepEqual(sorted.rest(), ['m7', 'm8', 'm9']);
});

test('one message that is larger than what can be held is kept all the same', () => {
  const sorted = new SortedLines(2, 1);
  assert.deepEqual(sorted.add(messages(1, 2)), []);
  assert.deepEqual(sorted.rest(), ['m2']);
});
