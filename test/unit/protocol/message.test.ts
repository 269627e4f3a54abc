import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type ClientMessage,
  encodeClientMessage,
  encodeRelayMessage,
  InvalidMessage,
  parseClientMessage,
  parseReason,
  parseRelayMessage,
  type RelayMessage,
} from '../../../src/protocol/message.ts';

function subIdOfRefusal(text: string): string | undefined {
  try {
    parseClientMessage(text);
  } catch (error) {
    assert.ok(error instanceof InvalidMessage);
    return error.subId;
  }
  return assert.fail('it was accepted');
}

describe('a client frame', () => {
  const frames: ClientMessage[] = [
    { type: 'EVENT', event: { any: 'thing' } },
    { type: 'AUTH', event: {} },
    { type: 'REQ', subId: 'a', filters: [{ kinds: [1] }, { limit: 0 }] },
    { type: 'COUNT', subId: 'x'.repeat(64), filters: [{}] },
    { type: 'CLOSE', subId: 'é' },
  ];
  for (const frame of frames) {
    test(`${frame.type} is read as it was written`, () => {
      assert.deepEqual(parseClientMessage(encodeClientMessage(frame)), frame);
    });
  }

  for (const text of [
    '',
    '{}',
    '[]',
    '[1]',
    '["EVENT"]',
    '["EVENT",{},1]',
    '["CLOSE"]',
    '["CLOSE",""]',
    '["CLOSE","a","b"]',
    '["REQ"]',
    '["REQ","",{}]',
    '["REQ",7,{}]',
    '["REQ","a"]',
    '["REQ","a",[]]',
    '["EOSE","a"]',
    '["req","a",{}]',
  ]) {
    test(`${text || 'nothing'} is refused`, () =>
      assert.throws(() => parseClientMessage(text), InvalidMessage));
  }

  test('a refused REQ carries its subscription id, so that it can be closed', () => {
    assert.equal(subIdOfRefusal('["REQ","a",{"nope":1}]'), 'a');
    assert.equal(subIdOfRefusal('["COUNT","b"]'), 'b');
    assert.equal(subIdOfRefusal(`["REQ","${'x'.repeat(65)}",{}]`), 'x'.repeat(65));
    assert.equal(subIdOfRefusal('["REQ",7,{}]'), undefined);
  });

  test('a subscription id has 64 characters of Unicode, whatever UTF-16 makes of them', () => {
    const longest = '😀'.repeat(64);
    assert.deepEqual(parseClientMessage(`["CLOSE","${longest}"]`), { type: 'CLOSE', subId: longest });
    assert.throws(() => parseClientMessage(`["CLOSE","${longest}x"]`), /longer than 64 characters/);
    assert.throws(() => parseClientMessage(`["CLOSE","${'x'.repeat(1_000_000)}"]`), /longer than 64/);
  });
});

describe('a relay frame', () => {
  const frames: RelayMessage[] = [
    { type: 'EVENT', subId: 'a', event: null },
    { type: 'OK', eventId: 'ab', accepted: false, message: 'blocked: no' },
    { type: 'EOSE', subId: 'a', hint: undefined },
    { type: 'EOSE', subId: 'a', hint: 'more' },
    { type: 'CLOSED', subId: 'a', message: '' },
    { type: 'NOTICE', message: 'hello' },
    { type: 'AUTH', challenge: 'c' },
    { type: 'COUNT', subId: 'a', count: 0 },
    { type: 'COUNT', subId: 'a', count: 7, approximate: true, hll: '00'.repeat(256) },
  ];
  for (const frame of frames) {
    test(`${encodeRelayMessage(frame).slice(0, 40)} is read as it was written`, () => {
      assert.deepEqual(parseRelayMessage(encodeRelayMessage(frame)), frame);
    });
  }

  for (const text of [
    'null',
    '["EVENT","a"]',
    '["EVENT",{}]',
    '["OK","ab"]',
    '["OK","ab","true",""]',
    '["OK",7,true,""]',
    '["EOSE"]',
    '["CLOSED",1]',
    '["AUTH"]',
    '["COUNT","a"]',
    '["COUNT","a",{"count":-1}]',
    '["COUNT","a",{"count":"1"}]',
    '["REQ","a",{}]',
  ]) {
    test(`${text} is refused`, () => assert.throws(() => parseRelayMessage(text), InvalidMessage));
  }

  test('what real relays leave out or add does no harm', () => {
    assert.deepEqual(parseRelayMessage('["OK","ab",true]'), {
      type: 'OK',
      eventId: 'ab',
      accepted: true,
      message: '',
    });
    assert.deepEqual(parseRelayMessage('["CLOSED","a"]'), { type: 'CLOSED', subId: 'a', message: '' });
    assert.deepEqual(parseRelayMessage('["EOSE","a",["?"],1]'), {
      type: 'EOSE',
      subId: 'a',
      hint: undefined,
    });
    assert.deepEqual(parseRelayMessage('["NOTICE",{"a":1}]'), { type: 'NOTICE', message: '{"a":1}' });
    assert.deepEqual(parseRelayMessage('["COUNT","a",{"count":1,"hll":"zz"}]'), {
      type: 'COUNT',
      subId: 'a',
      count: 1,
    });
  });

  test('the message of a refusal is short, however long the frame', () => {
    assert.throws(
      () => parseRelayMessage(`"${'x'.repeat(100_000)}"`),
      (error: Error) => error.message.length < 200,
    );
  });
});

describe('parseReason', () => {
  test('takes one lower-case word for a prefix', () => {
    assert.deepEqual(parseReason('auth-required: log in'), { prefix: 'auth-required', text: 'log in' });
    assert.deepEqual(parseReason('pow:'), { prefix: 'pow', text: '' });
    assert.deepEqual(parseReason('invalid: a: b\nc'), { prefix: 'invalid', text: 'a: b\nc' });
    assert.deepEqual(parseReason('Blocked: x'), { prefix: undefined, text: 'Blocked: x' });
    assert.deepEqual(parseReason(''), { prefix: undefined, text: '' });
  });
});
