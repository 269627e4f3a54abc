import assert from 'node:assert/strict';
import test from 'node:test';
import type { Event } from '../../../../../src/protocol/event.ts';
import type { Filter } from '../../../../../src/protocol/filter.ts';
import { indexKeysOf } from '../../../../../src/server/store/index-keys.ts';
import { MemoryTables } from '../../../../../src/server/store/memory-tables.ts';
import { planKeys } from '../../../../../src/server/store/query/plan.ts';
import { query } from '../../../../../src/server/store/query/query.ts';
import { TooExpensive, Turns } from '../../../../../src/server/work.ts';

const PK = ['a'.repeat(64), 'b'.repeat(64)] as const;

let serial = 0;

function event(fields: Partial<Event> = {}): Event {
  const id = (++serial).toString(16).padStart(64, '0');
  return { id, pubkey: PK[0], created_at: serial, kind: 1, tags: [], content: '', sig: '', ...fields };
}

/** 2,000 notes of one author, each with the tag `t=all`; one in a hundred with `t=few`; ten by somebody else; one in five of kind 0. */
const tables = new MemoryTables();
for (let i = 0; i < 2000; i++) {
  const few = i % 100 === 0 ? [['t', 'few']] : [];
  const pubkey = i % 200 === 1 ? PK[1] : PK[0];
  const one = event({ pubkey, tags: [['t', 'all'], ...few], kind: i % 5 === 0 ? 0 : 1 });
  tables.put(one, indexKeysOf(one));
}

function read(filter: Filter): { found: Event[]; steps: number } {
  let steps = 0;
  const events = [...query(tables, filter, n => (steps += n))];
  return { found: events.flatMap(stored => stored?.event ?? []), steps };
}

/** The kinds of the keys that are read, and how often the caller may rest before they are known. */
function planned(filter: Filter): { keys: (string | undefined)[]; rests: number } {
  const planning = planKeys(filter, tables, () => {});
  for (let rests = 0; ; rests++) {
    const { done, value } = planning.next();
    if (done) return { keys: value.map(key => key[0]), rests };
  }
}

const plan = (filter: Filter) => planned(filter).keys;

test('the index with the fewest events is read', () => {
  assert.deepEqual(plan({}), ['*']);
  assert.deepEqual(plan({ '#t': ['few'], authors: [PK[0]] }), ['t']);
  assert.deepEqual(plan({ '#t': ['all'], authors: [PK[1]] }), ['a']);
  assert.deepEqual(plan({ '#t': ['all'], kinds: [0, 7] }), ['k', 'k']);
  assert.deepEqual(plan({ authors: [PK[0]], kinds: [1] }), ['b']);
  assert.deepEqual(plan({ authors: [] }), []);
  assert.deepEqual(plan({ '#t': ['few'], kinds: [] }), []);
});

test('many keys and a time so short that fewer events are in it: they are read by time', () => {
  const authors = Array.from({ length: 20 }, (_, i) => i.toString(16).padStart(64, 'c'));
  const all = [PK[0], ...authors];
  assert.deepEqual(plan({ authors: all, since: 10, until: 12 }), ['*']);
  assert.equal(plan({ authors: all }).length, 21);
  assert.equal(read({ authors: all, since: 10, until: 12 }).found.length, 3);
  assert.equal(read({ '#t': ['all'], authors: [PK[0]], since: 10, until: 12 }).found.length, 3);
});

test('the work grows with the answer, not with the store', () => {
  assert.ok(read({ '#t': ['few'] }).steps < 400);
  assert.ok(read({ authors: [PK[1]] }).steps < 300);
  assert.ok(read({ ids: [serial.toString(16).padStart(64, '0')] }).steps < 20);
});

test('while nothing matches, the reader may rest', () => {
  const silent = [...query(tables, { search: 'nowhere' }, () => {})];
  assert.equal(silent.filter(stored => stored !== undefined).length, 0);
  assert.ok(silent.length >= 2000 / 64 - 1, `${silent.length} rests`);
});

test('while the index is chosen, the reader may rest', () => {
  const values = Array.from({ length: 90 }, (_, i) => `${i}`);
  const { rests } = planned({ '#t': ['all', ...values], '#e': values, '#p': values, kinds: [0, 1] });
  assert.ok(rests >= 80, `${rests} rests`);
});

test('what costs too much ends', () => {
  const work = new Turns().begin(1000);
  assert.throws(() => [...query(tables, { search: 'nowhere' }, steps => work.spend(steps))], TooExpensive);
});

test('events come and go while a query is read: what stays is found once', () => {
  const busy = new MemoryTables();
  const put = (one: Event) => busy.put(one, indexKeysOf(one));
  const events = Array.from({ length: 600 }, (_, i) => event({ created_at: 1000 + i }));
  for (const one of events) put(one);
  const found: string[] = [];
  const gone = events[100]!;
  for (const stored of query(busy, {}, () => {})) {
    if (stored) found.push(stored.event.id);
    if (found.length === 50) {
      busy.remove(gone, indexKeysOf(gone));
      for (let i = 0; i < 600; i++) put(event({ created_at: 1000 + i }));
    }
  }
  assert.equal(new Set(found).size, found.length);
  const missed = events.filter(one => one !== gone && !found.includes(one.id));
  assert.deepEqual(missed, []);
  assert.ok(!found.includes(gone.id));
});

test('between large events the reader may rest, whether they are named or searched', () => {
  const large = new MemoryTables();
  const ids: string[] = [];
  for (let i = 0; i < 10; i++) {
    const one = event({ content: 'x'.repeat(100_000) });
    ids.push(one.id);
    large.put(one, indexKeysOf(one));
  }
  const rests = (filter: Filter) =>
    [...query(large, filter, () => {})].filter(stored => stored === undefined).length;
  assert.ok(rests({ ids }) >= 10);
  assert.ok(rests({ search: 'y' }) >= 10);
});

test('a search costs what a hard one takes', () => {
  const large = new MemoryTables();
  const one = event({ content: 'x'.repeat(900_000) });
  large.put(one, indexKeysOf(one));
  let steps = 0;
  for (const _ of query(large, { search: 'y'.repeat(256) }, n => (steps += n)));
  assert.ok(steps > 50_000, `${steps}`);
});
