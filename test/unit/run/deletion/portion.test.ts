import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Event } from '../../../../src/protocol/event.ts';
import { ParsedEvent } from '../../../../src/protocol/parsed-event.ts';
import { Portion, portionsOf } from '../../../../src/run/deletion/portion.ts';
import { parseTarget } from '../../../../src/run/deletion/target.ts';
import { A, T0 } from '../../../support/people.ts';

const article = (d: string | undefined, at = 0) =>
  A.sign({ kind: 30023, tags: d === undefined ? [] : [['d', d]], created_at: T0 + at });
const addressed = (d: string) => parseTarget(`30023:${A.publicKey}:${d}`);

function take(portion: Portion, events: readonly Event[]): string[] {
  return events.flatMap(event => portion.take(new ParsedEvent(event)));
}

describe('a portion', () => {
  const notes = Array.from({ length: 12 }, (_, i) => A.note(`${i}`));
  const ids = notes.map(({ id }) => parseTarget(id));

  test('may be cut where ten or more have come', () => {
    const portion = new Portion(ids);
    assert.deepEqual(portion.filters, [{ ids: notes.map(({ id }) => id) }]);
    take(portion, notes.slice(0, 10));
    assert.equal(portion.turn(), true);
    assert.deepEqual(portion.filters, [{ ids: notes.slice(10).map(({ id }) => id) }]);
    take(portion, notes.slice(10));
    assert.equal(portion.turn(), false);
  });

  test('is whole where fewer have come, or all', () => {
    const [few, all] = [new Portion(ids), new Portion(ids)];
    take(few, notes.slice(0, 9));
    take(all, notes);
    assert.deepEqual([few.turn(), all.turn()], [false, false]);
  });

  test('asks for few kinds at once, and for all in the end', () => {
    const kinds = Array.from({ length: 60 }, (_, i) =>
      parseTarget(`${30000 + (i % 30)}:${A.publicKey}:${i}`),
    );
    const portions = portionsOf([...kinds, ...ids]);
    for (const portion of portions) assert.ok(new Portion(portion).filters.length <= 8);
    assert.equal(new Set(portions.flat()).size, 72);
    assert.ok(portions.length < 10, `${portions.length} portions`);
  });

  const all = { kinds: [30023], authors: [A.publicKey] };

  test('has an address without an identifier among all of its kind, which may be more than has come', () => {
    const portion = new Portion([addressed(''), addressed('x')]);
    assert.deepEqual(portion.filters, [all, { ...all, '#d': ['x'] }]);
    take(
      portion,
      Array.from({ length: 10 }, (_, i) => article(`${i}`)),
    );
    assert.deepEqual([portion.uncertain, portion.filtersOfUncertain], [[addressed('').key], [all]]);
    assert.deepEqual(take(portion, [article(undefined)]), [addressed('').key]);
    assert.deepEqual([portion.uncertain, portion.turn(), portion.filters.length], [[], true, 1]);
  });

  test('is certain of it where few have come', () => {
    const portion = new Portion([addressed('')]);
    take(portion, [article('a'), article('b')]);
    assert.deepEqual([portion.uncertain, portion.turn()], [[], false]);
  });
});
