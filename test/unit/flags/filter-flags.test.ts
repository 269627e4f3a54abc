import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Context } from '../../../src/context.ts';
import { Deadline } from '../../../src/deadline.ts';
import { buildFilters, type FilterFlags, intersect } from '../../../src/flags/filter-flags.ts';

const deadline = new Deadline(new AbortController().signal);
const context = { now: () => 1_700_000_000_000, deadline } as Context;
const build = (flags: FilterFlags) => buildFilters(flags, context);

describe('filter flags', () => {
  test('no flag at all is the filter that matches everything', async () => {
    assert.deepEqual(await build({}), [{}]);
  });

  test('repeated flags widen one list, different flags narrow', async () => {
    assert.deepEqual(
      await build({
        kind: [1, 7, 1],
        tag: [
          ['t', 'a'],
          ['t', 'b'],
        ],
        e: ['x'],
        d: ['y'],
      }),
      [{ kinds: [1, 7], '#t': ['a', 'b'], '#e': ['x'], '#d': ['y'] }],
    );
  });

  test('durations count back from now, zero is a time', async () => {
    assert.deepEqual(await build({ since: '2h', limit: 0 }), [{ since: 1_699_992_800, limit: 0 }]);
  });

  test('a time that does not parse names its flag and its value', async () => {
    await assert.rejects(build({ since: 'tuesday' }), /--since: not a time: "tuesday"/);
  });

  for (const [flags, complaint] of [
    [{ since: '1700000000000' }, /--since: 1700000000000 is a time in milliseconds/],
    [{ since: '1h', until: '2h' }, /--since 1699996400 is later than --until 1699992800/],
    [{ filter: ['{"until":1700000000000}'] }, /--filter: until 1700000000000 is a time in milliseconds/],
    [{ filter: ['{"since":6,"until":5}'] }, /--filter: since 6 is later than --filter: until 5/],
    [{ filter: ['{"since":6}'], until: '5' }, /since of --filter, 6 is later than the earlier until, 5/],
  ] as [FilterFlags, RegExp][]) {
    test(`${JSON.stringify(flags)} asks for nothing, and is refused`, async () => {
      await assert.rejects(build(flags), complaint);
    });
  }

  test('one second is a range', async () => {
    assert.deepEqual(await build({ since: '5', until: '5' }), [{ since: 5, until: 5 }]);
    assert.deepEqual(await build({ until: '0' }), [{ until: 0 }]);
  });

  test('--filter gives several filters, and the flags narrow each', async () => {
    const filter = ['{"kinds":[1,7],"limit":10}', '[{"authors":[]},{"until":5}]'];
    assert.deepEqual(await build({ filter, kind: [7], until: '3' }), [
      { kinds: [7], limit: 10, until: 3 },
      { kinds: [7], authors: [], until: 3 },
      { kinds: [7], until: 3 },
    ]);
  });

  for (const [text, complaint] of [
    ['{"kinds":', /not JSON/],
    ['{"authors":["abc"]}', /authors must hold 64/],
    ['{"kind":[1]}', /unknown filter field "kind"/],
    ['[]', /no filter/],
    ['5', /must be a JSON object/],
  ] as const) {
    test(`--filter ${text} is refused`, async () => {
      await assert.rejects(build({ filter: [text] }), complaint);
    });
  }

  test('a file that is not there is an io error', async () => {
    await assert.rejects(build({ filter: ['@/nonexistent'] }), { kind: 'io' });
  });
});

describe('both filters at once', () => {
  test('lists are intersected, ranges cut, the smaller limit holds', () => {
    const a = { kinds: [1, 2], since: 5, until: 9, limit: 3, ids: ['x'] };
    const b = { kinds: [2, 3], since: 7, until: 8, limit: 4, authors: ['y'] };
    assert.deepEqual(intersect(a, b), {
      kinds: [2],
      since: 7,
      until: 8,
      limit: 3,
      ids: ['x'],
      authors: ['y'],
    });
  });

  test('nothing in common matches nothing, rather than everything', () => {
    assert.deepEqual(intersect({ kinds: [1] }, { kinds: [2] }), { kinds: [] });
  });
});
