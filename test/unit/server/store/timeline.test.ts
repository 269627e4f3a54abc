import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { compareEvents, type Event } from '../../../../src/protocol/event.ts';
import type { Position } from '../../../../src/server/store/tables.ts';
import { Timeline } from '../../../../src/server/store/timeline.ts';

const at = (created_at: number, id: number): Event => ({
  id: id.toString(16).padStart(64, '0'),
  pubkey: '',
  created_at,
  kind: 1,
  tags: [],
  content: '',
  sig: '',
});

const between = (timeline: Timeline, since: number, until: number) => timeline.page({ since, until }, 10_000);
const all = (timeline: Timeline) => between(timeline, 0, Infinity);

/** Read as a scan does, seven at a time. */
function inPages(timeline: Timeline, since: number, until: number): Position[] {
  const found: Position[] = [];
  for (;;) {
    const page = timeline.page({ since, until, after: found.at(-1) }, 7);
    if (page.length === 0) return found;
    found.push(...page);
  }
}

test('events come newest first, in the same second lowest id first, in whatever order they were added', () => {
  const timeline = new Timeline();
  const events = [at(5, 2), at(7, 9), at(5, 1), at(0, 3), at(7, 4)];
  for (const event of events) timeline.add(event);
  assert.deepEqual(all(timeline), events.toSorted(compareEvents));
});

test('both ends of a span are inclusive', () => {
  const timeline = new Timeline();
  for (const time of [1, 2, 3, 4, 5]) timeline.add(at(time, time));
  assert.deepEqual(
    between(timeline, 2, 4).map(event => event.created_at),
    [4, 3, 2],
  );
  assert.deepEqual(between(timeline, 6, 9), []);
  assert.deepEqual(between(timeline, 4, 2), []);
});

test('an empty timeline has nothing, before and after', () => {
  const timeline = new Timeline();
  assert.deepEqual(all(timeline), []);
  const only = at(1, 1);
  timeline.add(only);
  timeline.remove(only);
  assert.deepEqual(all(timeline), []);
  timeline.add(only);
  assert.deepEqual(all(timeline), [only]);
});

test('a timeline of many chunks is a sorted array with quicker changes', () => {
  const times = fc.array(fc.nat(50), { minLength: 600, maxLength: 3000 });
  const property = fc.property(times, fc.nat(50), fc.nat(50), (created, since, until) => {
    const timeline = new Timeline();
    const events = created.map(at);
    for (const event of events) timeline.add(event);
    const [gone, left] = [events.filter((_, i) => i % 3 === 0), events.filter((_, i) => i % 3 !== 0)];
    for (const event of gone) timeline.remove(event);
    const within = left.filter(({ created_at }) => created_at >= since && created_at <= until);
    assert.deepEqual(between(timeline, since, until), within.sort(compareEvents));
    assert.equal(timeline.count(since, until, Infinity), within.length);
    assert.deepEqual(inPages(timeline, since, until), within);
  });
  fc.assert(property, { numRuns: 20 });
});
