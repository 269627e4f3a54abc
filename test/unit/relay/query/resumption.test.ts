import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Filter } from '../../../../src/protocol/filter.ts';
import { OVERLAP_SECONDS, Resumption } from '../../../../src/relay/query/resumption.ts';

const NOW = 10_000;

/** A stream of these filters that has read `stored`, then `live`, and was lost. */
function lost(filters: Filter[], stored: number[], live: number[] = []): Resumption {
  const resumption = new Resumption(filters);
  for (const time of stored) resumption.note(time, NOW);
  resumption.settle(NOW);
  for (const time of live) resumption.note(time, NOW);
  resumption.lose();
  return resumption;
}

describe('what is asked for after a disconnect', () => {
  test('begins before the newest event, never behind it; the rest of the filter stays', () => {
    const { missed } = lost([{ kinds: [1], until: 99_000 }], [5000, 4000], [6000, 5500]);
    assert.deepEqual(missed, [{ kinds: [1], until: 99_000, since: 6000 - OVERLAP_SECONDS }]);
    assert.ok(OVERLAP_SECONDS >= 60);
  });

  test('an event from the future does not make it skip what comes until then', () => {
    assert.equal(lost([{}], [NOW + 86_400]).missed[0]!.since, NOW - OVERLAP_SECONDS);
  });

  test('is everything when nothing was ever seen', () => assert.deepEqual(lost([{}], []).missed, [{}]));

  test('does not go before the `since` of the user, nor beyond `until`', () => {
    assert.equal(lost([{ since: 5990 }], [6000]).missed[0]!.since, 5990);
    assert.deepEqual(lost([{ until: 3000 }], [6000]).missed, [{ since: 3000, until: 3000 }]);
  });

  test('has no limit, but leaves out what the limit had left out', () => {
    assert.deepEqual(lost([{ limit: 2 }], [6000, 5900], [6100]).missed, [{ since: 5900 }]);
    assert.deepEqual(lost([{ limit: 2 }], [6000, 5000], [6100]).missed, [{ since: 6100 - OVERLAP_SECONDS }]);
    assert.deepEqual(lost([{ limit: 0 }], []).missed, [{ since: NOW }]);
  });

  test('goes back two days for gift wraps, whose times are made up', () => {
    const { missed } = lost([{ kinds: [1059] }, { kinds: [1] }], [500_000 - 2 * 86_400, NOW]);
    assert.equal(missed[0]!.since, undefined);
    assert.equal(missed[1]!.since, NOW - OVERLAP_SECONDS);
  });

  test('stays where it was when the connection is lost again before everything missed was read', () => {
    const resumption = lost([{}], [6000]);
    resumption.note(9000, NOW);
    resumption.lose();
    assert.equal(resumption.missed[0]!.since, 6000 - OVERLAP_SECONDS);
    resumption.settle(NOW);
    resumption.lose();
    assert.equal(resumption.missed[0]!.since, 9000 - OVERLAP_SECONDS);
  });

  test('a stream is under way once its stored events have been read', () => {
    assert.equal(new Resumption([{}]).isUnderWay, false);
    assert.equal(lost([{}], []).isUnderWay, true);
  });
});
