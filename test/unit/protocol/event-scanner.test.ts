import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { stringifyEvent } from '../../../src/protocol/event.ts';
import { EventBytes } from '../../../src/protocol/event-bytes.ts';
import { readEventBytes, readEventFrame } from '../../../src/protocol/event-scanner.ts';
import { A } from '../../support/people.ts';
import { describeVectors, vectorLines } from '../../support/vectors.ts';

const event = A.sign({ kind: 30023, content: 'a "quoted"\n ä 😀', tags: [[], ['t', 'x', ''], ['d']] });
const read = (text: string) => readEventBytes(Buffer.from(text));

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

describeVectors('real frames', () => {
  test('are read as relays send them', () => {
    const frames = vectorLines('events/go-nostr-messages.jsonl').filter(line => line.startsWith('["EVENT"'));
    const read = frames.filter(frame => readEventFrame(Buffer.from(frame)) !== undefined);
    assert.ok(read.length > frames.length * 0.9, `${read.length} of ${frames.length}`);
  });
});
