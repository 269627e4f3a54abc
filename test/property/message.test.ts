// Frames: what is written reads back; whatever comes in, nothing but the typed error comes out.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type ClientMessage,
  encodeClientMessage,
  encodeRelayMessage,
  InvalidMessage,
  parseClientMessage,
  parseReason,
  parseRelayMessage,
  type RelayMessage,
} from '../../src/protocol/message.ts';
import { filter, record, runs, signedEvent, text } from '../support/arbitraries.ts';

const subId = fc.string({ minLength: 1, maxLength: 32, unit: 'binary' }).filter(id => id.length <= 64);
const filters = fc.array(filter, { minLength: 1, maxLength: 3 });

const bytes = fc.uint8Array({ maxLength: 40 });

const clientMessage: fc.Arbitrary<ClientMessage> = fc.oneof(
  record({ type: fc.constantFrom('EVENT' as const, 'AUTH' as const), event: signedEvent }),
  record({ type: fc.constantFrom('REQ' as const, 'COUNT' as const), subId, filters }),
  record({ type: fc.constantFrom('CLOSE' as const, 'NEG-CLOSE' as const), subId }),
  record({ type: fc.constant('NEG-OPEN' as const), subId, filter, frame: bytes }),
  record({ type: fc.constant('NEG-MSG' as const), subId, frame: bytes }),
);

const relayMessage: fc.Arbitrary<RelayMessage> = fc.oneof(
  record({ type: fc.constant('EVENT' as const), subId, event: signedEvent }),
  record({ type: fc.constant('OK' as const), eventId: text, accepted: fc.boolean(), message: text }),
  record({
    type: fc.constant('EOSE' as const),
    subId,
    hint: fc.constantFrom(undefined, 'finish' as const, 'more' as const),
  }),
  record({ type: fc.constant('CLOSED' as const), subId, message: text }),
  record({ type: fc.constant('NOTICE' as const), message: text }),
  record({ type: fc.constant('AUTH' as const), challenge: text }),
  record(
    {
      type: fc.constant('COUNT' as const),
      subId,
      count: fc.maxSafeNat(),
      approximate: fc.boolean(),
      hll: fc.constantFrom('00'.repeat(256), 'ff'.repeat(256)),
    },
    { requiredKeys: ['type', 'subId', 'count'] },
  ),
  record({ type: fc.constant('NEG-MSG' as const), subId, frame: bytes }),
  record(
    { type: fc.constant('NEG-ERR' as const), subId, message: text, max: fc.maxSafeNat() },
    { requiredKeys: ['type', 'subId', 'message'] },
  ),
);

/** Frames that are nearly right: a verb and then anything, or a good frame cut or changed at one place. */
const nearlyFrame = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc
    .tuple(
      fc.constantFrom(
        'EVENT',
        'REQ',
        'COUNT',
        'CLOSE',
        'AUTH',
        'OK',
        'EOSE',
        'CLOSED',
        'NOTICE',
        'NEG-OPEN',
        'NEG-MSG',
        'NEG-ERR',
        '',
      ),
      fc.array(fc.oneof(fc.jsonValue(), fc.constant('a'), fc.constant({})), { maxLength: 4 }),
    )
    .map(([verb, rest]) => JSON.stringify([verb, ...rest])),
  fc
    .tuple(
      fc.oneof(clientMessage.map(encodeClientMessage), relayMessage.map(encodeRelayMessage)),
      fc.nat(),
      text,
    )
    .map(([frame, at, put]) => {
      const cut = at % (frame.length + 1);
      return frame.slice(0, cut) + put + frame.slice(cut + (at % 3));
    }),
);

describe('frames', () => {
  test('a client frame reads back as it was written', () => {
    fc.assert(
      fc.property(clientMessage, message => {
        assert.deepEqual(parseClientMessage(encodeClientMessage(message)), message);
      }),
      runs(60),
    );
  });

  test('a relay frame reads back as it was written', () => {
    fc.assert(
      fc.property(relayMessage, message => {
        assert.deepEqual(parseRelayMessage(encodeRelayMessage(message)), message);
      }),
      runs(60),
    );
  });

  for (const parse of [parseClientMessage, parseRelayMessage]) {
    test(`${parse.name} throws nothing but InvalidMessage, and says it shortly on one line`, () => {
      fc.assert(
        fc.property(nearlyFrame, frame => {
          try {
            parse(frame);
          } catch (error) {
            assert.ok(error instanceof InvalidMessage, String(error));
            assert.ok(error.message.length < 400 && !/[\n\r\u001b\u009b]/.test(error.message), error.message);
          }
        }),
        runs(400),
      );
    });

    test(`${parse.name} survives nesting of any depth`, () => {
      const deep = `["REQ","a",${'['.repeat(5000)}${']'.repeat(5000)}]`;
      for (const frame of [deep, `["EVENT",${deep}]`, '['.repeat(100_000)]) {
        try {
          parse(frame);
        } catch (error) {
          assert.ok(error instanceof InvalidMessage, String(error));
        }
      }
    });
  }

  test('a reason loses nothing: prefix and text are in the message', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          text.map(rest => `blocked: ${rest}`),
        ),
        message => {
          const { prefix, text: rest } = parseReason(message);
          assert.ok(message.endsWith(rest));
          if (prefix && prefix !== 'error') assert.ok(message.startsWith(prefix));
        },
      ),
      runs(100),
    );
  });
});
