// Two readers of one format must not differ: whatever the reader of bytes takes, JSON.parse and parseEvent take too,
// and they see the same event. What it leaves to them is only ever what is not canonical. And without WebAssembly
// the very same is taken and left.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Event, hasValidId, parseEvent, stringifyEvent } from '../../src/protocol/event.ts';
import { parseRelayMessage } from '../../src/protocol/message.ts';
import { readEvent, readEventFrames } from '../../src/protocol/scanner/event-scanner.ts';
import { PlainScanner } from '../../src/protocol/scanner/plain-scanner.ts';
import { WasmScanner } from '../../src/protocol/scanner/wasm-scanner.ts';
import type { EventRun } from '../../src/protocol/stream-event.ts';
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

describe('with and without WebAssembly', () => {
  const [wasm, plain] = [new WasmScanner(), new PlainScanner()];

  test('texts are read alike, whole or damaged', () => {
    const next = numbers(runs(1).seed + 2);
    const property = fc.property(eventText, source => {
      const texts = Array.from({ length: 50 }, (_, i) =>
        Buffer.from(i === 0 ? source : mutate(source, next)),
      );
      const lines = (scanner: typeof wasm | typeof plain) =>
        scanner.readEvents(texts).map(event => event?.line());
      assert.deepEqual(lines(plain), lines(wasm));
    });
    fc.assert(property, runs(200));
  });

  /** Other frames of a relay, some of them nearly ones with an event. */
  const otherFrame = fc.oneof(
    text.map(message => JSON.stringify(['NOTICE', message])),
    text.map(subId => JSON.stringify(['EOSE', subId])),
    text.map(subId => JSON.stringify(['EVENT', subId])),
    fc.string(),
  );
  const eventFrame = fc
    .tuple(fc.oneof(fc.constantFrom('nost1', 'nost1', 'nost2', ''), text), eventText)
    .map(([subId, source]) => `["EVENT",${JSON.stringify(subId)},${source}]`);
  const someFrames = fc.array(fc.oneof({ weight: 4, arbitrary: eventFrame }, otherFrame), { maxLength: 12 });

  test('any frames give the same events in the same runs, and leave the same frames', () => {
    const next = numbers(runs(1).seed + 3);
    const property = fc.property(someFrames, fc.constantFrom('', '    '), (frames, gap) => {
      for (let i = 0; i < 10; i++) {
        const pieces = frames.map(frame => (next() % 4 === 0 ? mutate(frame, next) : frame));
        const { bytes, ranges } = joined(pieces, gap);
        assert.deepEqual(
          plain.readEventFrames(bytes, ranges).map(told),
          wasm.readEventFrames(bytes, ranges).map(told),
        );
      }
    });
    fc.assert(property, runs(200));
  });
});

/** Frames in one piece of memory, with something between them, and where each of them lies. */
function joined(frames: readonly string[], gap: string): { bytes: Buffer; ranges: number[] } {
  const ranges: number[] = [];
  let text = '';
  for (const frame of frames) {
    const begin = Buffer.byteLength(text);
    text += frame + gap;
    ranges.push(begin, begin + Buffer.byteLength(frame));
  }
  return { bytes: Buffer.from(text), ranges };
}

function told(found: EventRun | Buffer): unknown {
  if (Buffer.isBuffer(found)) return found.toString();
  return { ...found, events: found.events.map(event => event.line()) };
}
