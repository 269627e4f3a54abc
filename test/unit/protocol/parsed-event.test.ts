import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { InvalidEvent, stringifyEvent } from '../../../src/protocol/event.ts';
import { ParsedEvent, parseStreamEvent } from '../../../src/protocol/parsed-event.ts';
import { readEvent } from '../../../src/protocol/scanner/event-scanner.ts';
import type { StreamEvent } from '../../../src/protocol/stream-event.ts';
import { A } from '../../support/people.ts';

const ODD = 'a "quoted" \\ back/slash\n\u0000\u001f\u2028 ä 😀';
const event = A.sign({ kind: 30023, content: ODD, tags: [[], ['t', ODD, ''], ['d']] });

/** Everything an event says of itself. */
function said(one: StreamEvent) {
  const { id, pubkey, kind, created_at, tags, lineLength } = one;
  const [line, check, words] = [Buffer.alloc(lineLength + 4), Buffer.alloc(130), new Int32Array(5)];
  const end = one.writeLine(line, 2);
  one.writeCheck(check, 1);
  one.writeId(words);
  const own = one.lines.toString('utf8', one.lineAt, one.lineEnd);
  const fields = { id, pubkey, kind, created_at, tags, lineLength };
  return { ...fields, own, line, end, check, words, text: one.line(), event: one.toEvent() };
}

describe('an event that was parsed', () => {
  test('says the same of itself as the same event in bytes', () => {
    const scanned = readEvent(Buffer.from(stringifyEvent(event)))!;
    assert.deepEqual(said(new ParsedEvent(event)), said(scanned));
  });

  test('knows a wrong id', () => {
    assert.ok(new ParsedEvent(event).hasValidId());
    assert.equal(new ParsedEvent({ ...event, kind: 1 }).hasValidId(), false);
    assert.equal(new ParsedEvent({ ...event, content: '\ud800' }).hasValidId(), false);
  });

  test('is written with its keys in canonical order, whatever their order and beside others', () => {
    const { id, ...rest } = event;
    assert.equal(parseStreamEvent({ seen: 1, ...rest, id }).line(), stringifyEvent(event));
  });
});

describe('a value from outside', () => {
  test('must have the shape of an event', () => {
    for (const value of [null, 7, 'x', [], {}, { ...event, kind: '1' }])
      assert.throws(() => parseStreamEvent(value), InvalidEvent);
  });

  test('that is a stream event is itself', () => {
    const parsed = parseStreamEvent(event);
    assert.deepEqual(parsed.toEvent(), event);
    assert.equal(parseStreamEvent(parsed), parsed);
  });
});
