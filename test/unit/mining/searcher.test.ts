import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { openHasher } from '../../../src/mining/hasher.ts';
import { type Search, Searcher } from '../../../src/mining/searcher.ts';
import { SharedSearch } from '../../../src/mining/shared-search.ts';
import { type MiningChunk, mineChunk } from '../../../src/protocol/nip13.ts';

const event = { pubkey: 'ab'.repeat(32), created_at: 1, kind: 1, tags: [], content: 'x' };

/** A searcher whose hasher finds nothing, and takes so many milliseconds for each counter. */
function searcherAt(msEach: number) {
  let time = 0;
  const chunks: (MiningChunk & { created_at: number })[] = [];
  const shared = new SharedSearch();
  shared.begin(1, 7);
  const searcher = new Searcher(
    shared,
    () => time,
    ({ created_at }, _bits, chunk) => {
      chunks.push({ ...chunk, created_at });
      time += chunk.attempts * msEach;
      return undefined;
    },
  );
  const step = (bits: number, times: number) => {
    for (let i = 0; i < times; i++) searcher.step({ number: 1, event, bits });
  };
  return { shared, chunks, step };
}

describe('a searcher', () => {
  test('takes counters that nobody has taken, with the time of that moment', () => {
    const { shared, chunks, step } = searcherAt(1);
    step(30, 1);
    assert.equal(shared.claim(1000), chunks[0]!.attempts);
    shared.createdAt = 8;
    step(30, 1);
    assert.equal(chunks[1]!.from, chunks[0]!.attempts + 1000);
    assert.deepEqual([chunks[0]!.created_at, chunks[1]!.created_at], [7, 8]);
    assert.equal(shared.claimed, chunks[0]!.attempts + 1000 + chunks[1]!.attempts);
  });

  test('takes as many at once as it can try in some milliseconds', () => {
    for (const msEach of [0.0002, 0.5, 30]) {
      const { chunks, step } = searcherAt(msEach);
      step(60, 40);
      const ms = chunks.at(-1)!.attempts * msEach;
      assert.ok(ms >= 12 && ms <= 50, `${ms} ms`);
    }
  });

  test('takes few at once when few will do', () => {
    const { chunks, step } = searcherAt(0.0001);
    step(60, 40);
    step(16, 1);
    assert.equal(chunks.at(-1)!.attempts, 4096);
    step(0, 1);
    assert.equal(chunks.at(-1)!.attempts, 256);
    step(60, 1);
    assert.ok(chunks.at(-1)!.attempts > 100_000, 'an easy search says nothing of the pace');
  });

  test('finds an event', () => {
    const shared = new SharedSearch();
    shared.begin(1, 5);
    const searcher = new Searcher(shared, () => performance.now());
    const search: Search = { number: 1, event, bits: 8 };
    let mined = searcher.step(search);
    while (!mined) mined = searcher.step(search);
    assert.equal(mined.created_at, 5);
    assert.match(mined.id, /^00/);
  });
});

test('a search is over when the next has begun, or none has', () => {
  const shared = new SharedSearch();
  const elsewhere = new SharedSearch(shared.memory);
  assert.ok(!elsewhere.isFor(1));
  shared.begin(1, 2 ** 40);
  assert.ok(elsewhere.isFor(1));
  assert.equal(elsewhere.createdAt, 2 ** 40);
  shared.begin(2, 0);
  assert.ok(!elsewhere.isFor(1));
  shared.end();
  assert.ok(!elsewhere.isFor(2));
});

test('where there is no WebAssembly the plain hasher is opened', t => {
  assert.notEqual(openHasher(), mineChunk);
  t.mock.method(WebAssembly, 'Module', () => {
    throw new Error('not allowed');
  });
  assert.equal(openHasher(), mineChunk);
});
