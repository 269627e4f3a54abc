// The hasher in WebAssembly beside the plain one: they find the same events.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { WasmHasher } from '../../../src/mining/wasm-hasher.ts';
import { eventId, InvalidEvent, type UnsignedEvent } from '../../../src/protocol/event.ts';
import { difficultyOf, mineChunk } from '../../../src/protocol/nip13.ts';

const hasher = new WasmHasher();

function draft(content: string, tags: string[][] = []): UnsignedEvent {
  return { pubkey: 'ab'.repeat(32), created_at: 1_700_000_000, kind: 1, tags, content };
}

/** Both find the same; returns it. */
function same(event: UnsignedEvent, bits: number, from: number, attempts: number) {
  const found = hasher.mine(event, bits, { from, attempts });
  assert.deepEqual(found, mineChunk(event, bits, { from, attempts }));
  return found;
}

describe('the hasher in WebAssembly', () => {
  test('finds what the plain one finds, wherever the counter and the end lie in their blocks', () => {
    for (let before = 0; before < 70; before++)
      for (const after of [0, 1, 30, 50, 64]) {
        const event = draft('y'.repeat(after), [['t', 'x'.repeat(before)]]);
        assert.ok(same(event, 5, 0, 2000));
      }
  });

  test('takes counters of every size, one after the other', () => {
    for (const from of [0, 7, 95, 998, 1000, 9_990, 99_999_990, 2 ** 53 - 500])
      for (const bits of [3, 5]) assert.ok(same(draft('hello'), bits, from, 300));
    for (let from = 0; from < 30; from++) same(draft('hello'), 4, from, 3);
  });

  test('tries exactly the counters it is given', () => {
    assert.equal(hasher.mine(draft('x'), 0, { from: 5, attempts: 0 }), undefined);
    for (let from = 0; from < 40; from++) {
      const found = hasher.mine(draft('x'), 0, { from, attempts: 1 });
      assert.equal(Number(found!.tags[0]![1]), from);
    }
    const first = hasher.mine(draft('x'), 8, { from: 0, attempts: 10_000 })!;
    const counter = Number(first.tags[0]![1]);
    assert.equal(hasher.mine(draft('x'), 8, { from: 0, attempts: counter }), undefined);
    assert.deepEqual(hasher.mine(draft('x'), 8, { from: 0, attempts: counter + 1 }), first);
  });

  test('takes any text', () => {
    const texts = fc.string({ unit: 'grapheme', maxLength: 200 });
    const cases = fc.record({
      content: texts,
      tags: fc.array(fc.array(texts, { maxLength: 4 }), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(cases, fc.nat(1_000_000), ({ content, tags }, from) => {
        same(draft(content, tags), 4, from, 64);
      }),
      { numRuns: 200 },
    );
  });

  test('takes large events, before the counter and behind it', () => {
    assert.ok(same(draft('z'.repeat(100_000)), 3, 0, 64));
    assert.ok(same(draft('z', [['t', 'z'.repeat(100_000)]]), 5, 0, 500));
    assert.ok(same(draft('small again'), 5, 0, 500));
    const huge = draft('z'.repeat(2_000_000));
    const mined = hasher.mine(huge, 1, { from: 0, attempts: 16 })!;
    assert.equal(mined.id, eventId(mined));
    assert.ok(difficultyOf(mined.id) >= 1);
  });

  test('looks at every bit that is asked for', () => {
    for (const bits of [33, 64, 256])
      assert.equal(hasher.mine(draft('x'), bits, { from: 0, attempts: 1000 }), undefined);
  });

  test('refuses what the plain one refuses', () => {
    assert.throws(() => hasher.mine(draft('x'), 257, { from: 0, attempts: 1 }), RangeError);
    assert.throws(() => hasher.mine(draft('\ud800'), 1, { from: 0, attempts: 1 }), InvalidEvent);
  });
});
