import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Event } from '../../../../src/protocol/event.ts';
import { type Filter, selectEvents } from '../../../../src/protocol/filter.ts';
import { MemoryTables } from '../../../../src/server/store/memory-tables.ts';
import { type EventStore, PartlyStored } from '../../../../src/server/store/store.ts';
import { TableStore } from '../../../../src/server/store/table-store.ts';
import { addTo, held, STORES } from '../../../support/stores.ts';

const PK = ['a'.repeat(64), 'b'.repeat(64)] as const;

let serial = 0;

/** An unsigned event: a store does not look at signatures. Ids rise in the order of creation. */
function event(fields: Partial<Event> = {}): Event {
  const id = (++serial).toString(16).padStart(64, '0');
  return { id, pubkey: PK[0], created_at: 1000, kind: 1, tags: [], content: '', sig: '', ...fields };
}

for (const [name, open] of Object.entries(STORES)) {
  const storeOf = async (...events: Event[]): Promise<EventStore> => {
    const store = await open();
    await store.add(events);
    return store;
  };

  test(`${name}: the same event twice is a duplicate`, async () => {
    const note = event();
    const store = await storeOf(note);
    assert.equal(await addTo(store, note), 'duplicate');
    assert.equal(store.size, 1);
  });

  test(`${name}: a newer version replaces, an older one is refused and does not come back`, async () => {
    const [older, newer] = [event({ kind: 0, created_at: 1 }), event({ kind: 0, created_at: 2 })];
    const store = await storeOf(older);
    assert.equal(await addTo(store, newer), 'stored');
    assert.equal(await addTo(store, older), 'replaced');
    assert.deepEqual(held(store), [newer]);
  });

  test(`${name}: in the same second the version with the lowest id stays`, async () => {
    const [lower, higher] = [event({ kind: 10002 }), event({ kind: 10002 })];
    assert.deepEqual(held(await storeOf(lower, higher)), [lower]);
    assert.deepEqual(held(await storeOf(higher, lower)), [lower]);
  });

  test(`${name}: addressable events are one per first d; no d is an empty d`, async () => {
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
      held(await storeOf(x, none, empty, other)).map(e => e.id),
      [empty.id, x.id, other.id],
    );
  });

  test(`${name}: a deletion by id works whatever the times, for the author only, and is kept itself`, async () => {
    const note = event({ created_at: 5000 });
    const stranger = event({ kind: 5, pubkey: PK[1], tags: [['e', note.id]] });
    const request = event({ kind: 5, created_at: 10, tags: [['e', note.id]] });
    const store = await storeOf(note, stranger);
    assert.deepEqual(held(store), [note, stranger]);
    await addTo(store, request);
    assert.deepEqual(held(store), [stranger, request]);
    assert.equal(await addTo(store, note), 'deleted');
  });

  test(`${name}: a deletion that comes first keeps the event out`, async () => {
    const note = event();
    const store = await storeOf(event({ kind: 5, tags: [['e', note.id]] }));
    assert.equal(await addTo(store, note), 'deleted');
  });

  test(`${name}: a deletion of a deletion has no effect`, async () => {
    const note = event();
    const request = event({ kind: 5, tags: [['e', note.id]] });
    const undo = event({ kind: 5, tags: [['e', request.id]] });
    const store = await storeOf(note, request, undo);
    assert.deepEqual(held(store), [request, undo]);
    assert.equal(await addTo(store, note), 'deleted');
  });

  test(`${name}: a deletion by address reaches up to its own second; what is newer is welcome`, async () => {
    const version = (created_at: number) => event({ kind: 30023, created_at, tags: [['d', 'a:b']] });
    const [old, same, next] = [version(1), version(2000), version(2001)];
    const store = await storeOf(
      old,
      event({ kind: 5, created_at: 2000, tags: [['a', `30023:${PK[0]}:a:b`]] }),
    );
    assert.deepEqual(held(store, { kinds: [30023] }), []);
    assert.equal(await addTo(store, same), 'deleted');
    assert.equal(await addTo(store, next), 'stored');
  });

  test(`${name}: the address of somebody else's event is ignored`, async () => {
    const article = event({ kind: 30023, tags: [['d', 'x']] });
    const store = await storeOf(
      article,
      event({ kind: 5, pubkey: PK[1], created_at: 2000, tags: [['a', `30023:${PK[0]}:x`]] }),
    );
    assert.deepEqual(held(store, { kinds: [30023] }), [article]);
  });

  test(`${name}: a gift wrap can be deleted by the one it is for, and not by others (NIP-59)`, async () => {
    const wrap = event({ kind: 1059, tags: [['p', PK[1]]] });
    const store = await storeOf(wrap, event({ kind: 5, pubkey: 'c'.repeat(64), tags: [['e', wrap.id]] }));
    assert.deepEqual(held(store, { kinds: [1059] }), [wrap]);
    await addTo(store, event({ kind: 5, pubkey: PK[1], tags: [['e', wrap.id]] }));
    assert.deepEqual(held(store, { kinds: [1059] }), []);
  });

  test(`${name}: when the newest version is deleted by id, the one it had replaced is the latest again`, async () => {
    const [first, second, third] = [1, 2, 3].map(created_at => event({ kind: 0, created_at }));
    const store = await storeOf(first!, second!, third!);
    await addTo(store, event({ kind: 5, tags: [['e', third!.id]] }));
    assert.deepEqual(held(store, { kinds: [0] }), [second]);
    await addTo(
      store,
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

  test(`${name}: a version that was refused as older never turns up`, async () => {
    const [older, newer] = [event({ kind: 0, created_at: 1 }), event({ kind: 0, created_at: 2 })];
    const store = await storeOf(newer, older, event({ kind: 5, tags: [['e', newer.id]] }));
    assert.deepEqual(held(store, { kinds: [0] }), []);
    assert.equal(await addTo(store, older), 'stored'); // its author may send it again
  });

  test(`${name}: ids are answered in the order of time, each once; an empty list matches nothing`, async () => {
    const [a, b] = [event({ created_at: 1 }), event({ created_at: 2 })];
    const store = await storeOf(a, b);
    assert.deepEqual(held(store, { ids: [a.id, b.id, a.id, 'f'.repeat(64)] }), [b, a]);
    assert.deepEqual(held(store, { ids: [a.id, b.id], until: 1 }), [a]);
    assert.deepEqual(held(store, { ids: [] }), []);
    assert.deepEqual(held(store, { kinds: [] }), []);
  });

  test(`${name}: a query is what matching every held event one by one gives`, async () => {
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
    await fc.assert(
      fc.asyncProperty(fc.array(anEvent), aFilter, async (fields, conditions) => {
        const filter = conditions as Filter;
        const store = await storeOf(...fields.map(one => event(one as unknown as Partial<Event>)));
        assert.deepEqual(held(store, filter), selectEvents(held(store), [filter]));
      }),
    );
  });

  test(`${name}: what is held does not depend on the order in which the newest versions and deletions come`, async () => {
    const notes = [1, 2, 3].map(created_at => event({ created_at }));
    const profile = event({ kind: 0 });
    const requests = [
      event({ kind: 5, tags: [['e', notes[0]!.id]] }),
      event({ kind: 5, tags: [['a', `0:${PK[0]}:`]] }),
    ];
    const events = [...notes, profile, ...requests];
    const expected = held(await storeOf(...events));
    assert.deepEqual(expected.map(e => e.kind).sort(), [1, 1, 5, 5]);
    const orders = fc.shuffledSubarray(events, { minLength: events.length });
    await fc.assert(
      fc.asyncProperty(orders, async order => assert.deepEqual(held(await storeOf(...order)), expected)),
    );
  });

  test(`${name}: of long versions few are kept, of short ones nine`, async () => {
    for (const [length, kept] of [
      [100_000, 2],
      [150_000, 1],
      [300_000, 0],
      [10, 9],
    ] as const) {
      const versions = Array.from({ length: 12 }, (_, i) =>
        event({ kind: 0, created_at: i, content: 'x'.repeat(length) }),
      );
      const store = await storeOf(...versions);
      for (let back = 1; back <= kept; back++) {
        await store.remove(held(store).map(({ id }) => id));
        assert.deepEqual(held(store), [versions.at(-1 - back)]);
      }
      await store.remove(held(store).map(({ id }) => id));
      assert.deepEqual(held(store), []);
    }
  });

  test(`${name}: who vanished gets no gift wrap back that was sent before (NIP-62)`, async () => {
    const wrap = event({ kind: 1059, tags: [['p', PK[1]]] });
    const request = event({ kind: 62, pubkey: PK[1], created_at: 1000 });
    const store = await storeOf(wrap, request);
    assert.deepEqual(held(store), [request]);
    assert.equal(await addTo(store, wrap), 'deleted');
    assert.equal(await addTo(store, request), 'duplicate');
    const later = event({ kind: 1059, created_at: 1001, tags: [['p', PK[1]]] });
    assert.equal(await addTo(store, later), 'stored');
  });
}

test('an author whose vanishing was interrupted vanishes at the next start', async () => {
  const tables = new MemoryTables();
  const notes = Array.from({ length: 500 }, () => event());
  await new TableStore(tables).add(notes);
  const mend = failAfter(tables, 2);
  const request = event({ kind: 62 });
  assert.deepEqual(await new TableStore(tables).add([request]), ['stored']);
  mend();
  const store = new TableStore(tables);
  assert.ok(store.size > 1);
  assert.deepEqual(held(store), [request]);
  await store.resume();
  assert.equal(store.size, 1);
  assert.deepEqual(held(store), [request]);
});

/** No transaction succeeds after so many, until the returned function is called. */
function failAfter(tables: MemoryTables, count: number): () => void {
  const { transaction } = tables;
  let transactions = 0;
  tables.transaction = async work => {
    if (++transactions > count) throw new Error('the disk is full');
    return transaction.call(tables, work) as never;
  };
  return () => {
    tables.transaction = transaction;
  };
}

const manyTags = Array.from({ length: 1500 }, (_, i) => ['t', `${i}`]);

test('a deletion that could not be finished hides all it names, and is finished by the next sweep or start', async () => {
  for (const finish of ['resume', 'removeExpired'] as const) {
    const tables = new MemoryTables();
    const large = Array.from({ length: 20 }, () => event({ tags: manyTags }));
    const kept = event();
    const store = new TableStore(tables);
    await store.add([...large, kept]);
    const mend = failAfter(tables, 2);
    const request = event({
      kind: 5,
      created_at: kept.created_at - 1,
      tags: large.map(({ id }) => ['e', id]),
    });
    assert.equal(await addTo(store, request), 'stored');
    mend();
    assert.ok(store.size > 10, `${store.size}`);
    assert.deepEqual(new Set(held(store)), new Set([kept, request]));
    assert.equal(
      store.count({ kinds: [1] }, 0, () => {}),
      undefined,
      'it must look at each',
    );
    assert.equal(await addTo(store, large.at(-1)!), 'deleted');
    await store[finish](0);
    assert.equal(store.size, 2);
    assert.deepEqual(new Set(held(store)), new Set([kept, request]));
  }
});

test('a version that is deleted and not yet removed keeps no other out', async () => {
  const tables = new MemoryTables();
  const store = new TableStore(tables);
  const large = Array.from({ length: 20 }, () => event({ tags: manyTags }));
  const versions = [1, 3, 2].map(created_at => event({ kind: 10002, created_at }));
  await store.add([...large, ...versions.slice(0, 2)]);
  const request = event({ kind: 5, tags: [...large, versions[1]!].map(({ id }) => ['e', id]) });
  assert.deepEqual(await store.add([request, versions[2]!]), ['stored', 'stored']);
  assert.deepEqual(held(store, { kinds: [10002] }), [versions[2]]);
});

test('an error after a part of the events tells which of them are stored', async () => {
  const tables = new MemoryTables();
  const store = new TableStore(tables);
  const events = Array.from({ length: 4500 }, () => event());
  failAfter(tables, 2);
  await assert.rejects(store.add(events), (error: PartlyStored) => {
    assert.ok(error instanceof PartlyStored);
    assert.equal(error.admissions.length, store.size);
    assert.equal((error.cause as Error).message, 'the disk is full');
    return true;
  });
  assert.equal(store.size, 4000);
  await assert.rejects(store.add(events), /^Error: the disk is full/);
});

/** Counts the index entries that one transaction removes. */
class CountedTables extends MemoryTables {
  most = 0;
  #removed = 0;

  override remove(event: Event, keys: readonly string[]): void {
    super.remove(event, keys);
    this.#removed += keys.length;
    this.most = Math.max(this.most, this.#removed);
  }

  override transaction<T>(work: () => T): Promise<T> {
    this.#removed = 0;
    return super.transaction(work);
  }
}

test('large events are deleted, vanish, expire and are banned some at a time, so that others wait for few', async () => {
  const tags = Array.from({ length: 1000 }, (_, i) => ['t', `${i}`]);
  const large = (i: number) => event({ created_at: i, tags: [...tags, ['expiration', '1000']] });
  const events = Array.from({ length: 20 }, (_, i) => large(i + 1));
  const removals: ((store: TableStore) => Promise<unknown>)[] = [
    store => addTo(store, event({ kind: 62, created_at: 2000 })),
    store => addTo(store, event({ kind: 5, tags: events.map(({ id }) => ['e', id]) })),
    store => {
      const halves = [events.slice(0, 10), events.slice(10)];
      return store.add(halves.map(half => event({ kind: 5, tags: half.map(({ id }) => ['e', id]) })));
    },
    store => store.remove(events.map(({ id }) => id)),
    async store => {
      let after = await store.removeExpired(2000);
      while (after) after = await store.removeExpired(2000, after);
    },
  ];
  for (const removal of removals) {
    const tables = new CountedTables();
    const store = new TableStore(tables);
    await store.add(events);
    await removal(store);
    assert.deepEqual(held(store, { kinds: [1] }), []);
    assert.ok(tables.most <= 5100, `${tables.most} entries at once`);
  }
});
