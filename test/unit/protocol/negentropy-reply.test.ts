import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesToHex } from '../../../src/protocol/hex.ts';
import { FrameReader, LAST } from '../../../src/protocol/negentropy-frame.ts';
import { Reply } from '../../../src/protocol/negentropy-reply.ts';
import { itemsOf, madeUpItems } from '../../support/negentropy.ts';

const ITEMS = itemsOf(madeUpItems(1000, 5));

/** Bounds and modes of a frame. */
function rangesOf(frame: Uint8Array): [time: number, mode: number, ids: number][] {
  const reader = new FrameReader(frame.subarray(1));
  const ranges: [number, number, number][] = [];
  while (!reader.isAtEnd) {
    const { time } = reader.bound();
    const mode = reader.varint();
    const ids = mode === 2 ? reader.ids().length / 32 : 0;
    if (mode === 1) reader.bytes(16);
    ranges.push([time, mode, ids]);
  }
  return ranges;
}

test('what was settled is said only when something follows it', () => {
  const reply = new Reply(ITEMS, 0);
  reply.settle({ time: 5, prefix: new Uint8Array(0) });
  reply.settle({ time: 7, prefix: new Uint8Array(0) });
  assert.ok(reply.isBlank);
  reply.list(0, 2, LAST);
  assert.deepEqual(rangesOf(reply.frame), [
    [7, 0, 0],
    [Number.POSITIVE_INFINITY, 2, 2],
  ]);
});

test('fewer than 32 items are listed, more are split into 16 parts of nearly one size', () => {
  const few = new Reply(ITEMS, 0);
  few.split(0, 31, LAST);
  assert.deepEqual(rangesOf(few.frame), [[Number.POSITIVE_INFINITY, 2, 31]]);
  const more = new Reply(ITEMS, 0);
  more.split(0, 32, LAST);
  assert.equal(rangesOf(more.frame).length, 16);
});

test('a list that is too long is cut, and the fingerprint of the rest follows', () => {
  const reply = new Reply(ITEMS, 4096);
  reply.list(0, ITEMS.size, LAST);
  assert.ok(reply.isFull && reply.frame.length <= 4096);
  const [list, rest] = rangesOf(reply.frame);
  assert.ok(list![2] > 100);
  assert.deepEqual(rest, [Number.POSITIVE_INFINITY, 1, 0]);
  assert.equal(bytesToHex(reply.frame.subarray(-16)), bytesToHex(ITEMS.fingerprint(list![2], ITEMS.size)));
});

test('a full frame ends with what is left, and is no longer than it may be', () => {
  const items = itemsOf(madeUpItems(10_000, 8));
  const reply = new Reply(items, 4096);
  for (let from = 0; !reply.isFull; from += 100) reply.split(from, from + 100, items.boundBefore(from + 100));
  assert.ok(reply.frame.length <= 4096 && reply.frame.length > 3000);
  assert.deepEqual(rangesOf(reply.frame).at(-1), [Number.POSITIVE_INFINITY, 1, 0]);
});

test('a limit that leaves no room is refused', () => {
  for (const limit of [1, 4095, -1, Number.NaN]) assert.throws(() => new Reply(ITEMS, limit), RangeError);
});
