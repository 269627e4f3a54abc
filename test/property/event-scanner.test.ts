// Two readers of one format must not differ: whatever the reader of bytes takes, JSON.parse and parseEvent take too,
// and they see the same event. What it leaves to them is only ever what is not canonical.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Event, hasValidId, parseEvent, stringifyEvent } from '../../src/protocol/event.ts';
import { parseRelayMessage } from '../../src/protocol/message.ts';
import { readEvent, readEventFrames } from '../../src/protocol/scanner/event-scanner.ts';
import { hex32, kind, record, runs, tags, text, time } from '../support/arbitraries.ts';
import { mutate, numbers } from '../support/mutations.ts';

const anyEvent = record({
  id: hex32,
  pubkey: hex32,
  created_at: time,
  kind,
  tags,
  content: text,
  sig: fc.tuple(hex32, hex32).map(halves => halves.join('')),
}) as fc.Arbitrary<Event>;

const shuffledKeys = fc.shuffledSubarray(
  ['id', 'pubkey', 'created_at', 'kind', 'tags', 'content', 'sig'] as const,
  { minLength: 7 },
);

/** The text of an event in some order of keys. */
const eventText = fc
  .tuple(anyEvent, shuffledKeys)
  .map(([event, keys]) => JSON.stringify(Object.fromEntries(keys.map(key => [key, event[key]]))));

test('canonical text is always read, whatever the order of its keys', () => {
  const property = fc.property(eventText, source => {
    const event = parseEvent(JSON.parse(source));
    const bytes = readEvent(Buffer.from(source));
    if (!source.isWellFormed() || /\\ud/.test(source)) return; // a lone surrogate is no UTF-8
    assert.ok(bytes, source);
    assert.deepEqual(bytes.toEvent(), event);
    assert.equal(bytes.line(), stringifyEvent(event));
    assert.equal(bytes.hasValidId(), hasValidId(event));
  });
  fc.assert(property, runs(300));
});

test('what is read of damaged text is what JSON.parse and parseEvent see', () => {
  const next = numbers(runs(1).seed);
  const property = fc.property(eventText, source => {
    for (let i = 0; i < 50; i++) {
      const damaged = mutate(source, next).toWellFormed();
      const bytes = readEvent(Buffer.from(damaged));
      if (bytes === undefined) continue;
      const event = parseEvent(JSON.parse(damaged));
      assert.deepEqual(bytes.toEvent(), event);
      assert.equal(bytes.line(), stringifyEvent(event));
      assert.equal(bytes.hasValidId(), hasValidId(event));
    }
  });
  fc.assert(property, runs(200));
});

test('what is read of a damaged frame is what the reader of messages sees', () => {
  const next = numbers(runs(1).seed + 1);
  const property = fc.property(eventText, text, (source, subId) => {
    const frame = `["EVENT",${JSON.stringify(subId)},${source}]`;
    for (let i = 0; i < 50; i++) {
      const damaged = (i === 0 ? frame : mutate(frame, next)).toWellFormed();
      const bytes = Buffer.from(damaged);
      const [read, ...others] = readEventFrames(bytes, [0, bytes.length]);
      assert.deepEqual(others, []);
      if (Buffer.isBuffer(read)) {
        assert.equal(read.toString(), damaged);
        continue;
      }
      assert.ok(read);
      const message = parseRelayMessage(damaged);
      assert.ok(message.type === 'EVENT');
      assert.equal(read.subId, message.subId);
      assert.deepEqual(
        read.events.map(event => event.toEvent()),
        [parseEvent(message.event)],
      );
    }
  });
  fc.assert(property, runs(200));
});
