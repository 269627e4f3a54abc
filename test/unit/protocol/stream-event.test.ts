import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Event, stringifyEvent } from '../../../src/protocol/event.ts';
import { readEvent, readEventFrames } from '../../../src/protocol/scanner/event-scanner.ts';
import { isStreamEvent, linesOf } from '../../../src/protocol/stream-event.ts';
import { A } from '../../support/people.ts';
import { streamed } from '../../support/streamed.ts';

describe('the lines of events', () => {
  const events = Array.from({ length: 100 }, (_, i) => A.note(`number ${i} ${'x'.repeat(i * 7)}`));
  const text = (some: readonly Event[]) => some.map(one => `${stringifyEvent(one)}\n`).join('');
  const run = (some: readonly Event[]) => {
    const frames = some.map(one => `["EVENT","a",${stringifyEvent(one)}]`);
    const ends: number[] = [];
    for (const frame of frames) ends.push((ends.at(-1) ?? 0) + frame.length);
    const ranges = ends.flatMap((end, i) => [end - frames[i]!.length, end]);
    return readEventFrames(Buffer.from(frames.join('')), ranges).flatMap(found =>
      Buffer.isBuffer(found) ? [] : found.events,
    );
  };

  test('that came together are one piece of memory', () => {
    const pieces = linesOf(run(events));
    assert.equal(pieces.length, 1);
    assert.equal(pieces[0]!.toString(), text(events));
  });

  test('stay in order when some are left out or are objects, and few pieces are written', () => {
    const parts = run(events);
    const some = parts
      .filter((_, i) => i % 3 !== 0)
      .map((one, i) => (i % 5 === 0 ? streamed(one.toEvent()) : one));
    const pieces = linesOf(some);
    assert.equal(pieces.length, 1);
    assert.equal(pieces[0]!.toString(), text(events.filter((_, i) => i % 3 !== 0)));
  });

  test('of several large runs are not copied', () => {
    const runs = [run(events), run(events), run(events)];
    const pieces = linesOf(runs.flat());
    assert.equal(pieces.length, 3);
    assert.equal(pieces.join(''), text([...events, ...events, ...events]));
  });

  test('are none for no events', () => {
    assert.deepEqual(linesOf([]), []);
  });
});

test('both forms are told from whatever JSON can hold', () => {
  const event = A.note('x');
  assert.ok(isStreamEvent(readEvent(Buffer.from(JSON.stringify(event)))));
  assert.ok(isStreamEvent(streamed(event)));
  for (const value of [event, { writeLine: {} }, null, undefined, 'x', 7, [], {}])
    assert.equal(isStreamEvent(value), false);
});
