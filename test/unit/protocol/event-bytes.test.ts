import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Event, hasValidId, stringifyEvent } from '../../../src/protocol/event.ts';
import {
  EventBytes,
  readEventBytes,
  readEventFrame,
  toEvent,
  toEventBytes,
} from '../../../src/protocol/event-bytes.ts';
import { A } from '../../support/people.ts';
import { describeVectors, realEvents, vectorLines } from '../../support/vectors.ts';

const ODD = 'a "quoted" \\ back/slash\n\r\t\b\f \u0000\u001f\u007f\u2028 ä 😀 \ufeff';
const event = A.sign({ kind: 30023, content: ODD, tags: [[], ['t', ODD, ''], ['d']] });

const read = (text: string) => readEventBytes(Buffer.from(text));

/** The same event with its keys in another order. */
function reordered(source: Event, order: readonly (keyof Event)[]): string {
  return JSON.stringify(Object.fromEntries(order.map(key => [key, source[key]])));
}

const ORDERS: readonly (readonly (keyof Event)[])[] = [
  ['id', 'pubkey', 'created_at', 'kind', 'tags', 'content', 'sig'],
  ['content', 'created_at', 'id', 'kind', 'pubkey', 'sig', 'tags'],
  ['kind', 'id', 'pubkey', 'created_at', 'tags', 'content', 'sig'],
  ['sig', 'tags', 'pubkey', 'kind', 'id', 'created_at', 'content'],
];

describe('an event as bytes', () => {
  for (const order of ORDERS) {
    test(`is read with its keys in the order ${order.join(' ')}, and is the event`, () => {
      const bytes = read(reordered(event, order))!;
      assert.deepEqual(bytes.event(), event);
      assert.equal(bytes.line(), stringifyEvent(event));
      const { id, pubkey, created_at, kind, tags } = bytes;
      assert.deepEqual({ ...event, id, pubkey, created_at, kind, tags }, event);
      assert.ok(bytes.hasValidId());
    });
  }

  test('knows a wrong id', () => {
    assert.equal(toEventBytes({ ...event, kind: 1 })!.hasValidId(), false);
    assert.equal(toEventBytes({ ...event, id: '00'.repeat(32) })!.hasValidId(), false);
  });

  test('is written where it is asked to be, and says how long it is', () => {
    const bytes = toEventBytes(event)!;
    const target = Buffer.alloc(bytes.lineLength + 20, '.');
    assert.equal(bytes.writeLine(target, 10), 10 + bytes.lineLength);
    assert.equal(target.toString(), `${'.'.repeat(10)}${stringifyEvent(event)}\n${'.'.repeat(10)}`);
  });

  test('gives the 128 bytes a signature is about', () => {
    const target = Buffer.alloc(130);
    toEventBytes(event)!.writeCheck(target, 1);
    assert.equal(target.toString('hex'), `00${event.id}${event.pubkey}${event.sig}00`);
  });

  test('can be of any size', () => {
    for (const length of [0, 100, 200, 70_000, 1_000_000]) {
      const large = A.sign({ content: 'x'.repeat(length), tags: [['t', 'y'.repeat(length)]] });
      const bytes = toEventBytes(large)!;
      assert.ok(bytes.hasValidId());
      assert.equal(bytes.line(), stringifyEvent(large));
    }
  });

  test('is read wherever it begins in memory', () => {
    for (let offset = 0; offset < 9; offset++) {
      const memory = Buffer.from(new ArrayBuffer(offset + Buffer.byteLength(stringifyEvent(event))));
      memory.write(stringifyEvent(event), offset);
      assert.deepEqual(readEventBytes(memory, offset)!.event(), event);
      assert.deepEqual(readEventBytes(memory.subarray(offset))!.event(), event);
    }
  });

  test('takes the largest numbers, and none larger', () => {
    const line = stringifyEvent({ ...event, created_at: Number.MAX_SAFE_INTEGER, kind: 65535 });
    assert.deepEqual(read(line)!.event(), JSON.parse(line));
    assert.equal(read(line.replace('9007199254740991', '9007199254740992')), undefined);
    assert.equal(read(line.replace('65535', '65536')), undefined);
  });

  test('has no form for a lone surrogate', () => {
    assert.equal(toEventBytes({ ...event, content: '\ud800' }), undefined);
    assert.equal(toEventBytes({ ...event, tags: [['\udc00']] }), undefined);
  });

  test('becomes an object for whoever wants one, as an object stays what it is', () => {
    assert.deepEqual(toEvent(toEventBytes(event)!), event);
    assert.equal(toEvent(event), event);
  });
});

