import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  coverOf,
  editedInboxes,
  editedRelayList,
  inboxRelaysOf,
  relayListOf,
} from '../../../src/protocol/nip65.ts';
import { runs } from '../../support/arbitraries.ts';

describe('a relay list', () => {
  test('is read in its order, each relay once, unknown markers and bad URLs passed over', () => {
    const tags = [
      ['r', 'wss://B.example/'],
      ['r', 'wss://b.example'],
      ['r', 'wss://r.example', 'read'],
      ['r', 'wss://w.example', 'write'],
      ['r', 'wss://u.example', 'both?'],
      ['r', 'damus'],
      ['r'],
      ['R', 'wss://no.example'],
      ['r', 'https://no.example'],
    ];
    assert.deepEqual(relayListOf({ tags }), {
      read: ['wss://b.example', 'wss://r.example'],
      write: ['wss://b.example', 'wss://w.example'],
    });
  });

  test('of a hundred thousand relays is read', { timeout: 60_000 }, () => {
    const tags = Array.from({ length: 100_000 }, (_, i) => ['r', `wss://${i}.example`]);
    assert.equal(relayListOf({ tags }).read.length, 100_000);
  });

  test('of private messages has its own tag', () => {
    const tags = [
      ['relay', 'wss://a.example/'],
      ['relay', 'x'],
      ['r', 'wss://b.example'],
    ];
    assert.deepEqual(inboxRelaysOf({ tags }), ['wss://a.example']);
  });
});

describe('a cover', () => {
  const people = fc.dictionary(
    fc.constantFrom(...'abcdefghij'),
    fc.array(fc.constantFrom(...'123456789'), { maxLength: 5 }),
  );

  test('serves everybody who has a relay, as often as wanted and possible', () => {
    fc.assert(
      fc.property(people, fc.integer({ min: 1, max: 3 }), (lists, each) => {
        const wanted = new Map(Object.entries(lists));
        const { relays, uncovered } = coverOf(wanted, { each, most: 100 });
        for (const [person, list] of wanted) {
          const got = [...relays].filter(([, served]) => served.includes(person)).map(([relay]) => relay);
          assert.ok(got.every(relay => list.includes(relay)));
          assert.equal(got.length, Math.min(each, new Set(list).size));
          assert.equal(uncovered.includes(person), list.length === 0);
        }
      }),
      runs(300),
    );
  });

  test('takes few relays, no more than allowed, and names who is left out', () => {
    const wanted = new Map([
      ['a', ['1', '9']],
      ['b', ['2', '9']],
      ['c', ['3', '9']],
      ['d', ['4']],
    ]);
    assert.deepEqual([...coverOf(wanted, { each: 1, most: 9 }).relays.keys()], ['9', '4']);
    assert.deepEqual(coverOf(wanted, { each: 1, most: 1 }).uncovered, ['d']);
  });
});

describe('an edit of a relay list', () => {
  const url = fc.constantFrom<string>('wss://a.example', 'wss://b.example', 'wss://c.example');
  const urls = fc.uniqueArray(url);
  const tag = fc.oneof(
    fc.tuple(fc.constant('r'), url, fc.constantFrom('', 'read', 'write', 'odd')),
    fc.tuple(fc.constant('r'), url),
    fc.array(fc.string(), { maxLength: 3 }),
  );

  test('gives each relay what was wanted, and changes nothing else', () => {
    fc.assert(
      fc.property(fc.array(tag), urls, urls, urls, (tags, remove, read, write) => {
        const before = relayListOf({ tags });
        const edited = editedRelayList(tags, { remove, read, write });
        const after = relayListOf({ tags: edited });
        for (const [role, added] of [
          ['read', read],
          ['write', write],
        ] as const) {
          const kept = before[role].filter(relay => !remove.includes(relay));
          assert.deepEqual(new Set(after[role]), new Set([...kept, ...added]));
        }
        const others = (all: readonly string[][]) => all.filter(([name]) => name !== 'r');
        assert.deepEqual(others(edited), others(tags));
        assert.deepEqual(editedRelayList(edited, { remove: [], read, write }), edited);
      }),
      runs(500),
    );
  });

  test('adds a marker behind which everything stays, and passes over what is no relay', () => {
    const tags = [['r'], ['r', 'x'], ['r', 'wss://a.example', 'odd'], ['r', 'wss://A.example', 'write', 'm']];
    const edit = { remove: [], read: ['wss://a.example'], write: [] };
    assert.deepEqual(editedRelayList(tags, edit), [...tags.slice(0, 3), ['r', 'wss://A.example', '', 'm']]);
  });

  test('of the inboxes keeps the order, and adds none twice', () => {
    const tags = [['relay', 'wss://A.example/'], ['alt', 'x'], ['relay']];
    assert.deepEqual(editedInboxes(tags, { remove: [], add: ['wss://a.example', 'wss://b.example'] }), [
      ...tags,
      ['relay', 'wss://b.example'],
    ]);
  });
});
