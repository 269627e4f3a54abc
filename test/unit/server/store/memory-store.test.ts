import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Event } from '../../../../src/protocol/event.ts';
import { type Filter, selectEvents } from '../../../../src/protocol/filter.ts';
import { MemoryStore } from '../../../../src/server/store/memory-store.ts';

const PK = ['a'.repeat(64), 'b'.repeat(64)] as const;

let serial = 0;

/** An unsigned event: a store does not look at signatures. Ids rise in the order of creation. */
function event(fields: Partial<Event> = {}): Event {
  const id = (++serial).toString(16).padStart(64, '0');
  return { id, pubkey: PK[0], created_at: 1000, kind: 1, tags: [], content: '', sig: '', ...fields };
}

function storeOf(...events: Event[]): MemoryStore {
  const store = new MemoryStore();
  for (const one of events) store.add(one);
  return store;
}

const held = (store: MemoryStore, filter: Filter = {}) => [...store.query(filter)];

test('the same event twice is a duplicate', () => {
  const note = event();
  const store = storeOf(note);
  assert.equal(store.add(note), 'duplicate');
  assert.equal(store.size, 1);
});

test('a newer version replaces, an older one is refused and does not come back', () => {
  const [older, newer] = [event({ kind: 0, created_at: 1 }), event({ kind: 0, created_at: 2 })];
  const store = storeOf(older);
  assert.equal(store.add(newer), 'stored');
  assert.equal(store.add(older), 'replaced');
  assert.deepEqual(held(store), [newer]);
});

test('in the same second the version with the lowest id stays', () => {
  const [lower, higher] = [event({ kind: 10002 }), event({ kind: 10002 })];
  assert.deepEqual(held(storeOf(lower, higher)), [lower]);
  assert.deepEqual(held(storeOf(higher, lower)), [lower]);
});

test('addressable events are one per first d; no d is an empty d', () => {
  const x = event({ kind: 30023, tags: [['d', 'x']] });
  const none = event({ kind: 30023, created_at: 1001 });
  const empty = event({
    kind: 30023,
    created_at: 1002,
    tags: [
      ['d', ''],
      ['d', 'x'],
    ],
  });
  const other = event({ kind: 30023, pubkey: PK[1], tags: [['d', 'x']] });
  assert.deepEqual(
    held(storeOf(x, none, empty, other)).map(e => e.id),
    [empty.id, x.id, other.id],
  );
});

test('a deletion by id works whatever the times, for the author only, and is kept itself', () => {
  const note = event({ created_at: 5000 });
  const stranger = event({ kind: 5, pubkey: PK[1], tags: [['e', note.id]] });
  const request = event({ kind: 5, created_at: 10, tags: [['e', note.id]] });
  const store = storeOf(note, stranger);
  assert.deepEqual(held(store), [note, stranger]);
  store.add(request);
  assert.deepEqual(held(store), [stranger, request]);
  assert.equal(store.add(note), 'deleted');
});

test('a deletion that comes first keeps the event out', () => {
  const note = event();
  const store = storeOf(event({ kind: 5, tags: [['e', note.id]] }));
  assert.equal(store.add(note), 'deleted');
});

test('a deletion of a deletion has no effect', () => {
  const note = event();
  const request = event({ kind: 5, tags: [['e', note.id]] });
  const undo = event({ kind: 5, tags: [['e', request.id]] });
  const store = storeOf(note, request, undo);
  assert.deepEqual(held(store), [request, undo]);
  assert.equal(store.add(note), 'deleted');
});

test('a deletion by address reaches up to its own second; what is newer is welcome', () => {
  const version = (created_at: number) => event({ kind: 30023, created_at, tags: [['d', 'a:b']] });
  const [old, same, next] = [version(1), version(2000), version(2001)];
  const store = storeOf(old, event({ kind: 5, created_at: 2000, tags: [['a', `30023:${PK[0]}:a:b`]] }));
  assert.deepEqual(held(store, { kinds: [30023] }), []);
  assert.equal(store.add(same), 'deleted');
  assert.equal(store.add(next), 'stored');
});