describe('text that is not canonical', () => {
  const line = stringifyEvent(A.sign({ content: 'a/b\n', tags: [['t', 'x']] }));
  const cases: Record<string, string> = {
    'white space': line.replace(',"kind"', ', "kind"'),
    'white space in tags': line.replace('["t","x"]', '["t", "x"]'),
    'white space before it': ` ${line}`,
    'an escape too many': line.replace('a/b', 'a\\/b'),
    'an escape by number': line.replace('a/b', '\\u0061/b'),
    'another escape of a control': line.replace('\\n', '\\u000a'),
    'hex digits in upper case': line.replace('\\n', '\\u001F'),
    'a surrogate by number': line.replace('a/b', '\\ud83d\\ude00'),
    'a raw control character': line.replace('a/b', 'a\u0001b'),
    'a key twice': line.replace('"kind":1', '"kind":1,"kind":1'),
    'another key': line.replace('"kind":1', '"kind":1,"seen":1'),
    'a missing key': line.replace('"kind":1,', ''),
    'a number with a point': line.replace('"kind":1', '"kind":1.0'),
    'a number with an exponent': line.replace('"kind":1', '"kind":1e0'),
    'a leading zero': line.replace('"kind":1', '"kind":01'),
    'a sign': line.replace('"kind":1', '"kind":-1'),
    'a number as text': line.replace('"kind":1', '"kind":"1"'),
    'an id in upper case': line.replace(/"id":"\w+"/, found => found.toUpperCase().replace('ID', 'id')),
    'a short id': line.replace(/"id":"\w/, '"id":"'),
    'a number in tags': line.replace('"x"', '1'),
    'an object in tags': line.replace('"x"', '{}'),
    'a list in tags': line.replace('"x"', '["x"]'),
    'a comma too many': line.replace('["t","x"]', '["t","x",]'),
    'a comma at the end': line.replace(/}$/, ',}'),
    'more behind it': `${line}}`,
    nothing: '',
    'no object': '[]',
  };
  for (const [what, text] of Object.entries(cases)) {
    test(`is left to others: ${what}`, () => {
      assert.notEqual(text, line);
      assert.equal(read(text), undefined);
    });
  }

  test('is left to others wherever it is cut off', () => {
    for (let end = 0; end < line.length; end++) {
      assert.equal(read(line.slice(0, end)), undefined);
      const alone = Buffer.from(Uint8Array.from(Buffer.from(line.slice(0, end))).buffer); // nothing behind it
      assert.equal(readEventBytes(alone), undefined);
    }
  });
});

describe('a frame', () => {
  const frame = `["EVENT","nost1",${stringifyEvent(event)}]`;

  test('gives the subscription and the event', () => {
    const read = readEventFrame(Buffer.from(frame))!;
    assert.equal(read.subId, 'nost1');
    assert.ok(read.event instanceof EventBytes);
    assert.deepEqual(read.event.event(), event);
  });

  test('is read where it stands in a larger piece of memory', () => {
    const chunk = Buffer.from(`xx${frame}yy`);
    const bytes = chunk.subarray(2, chunk.length - 2);
    assert.deepEqual(readEventFrame(bytes)!.event.event(), event);
  });

  test('may name any subscription', () => {
    const bytes = Buffer.from(frame.replace('nost1', 'ä😀'));
    assert.equal(readEventFrame(bytes)!.subId, 'ä😀');
  });

  for (const other of [
    '["EOSE","nost1"]',
    '["EVENT","nost1"]',
    frame.replace('["EVENT"', '[ "EVENT"'),
    frame.replace('nost1', 'no\\"st1'),
    frame.replace(/]$/, ',1]'),
    frame.replace(/]$/, ' ]'),
    frame.replace(/]$/, ''),
    frame.replace('"nost1",', '"nost1"'),
    '',
  ]) {
    test(`of another shape is left to others: ${other.slice(0, 24)}…${other.slice(-4)}`, () =>
      assert.equal(readEventFrame(Buffer.from(other)), undefined));
  }
});

describeVectors('real events', () => {
  test('are read, all of them, and come out as they went in', () => {
    for (const source of realEvents()) {
      const bytes = toEventBytes(source)!;
      assert.equal(bytes.line(), stringifyEvent(source));
      assert.equal(bytes.hasValidId(), hasValidId(source));
    }
  });

  test('are read as relays send them', () => {
    const frames = vectorLines('events/go-nostr-messages.jsonl').filter(line => line.startsWith('["EVENT"'));
    const read = frames.filter(frame => readEventFrame(Buffer.from(frame)) !== undefined);
    assert.ok(read.length > frames.length * 0.9, `${read.length} of ${frames.length}`);
  });
});
