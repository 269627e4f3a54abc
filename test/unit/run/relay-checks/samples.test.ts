import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { percentile, Samples } from '../../../../src/run/relay-checks/samples.ts';

function of(times: readonly number[]): Samples {
  const samples = new Samples();
  for (const time of times) samples.add(time);
  return samples;
}

describe('percentiles', () => {
  test('are values that were measured, by the nearest rank', () => {
    const five = [15, 20, 35, 40, 50];
    assert.deepEqual(
      [5, 30, 40, 50, 100].map(percent => percentile(five, percent)),
      [15, 20, 20, 35, 50],
    );
    assert.deepEqual(
      [1, 50, 99].map(percent => percentile([7], percent)),
      [7, 7, 7],
    );
  });

  test('are not exceeded by as many of the values, and by no fewer than the rest', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 1 }),
        fc.integer({ min: 1, max: 100 }),
        (values, percent) => {
          const sorted = values.sort((a, b) => a - b);
          const found = percentile(sorted, percent);
          const wanted = (percent / 100) * sorted.length;
          assert.ok(sorted.filter(value => value <= found).length >= wanted - 1e-9);
          assert.ok(sorted.filter(value => value < found).length < wanted);
        },
      ),
    );
  });
});

describe('samples', () => {
  test('of nothing have no figures', () => {
    assert.equal(new Samples().figures(), undefined);
  });

  test('come in any order', () => {
    assert.deepEqual(of([3, 1, 2, 10]).figures(), { min: 1, avg: 4, p50: 2, p95: 10, p99: 10, max: 10 });
  });

  test('are told to the microsecond', () => {
    assert.equal(of([1 / 3]).figures()!.p50, 0.333);
  });

  test('of an endless row are the newest, but for the extremes and the average', () => {
    const samples = of([1000, 0.5, ...Array.from({ length: 100_000 }, () => 2)]);
    const { min, max, p50, p99, avg } = samples.figures()!;
    assert.deepEqual([min, max, p50, p99], [0.5, 1000, 2, 2]);
    assert.ok(avg > 2);
  });
});
