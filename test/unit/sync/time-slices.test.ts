import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Filter } from '../../../src/protocol/filter.ts';
import { NegotiationRefused } from '../../../src/sync/negotiator.ts';
import { halve, inSlices } from '../../../src/sync/time-slices.ts';

/** The slices that were done where a relay takes at most so many of the events at these times. */
async function slices(filter: Filter, times: readonly number[], most: number): Promise<Filter[]> {
  const done: Filter[] = [];
  await inSlices(filter, async slice => {
    const { since = 0, until = Number.POSITIVE_INFINITY } = slice;
    if (times.filter(time => time >= since && time <= until).length > most)
      throw new NegotiationRefused('ws://a', 'blocked: too many', true);
    done.push(slice);
  });
  return done;
}

describe('a filter in slices', () => {
  const times = Array.from({ length: 1000 }, (_, i) => 1_700_000_000 + i * 60);

  test('is whole where that is not too much', async () => {
    assert.deepEqual(await slices({ kinds: [1] }, times, 1000), [{ kinds: [1] }]);
  });

  test('covers every second once, latest first', async () => {
    const done = await slices({ kinds: [1] }, times, 100);
    assert.equal(done[0]!.until, undefined);
    assert.equal(done.at(-1)!.since, undefined);
    for (const [i, slice] of done.entries()) {
      assert.deepEqual(slice.kinds, [1]);
      if (i > 0) assert.equal(slice.until, done[i - 1]!.since! - 1);
    }
  });

  test('keeps to the time of the filter', async () => {
    const [since, until] = [times[10]!, times[500]!];
    const done = await slices({ since, until }, times, 50);
    assert.equal(done[0]!.until, until);
    assert.equal(done.at(-1)!.since, since);
  });

  test('is cut where the relay tells since when it is not too much', async () => {
    const done: Filter[] = [];
    await inSlices({}, async slice => {
      if (slice.since === undefined && slice.until === undefined)
        throw new NegotiationRefused('ws://a', 'blocked: too many; ask since 1700000000', true);
      done.push(slice);
    });
    assert.deepEqual(done, [{ since: 1_700_000_000 }, { until: 1_699_999_999 }]);
  });

  test('that is too much even for a second is told', async () => {
    const same = Array.from({ length: 10 }, () => 1_700_000_000);
    await assert.rejects(slices({}, same, 5), /blocked: too many/);
    assert.equal(halve({ since: 7, until: 7 }), undefined);
  });

  test('is left to another way where a relay bears next to nothing at once', async () => {
    let asked = 0;
    const work = async ({ since = 0, until = 2 ** 33 }: Filter) => {
      asked++;
      if (since < until) throw new NegotiationRefused('ws://a', 'blocked: too many', true);
    };
    await assert.rejects(inSlices({}, work), /compares too few events at once/);
    assert.ok(asked < 30_000, `asked ${asked} times`);
  });

  test('ends with any other failure', async () => {
    const refused = new NegotiationRefused('ws://a', 'no');
    await assert.rejects(
      inSlices({}, async () => {
        throw refused;
      }),
      refused,
    );
  });
});