test("the address of somebody else's event is ignored", () => {
  const article = event({ kind: 30023, tags: [['d', 'x']] });
  const store = storeOf(
    article,
    event({ kind: 5, pubkey: PK[1], created_at: 2000, tags: [['a', `30023:${PK[0]}:x`]] }),
  );
  assert.deepEqual(held(store, { kinds: [30023] }), [article]);
});

test('a gift wrap can be deleted by the one it is for, and not by others (NIP-59)', () => {
  const wrap = event({ kind: 1059, tags: [['p', PK[1]]] });
  const store = storeOf(wrap, event({ kind: 5, pubkey: 'c'.repeat(64), tags: [['e', wrap.id]] }));
  assert.deepEqual(held(store, { kinds: [1059] }), [wrap]);
  store.add(event({ kind: 5, pubkey: PK[1], tags: [['e', wrap.id]] }));
  assert.deepEqual(held(store, { kinds: [1059] }), []);
});

test('when the newest version is deleted by id, the one it had replaced is the latest again', () => {
  const [first, second, third] = [1, 2, 3].map(created_at => event({ kind: 0, created_at }));
  const store = storeOf(first!, second!, third!);
  store.add(event({ kind: 5, tags: [['e', third!.id]] }));
  assert.deepEqual(held(store, { kinds: [0] }), [second]);
  store.add(
    event({
      kind: 5,
      tags: [
        ['e', second!.id],
        ['e', first!.id],
      ],
    }),
  );
  assert.deepEqual(held(store, { kinds: [0] }), []);
});

test('a version that was refused as older never turns up', () => {
  const [older, newer] = [event({ kind: 0, created_at: 1 }), event({ kind: 0, created_at: 2 })];
  const store = storeOf(newer, older, event({ kind: 5, tags: [['e', newer.id]] }));
  assert.deepEqual(held(store, { kinds: [0] }), []);
  assert.equal(store.add(older), 'stored'); // its author may send it again
});

test('ids are answered in the order of time, each once; an empty list matches nothing', () => {
  const [a, b] = [event({ created_at: 1 }), event({ created_at: 2 })];
  const store = storeOf(a, b);
  assert.deepEqual(held(store, { ids: [a.id, b.id, a.id, 'f'.repeat(64)] }), [b, a]);
  assert.deepEqual(held(store, { ids: [a.id, b.id], until: 1 }), [a]);
  assert.deepEqual(held(store, { ids: [] }), []);
  assert.deepEqual(held(store, { kinds: [] }), []);
});

test('a query is what matching every held event one by one gives', () => {
  const anEvent = fc.record({
    pubkey: fc.constantFrom(...PK),
    created_at: fc.nat(20),
    kind: fc.constantFrom(0, 1, 30023),
    tags: fc.array(fc.constantFrom(['d', 'x'], ['t', 'y'])),
  });
  const aFilter = fc.record(
    {
      authors: fc.subarray([...PK]),
      kinds: fc.subarray([0, 1, 7, 30023]),
      since: fc.nat(20),
      until: fc.nat(20),
      '#t': fc.constantFrom(['y'], ['z']),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.array(anEvent), aFilter, (fields, conditions) => {
      const filter = conditions as Filter;
      const store = storeOf(...fields.map(one => event(one as unknown as Partial<Event>)));
      assert.deepEqual(held(store, filter), selectEvents(held(store), [filter]));
    }),
  );
});

test('what is held does not depend on the order in which the newest versions and deletions come', () => {
  const notes = [1, 2, 3].map(created_at => event({ created_at }));
  const profile = event({ kind: 0 });
  const requests = [
    event({ kind: 5, tags: [['e', notes[0]!.id]] }),
    event({ kind: 5, tags: [['a', `0:${PK[0]}:`]] }),
  ];
  const events = [...notes, profile, ...requests];
  const expected = held(storeOf(...events));
  assert.deepEqual(expected.map(e => e.kind).sort(), [1, 1, 5, 5]);
  const orders = fc.shuffledSubarray(events, { minLength: events.length });
  fc.assert(fc.property(orders, order => assert.deepEqual(held(storeOf(...order)), expected)));
});
