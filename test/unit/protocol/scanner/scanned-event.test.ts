import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Event, hasValidId, stringifyEvent } from '../../../../src/protocol/event.ts';
import { readEvent } from '../../../../src/protocol/scanner/event-scanner.ts';
import { A } from '../../../support/people.ts';
import { describeVectors, realEvents } from '../../../support/vectors.ts';

const ODD = 'a "quoted" \\ back/slash\n\r\t\b\f \u0000\u001f\u007f\u2028 ä 😀 \ufeff';
const event = A.sign({ kind: 30023, content: ODD, tags: [[], ['t', ODD, ''], ['d']] });

const read = (text: string) => readEvent(Buffer.from(text));
const bytesOf = (source: Event) => read(stringifyEvent(source));

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
      assert.deepEqual(bytes.toEvent(), event);
      assert.equal(bytes.line(), stringifyEvent(event));
      const { id, pubkey, created_at, kind, tags } = bytes;
      assert.deepEqual({ ...event, id, pubkey, created_at, kind, tags }, event);
      assert.ok(bytes.hasValidId());
    });
  }

  test('knows a wrong id', () => {
    assert.equal(bytesOf({ ...event, kind: 1 })!.hasValidId(), false);
    assert.equal(bytesOf({ ...event, id: '00'.repeat(32) })!.hasValidId(), false);
  });

  test('is written where it is asked to be, and says how long it is', () => {
    const bytes = bytesOf(event)!;
    const target = Buffer.alloc(bytes.lineLength + 20, '.');
    assert.equal(bytes.writeLine(target, 10), 10 + bytes.lineLength);
    assert.equal(target.toString(), `${'.'.repeat(10)}${stringifyEvent(event)}\n${'.'.repeat(10)}`);
  });

  test('gives the 128 bytes a signature is about', () => {
    const target = Buffer.alloc(130);
    bytesOf(event)!.writeCheck(target, 1);
    assert.equal(target.toString('hex'), `00${event.id}${event.pubkey}${event.sig}00`);
  });

  test('can be of any size', () => {
    for (const length of [0, 100, 200, 70_000, 1_000_000]) {
      const large = A.sign({ content: 'x'.repeat(length), tags: [['t', 'y'.repeat(length)]] });
      const bytes = bytesOf(large)!;
      assert.ok(bytes.hasValidId());
      assert.equal(bytes.line(), stringifyEvent(large));
    }
  });

  test('is read wherever it begins in memory', () => {
    for (let offset = 0; offset < 9; offset++) {
      const memory = Buffer.from(new ArrayBuffer(offset + Buffer.byteLength(stringifyEvent(event))));
      memory.write(stringifyEvent(event), offset);
      assert.deepEqual(readEvent(memory.subarray(offset))!.toEvent(), event);
    }
  });

  test('takes the largest numbers, and none larger', () => {
    const line = stringifyEvent({ ...event, created_at: Number.MAX_SAFE_INTEGER, kind: 65535 });
    assert.deepEqual(read(line)!.toEvent(), JSON.parse(line));
    assert.equal(read(line.replace('9007199254740991', '9007199254740992')), undefined);
    assert.equal(read(line.replace('65535', '65536')), undefined);
  });

  test('is no lone surrogate', () => {
    assert.equal(bytesOf({ ...event, content: '\ud800' }), undefined);
    assert.equal(bytesOf({ ...event, tags: [['\udc00']] }), undefined);
  });
});

describeVectors('real events', () => {
  test('are read, all of them, and come out as they went in', () => {
    for (const source of realEvents()) {
      const bytes = bytesOf(source)!;
      assert.equal(bytes.line(), stringifyEvent(source));
      assert.equal(bytes.hasValidId(), hasValidId(source));
    }
  });
});
