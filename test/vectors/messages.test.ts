// Published frames, and a recorded session of a real relay.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEvent } from '../../src/protocol/event.ts';
import {
  encodeClientMessage,
  encodeRelayMessage,
  InvalidMessage,
  parseClientMessage,
  parseRelayMessage,
} from '../../src/protocol/message.ts';
import { checkEvent } from '../../src/protocol/signature.ts';
import { describeVectors, vectorJson, vectorLines } from '../support/vectors.ts';

interface Envelope {
  name: string;
  raw: string;
  parses: boolean;
}

/** The verbs of a client; an EVENT or AUTH belongs to the side that its second element shows. */
function isClientFrame(raw: string): boolean {
  const [verb, second, third] = JSON.parse(raw);
  if (verb === 'COUNT') return third !== undefined && !('count' in third);
  if (verb === 'EVENT' || verb === 'AUTH') return typeof second === 'object';
  return verb === 'REQ' || verb === 'CLOSE';
}

describeVectors('messages/go-nostr-envelopes.json', () => {
  const { cases } = vectorJson('messages/go-nostr-envelopes.json') as { cases: Envelope[] };

  for (const { name, raw, parses } of cases) {
    if (!parses) {
      test(`refuses: ${name}`, () => {
        assert.throws(() => parseClientMessage(raw), InvalidMessage);
        assert.throws(() => parseRelayMessage(raw), InvalidMessage);
      });
      continue;
    }
    test(`reads and writes again: ${name}`, () => {
      const again = isClientFrame(raw)
        ? encodeClientMessage(parseClientMessage(raw))
        : encodeRelayMessage(parseRelayMessage(raw));
      assert.deepEqual(JSON.parse(again), JSON.parse(raw));
    });
  }
});

describeVectors('events/go-nostr-messages.jsonl', () => {
  const frames = vectorLines('events/go-nostr-messages.jsonl').map(parseRelayMessage);

  test('534 valid events and one EOSE', () => {
    const events = frames.filter(frame => frame.type === 'EVENT').map(frame => parseEvent(frame.event));
    assert.equal(events.length, 534);
    assert.deepEqual(
      events.filter(event => checkEvent(event) !== undefined),
      [],
    );
    assert.equal(frames.filter(frame => frame.type === 'EOSE').length, 1);
    assert.equal(frames.length, 535);
  });
});
