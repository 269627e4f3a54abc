import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Event } from '../../../src/protocol/event.ts';
import {
  compileFilter,
  compileFilters,
  type Filter,
  InvalidFilter,
  isTagKey,
  matchFilter,
  parseFilter,
  selectEvents,
} from '../../../src/protocol/filter.ts';

const A = 'aa'.repeat(32);
const B = 'bb'.repeat(32);

function event(fields: Partial<Event> = {}): Event {
  return { id: A, pubkey: B, created_at: 10, kind: 1, tags: [], content: '', sig: '', ...fields };
}

describe('parseFilter', () => {
  test('keeps every field of NIP-01 and NIP-50', () => {
    const filter = {
      ids: [A],
      authors: [B],
      kinds: [0],
      since: 0,
      until: 0,
      limit: 0,
      search: '',
      '#e': [A],
      '#T': ['x'],
    };
    assert.deepEqual(parseFilter(filter), filter);
  });

  const wrong: [value: unknown, says: RegExp][] = [
    [null, /must be a JSON object, not null/],
    [[], /must be a JSON object/],
    [{ ids: A }, /ids must be an array/],
    [{ ids: [A.toUpperCase()] }, /ids must hold 64 lower-case hex digits/],
    [{ ids: [A.slice(2)] }, /ids must hold/],
    [{ authors: [null] }, /authors must hold .* not null/],
    [{ '#p': ['npub1'] }, /#p must hold/],
    [{ '#e': [''] }, /#e must hold/],
    [{ '#t': [1] }, /#t must hold strings, not 1/],
    [{ kinds: ['1'] }, /kinds must hold whole numbers/],
    [{ kinds: [65536] }, /kinds must hold/],
    [{ since: -1 }, /since must be a whole number of at least 0/],
    [{ until: 1.5 }, /until must be/],
    [{ limit: null }, /limit must be/],
    [{ search: 1 }, /search must be a string/],
    [{ '#tt': ['x'] }, /unknown filter field "#tt"/],
    [{ '#1': ['x'] }, /unknown filter field/],
    [{ kind: [1] }, /unknown filter field "kind"/],
  ];
  for (const [value, says] of wrong) {
    test(`refuses ${JSON.stringify(value)}`, () => {
      assert.throws(() => parseFilter(value), { name: 'InvalidFilter', message: says });
    });
  }

  test('refuses undefined inside a list', () => {
    assert.throws(() => parseFilter({ ids: [undefined] }), InvalidFilter);
    assert.throws(() => parseFilter({ kinds: [undefined] }), InvalidFilter);
    assert.throws(() => parseFilter({ '#t': [undefined] }), InvalidFilter);
  });

  test('a field named __proto__ is an unknown field, not a prototype', () => {
    assert.throws(
      () => parseFilter(JSON.parse('{"__proto__":{"kinds":[1]}}')),
      /unknown filter field "__proto__"/,
    );
  });
});

describe('matching', () => {
  test('since and until are inclusive, and 0 is a value', () => {
    assert.ok(matchFilter({ since: 10, until: 10 }, event()));
    assert.ok(!matchFilter({ since: 11 }, event()));
    assert.ok(!matchFilter({ until: 0 }, event()));
    assert.ok(matchFilter({ until: 0 }, event({ created_at: 0 })));
  });

  test('all fields must hold, any value of a list may', () => {
    assert.ok(matchFilter({ ids: [B, A], authors: [B], kinds: [7, 1] }, event()));
    assert.ok(!matchFilter({ ids: [A], authors: [A] }, event()));
  });

  test('an empty list matches nothing, an empty filter everything', () => {
    const filters: Filter[] = [{ ids: [] }, { authors: [] }, { kinds: [] }, { '#t': [] }];
    for (const filter of filters) {
      assert.ok(!matchFilter(filter, event({ tags: [['t', 'x']] })));
    }
    assert.ok(matchFilter({}, event()));
  });

  test('tags are compared exactly, case and all, by their first value', () => {
    const tagged = event({ tags: [['t', 'x', 'y'], ['T', 'z'], ['d'], []] });
    assert.ok(matchFilter({ '#t': ['x'] }, tagged));
    assert.ok(!matchFilter({ '#t': ['y'] }, tagged));
    assert.ok(!matchFilter({ '#t': ['X'] }, tagged));
    assert.ok(!matchFilter({ '#t': ['z'] }, tagged));
    assert.ok(!matchFilter({ '#d': [''] }, tagged));
  });

  test('several tag conditions must all hold', () => {
    const tagged = event({ tags: [['t', 'x']] });
    assert.ok(!matchFilter({ '#t': ['x'], '#r': ['y'] }, tagged));
  });

  test('limit and search say nothing of a single event', () => {
    assert.ok(compileFilter({ limit: 0, search: 'nothing' })(event()));
  });

  test('no filter at all matches nothing', () => {
    assert.ok(!compileFilters([])(event()));
    assert.ok(compileFilters([{ kinds: [7] }, {}])(event()));
  });

  test('a tag key is # and one letter', () => {
    assert.deepEqual(['#a', '#Z', '#', '#ab', '#1', '#é', 'a'].map(isTagKey), [
      true,
      true,
      ...Array(5).fill(false),
    ]);
  });
});

describe('selectEvents', () => {
  const events = [1, 2, 3].map(created_at => event({ created_at, id: `${created_at}`, kind: created_at }));

  test('each filter has its own limit, each event comes once, newest first', () => {
    const ids = selectEvents(events, [{ limit: 1 }, { kinds: [1, 3] }, { limit: 0 }]).map(({ id }) => id);
    assert.deepEqual(ids, ['3', '1']);
  });

  test('leaves its input as it was', () => {
    selectEvents(events, [{}]);
    assert.deepEqual(
      events.map(({ id }) => id),
      ['1', '2', '3'],
    );
  });
});
