import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Filter } from '../../../../src/protocol/filter.ts';
import { fitsRequest, halveFilter, splitRequest, USUAL } from '../../../../src/relay/link/split-request.ts';

const hex = (number: number) => number.toString(16).padStart(64, '0');
const people = (count: number) => Array.from({ length: count }, (_, i) => hex(i));

describe('a request too large', () => {
  test('is left alone when it fits', () => {
    const filters: Filter[] = [{ kinds: [1] }, { authors: people(1000) }];
    assert.deepEqual(splitRequest(filters, USUAL), [filters]);
  });

  test('is split by the longest list of a filter; the rest of it stays', () => {
    const filter: Filter = { kinds: [1, 7], authors: people(5000), since: 5, limit: 10 };
    const requests = splitRequest([filter], USUAL);
    assert.ok(requests.length > 1);
    for (const request of requests) {
      assert.ok(fitsRequest(request, USUAL));
      for (const { authors, ...rest } of request)
        assert.deepEqual(rest, { kinds: [1, 7], since: 5, limit: 10 });
    }
    assert.deepEqual(
      requests.flat().flatMap(({ authors }) => authors),
      filter.authors,
    );
  });

  test('counts bytes, not characters', () => {
    const filter: Filter = { '#t': Array.from({ length: 40 }, () => '漢'.repeat(10)) };
    assert.ok(fitsRequest([filter], { bytes: 1500, filters: 9 }));
    assert.ok(!fitsRequest([filter], { bytes: 1000, filters: 9 }));
    assert.ok(splitRequest([filter], { bytes: 1000, filters: 9 }).length > 1);
  });

  test('has no more filters than the relay takes', () => {
    const filters = people(25).map(id => ({ ids: [id] }));
    const requests = splitRequest(filters, { bytes: 131_072, filters: 10 });
    assert.deepEqual(
      requests.map(request => request.length),
      [10, 10, 5],
    );
    assert.deepEqual(requests.flat(), filters);
  });

  test('is sent as it is when nothing of it can be split', () => {
    const filter = { search: 'x'.repeat(500) };
    assert.deepEqual(splitRequest([filter], { bytes: 100, filters: 1 }), [[filter]]);
  });
});

test('a filter is halved at its longest list', () => {
  assert.deepEqual(halveFilter({ kinds: [1, 2, 3], ids: [hex(1)], limit: 1 }), [
    { kinds: [1], ids: [hex(1)], limit: 1 },
    { kinds: [2, 3], ids: [hex(1)], limit: 1 },
  ]);
  assert.deepEqual(halveFilter({ '#e': [hex(1), hex(2)] }), [{ '#e': [hex(1)] }, { '#e': [hex(2)] }]);
  assert.equal(halveFilter({ kinds: [1], since: 3 }), undefined);
});
