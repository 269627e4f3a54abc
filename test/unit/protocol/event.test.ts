import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  compareEvents,
  type Event,
  InvalidEvent,
  parseEvent,
  parseEventJson,
  stringifyEvent,
  tagValue,
} from '../../../src/protocol/event.ts';
import { hexToBytes } from '../../../src/protocol/hex.ts';
import { signEvent } from '../../../src/protocol/signature.ts';

const SECRET = hexToBytes('0000000000000000000000000000000000000000000000000000000000000003');
const event = signEvent({ created_at: 1700000000, kind: 1, tags: [['t', 'x']], content: 'hi "ß"\n' }, SECRET);

function refusal(value: unknown): InvalidEvent {
  try {
    parseEvent(value);
  } catch (error) {
    assert.ok(error instanceof InvalidEvent);
    return error;
  }
  return assert.fail('it was accepted');
}

describe('parseEvent', () => {
  test('returns exactly the seven fields in canonical order', () => {
    const { id, ...rest } = event;
    const shuffled = { extra: 1, ...rest, id };
    const parsed = parseEvent(shuffled);
    assert.deepEqual(Object.keys(parsed), ['id', 'pubkey', 'created_at', 'kind', 'tags', 'content', 'sig']);
    assert.equal(JSON.stringify(parsed), stringifyEvent(event));
  });

  const wrong: [field: keyof Event, value: unknown][] = [
    ['id', 'AB'.repeat(32)],
    ['id', undefined],
    ['pubkey', `02${event.pubkey}`],
    ['created_at', 1.5],
    ['created_at', -1],
    ['created_at', 2 ** 53],
    ['created_at', '1'],
    ['kind', 65536],
    ['kind', -1],
    ['kind', true],
    ['tags', [['t', 1]]],
    ['tags', ['t']],
    ['tags', {}],
    ['content', null],
    ['sig', event.sig.slice(1)],
  ];
  for (const [field, value] of wrong) {
    test(`names the field of ${field}: ${JSON.stringify(value)}`, () => {
      const error = refusal({ ...event, [field]: value });
      assert.equal(error.layer, 'format');
      assert.ok(error.message.startsWith(`${field} must be`), error.message);
      if (value === undefined) assert.match(error.message, /it is missing/);
    });
  }

  test('refuses what is no object', () => {
    for (const value of [null, [], 'x', 1, undefined]) assert.equal(refusal(value).layer, 'format');
  });

  test('does not take fields from a prototype for its own danger', () => {
    assert.throws(() => parseEventJson('{"__proto__":{"id":1}}'), InvalidEvent);
  });
});

describe('parseEventJson', () => {
  test('tells broken JSON from a broken event', () => {
    assert.throws(() => parseEventJson('{'), { layer: 'json' });
    assert.throws(() => parseEventJson('{}'), { layer: 'format' });
  });

  test('lets the last of duplicate keys win', () => {
    const text = `{"content":"other",${JSON.stringify(event).slice(1)}`;
    assert.equal(parseEventJson(text).content, event.content);
  });

  test('takes a number beyond 2^53 for no time', () => {
    const text = JSON.stringify(event).replace('1700000000', '9007199254740993');
    assert.throws(() => parseEventJson(text), /created_at/);
  });
});

describe('order and tags', () => {
  test('the newest comes first, the lowest id breaks a tie', () => {
    const events = [
      { created_at: 1, id: 'b' },
      { created_at: 1, id: 'a' },
      { created_at: 2, id: 'c' },
    ];
    assert.deepEqual(
      events.sort(compareEvents).map(({ id }) => id),
      ['c', 'a', 'b'],
    );
    assert.equal(compareEvents(events[0]!, events[0]!), 0);
  });

  test('only the first tag of a name counts, even when it has no value', () => {
    assert.equal(tagValue({ tags: [['d'], ['d', 'x']] }, 'd'), undefined);
    assert.equal(tagValue({ tags: [[], ['d', '']] }, 'd'), '');
  });
});
