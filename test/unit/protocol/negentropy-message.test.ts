import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  type ClientMessage,
  encodeClientMessage,
  encodeRelayMessage,
  InvalidMessage,
  parseClientMessage,
  parseRelayMessage,
  type RelayMessage,
} from '../../../src/protocol/message.ts';

const frame = Uint8Array.of(0x61, 0, 0xff);

function refusalOf(text: string): InvalidMessage {
  try {
    parseClientMessage(text);
  } catch (error) {
    assert.ok(error instanceof InvalidMessage);
    return error;
  }
  return assert.fail('it was accepted');
}

describe('a NEG frame of a client', () => {
  for (const [message, text] of [
    [
      { type: 'NEG-OPEN', subId: 'a', filter: { kinds: [1] }, frame },
      '["NEG-OPEN","a",{"kinds":[1]},"6100ff"]',
    ],
    [{ type: 'NEG-MSG', subId: 'a', frame }, '["NEG-MSG","a","6100ff"]'],
    [{ type: 'NEG-CLOSE', subId: 'a' }, '["NEG-CLOSE","a"]'],
  ] as [ClientMessage, string][]) {
    test(`${message.type} is read as it was written`, () => {
      assert.equal(encodeClientMessage(message), text);
      assert.deepEqual(parseClientMessage(text), message);
    });
  }

  for (const text of [
    '["NEG-OPEN","a"]',
    '["NEG-OPEN","a",{}]',
    '["NEG-OPEN","a",{},{},"61"]',
    '["NEG-OPEN","a",[],"61"]',
    '["NEG-OPEN","a",{"kinds":"1"},"61"]',
    '["NEG-OPEN","a",{},"6"]',
    '["NEG-OPEN","a",{},"xx"]',
    '["NEG-OPEN","a",{},7]',
    '["NEG-MSG","a"]',
    '["NEG-MSG","a","61",1]',
    '["NEG-MSG","a",null]',
    '["NEG-CLOSE","a","b"]',
  ]) {
    test(`${text} is refused with its id and verb, so that it can be answered by NEG-ERR`, () => {
      const { subId, verb } = refusalOf(text);
      assert.equal(subId, 'a');
      assert.ok(text.startsWith(`["${verb}"`));
    });
  }

  test('without a readable id is refused without one', () => {
    for (const text of ['["NEG-OPEN"]', '["NEG-OPEN","",{},"61"]', '["NEG-MSG",7,"61"]', '["NEG-CLOSE"]'])
      assert.equal(refusalOf(text).subId, undefined);
  });

  test('a long frame is quoted shortly', () => {
    assert.ok(refusalOf(`["NEG-MSG","a","${'61'.repeat(100_000)}x"]`).message.length < 200);
  });
});

describe('a NEG frame of a relay', () => {
  for (const [message, text] of [
    [{ type: 'NEG-MSG', subId: 'a', frame }, '["NEG-MSG","a","6100ff"]'],
    [{ type: 'NEG-ERR', subId: 'a', message: 'closed: idle' }, '["NEG-ERR","a","closed: idle"]'],
    [
      { type: 'NEG-ERR', subId: 'a', message: 'blocked: too many', max: 500 },
      '["NEG-ERR","a","blocked: too many",500]',
    ],
  ] as [RelayMessage, string][]) {
    test(`${text} is read as it was written`, () => {
      assert.equal(encodeRelayMessage(message), text);
      assert.deepEqual(parseRelayMessage(text), message);
    });
  }

  test('is taken when nothing is lost by it', () => {
    assert.deepEqual(parseRelayMessage('["NEG-ERR","a"]'), { type: 'NEG-ERR', subId: 'a', message: '' });
    assert.deepEqual(parseRelayMessage('["NEG-ERR","a","x","many"]'), {
      type: 'NEG-ERR',
      subId: 'a',
      message: 'x',
    });
    assert.deepEqual(parseRelayMessage('["NEG-MSG","a","6100FF"]'), { type: 'NEG-MSG', subId: 'a', frame });
  });

  test('is refused when its bytes are none', () => {
    for (const text of ['["NEG-MSG","a"]', '["NEG-MSG","a","6"]', '["NEG-MSG",1,"61"]', '["NEG-ERR"]'])
      assert.throws(() => parseRelayMessage(text), InvalidMessage);
  });
});
