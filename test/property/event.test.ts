// Laws of events: what is signed verifies, what is written reads back, nostr-tools agrees.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import * as tools from 'nostr-tools/pure';
import {
  eventId,
  InvalidEvent,
  parseEvent,
  parseEventJson,
  serializeEvent,
  stringifyEvent,
} from '../../src/protocol/event.ts';
import { publicKeyOf } from '../../src/protocol/keys.ts';
import { committedDifficulty, difficultyOf, mineChunk } from '../../src/protocol/nip13.ts';
import { checkEvent, signEvent } from '../../src/protocol/signature.ts';
import { runs, secretKey, signedEvent, template } from '../support/arbitraries.ts';

describe('events', () => {
  test('what is signed verifies, here and in nostr-tools', () => {
    fc.assert(
      fc.property(signedEvent, event => {
        assert.equal(checkEvent(event), undefined);
        assert.ok(tools.verifyEvent({ ...event }));
        assert.equal(tools.getEventHash(event), event.id);
        assert.equal(tools.serializeEvent(event), serializeEvent(event));
      }),
      runs(40),
    );
  });

  test('what nostr-tools signs verifies here', () => {
    fc.assert(
      fc.property(template, secretKey, (draft, secret) => {
        const event = parseEvent({ ...tools.finalizeEvent(draft, secret) });
        assert.equal(checkEvent(event), undefined);
        assert.equal(event.pubkey, publicKeyOf(secret));
        assert.equal(event.id, signEvent(draft, secret).id);
      }),
      runs(25),
    );
  });

  test('what is written reads back the same', () => {
    fc.assert(
      fc.property(signedEvent, event => {
        assert.deepEqual(parseEventJson(stringifyEvent(event)), event);
        assert.deepEqual(parseEventJson(JSON.stringify(event, undefined, 2)), event);
        assert.equal(JSON.stringify(parseEvent(event)), stringifyEvent(event));
      }),
      runs(40),
    );
  });

  test('any changed field breaks the id', () => {
    fc.assert(
      fc.property(signedEvent, fc.constantFrom('content', 'kind', 'created_at', 'tags'), (event, field) => {
        const changes = {
          content: `${event.content}x`,
          kind: event.kind === 0 ? 1 : event.kind - 1,
          created_at: event.created_at === 0 ? 1 : event.created_at - 1,
          tags: [...event.tags, []],
        };
        assert.equal(checkEvent({ ...event, [field]: changes[field] }), 'id');
      }),
      runs(40),
    );
  });

  test('any flipped bit of the signature breaks it', () => {
    fc.assert(
      fc.property(signedEvent, fc.nat({ max: 127 }), fc.integer({ min: 1, max: 15 }), (event, at, flip) => {
        const digit = (Number.parseInt(event.sig[at]!, 16) ^ flip).toString(16);
        const sig = event.sig.slice(0, at) + digit + event.sig.slice(at + 1);
        assert.equal(checkEvent({ ...event, sig }), 'signature');
      }),
      runs(25),
    );
  });
});

describe('parseEventJson', () => {
  test('throws nothing but InvalidEvent, whatever the text', () => {
    const anyText = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json(),
      fc.jsonValue().map(value => JSON.stringify(value)),
      signedEvent.chain(event =>
        fc
          .tuple(fc.constantFrom(...Object.keys(event)), fc.jsonValue())
          .map(([field, value]) => JSON.stringify({ ...event, [field]: value })),
      ),
      fc.tuple(signedEvent, fc.nat()).map(([event, cut]) => {
        const line = stringifyEvent(event);
        return line.slice(0, cut % line.length);
      }),
    );
    fc.assert(
      fc.property(anyText, line => {
        try {
          const event = parseEventJson(line);
          checkEvent(event);
          assert.deepEqual(parseEventJson(stringifyEvent(event)), event);
        } catch (error) {
          assert.ok(error instanceof InvalidEvent, String(error));
        }
      }),
      runs(200),
    );
  });
});

describe('mining', () => {
  test('whatever the event, what is found hashes to its id and holds its target', () => {
    fc.assert(
      fc.property(template, fc.nat({ max: 5 }), (draft, bits) => {
        const mined = mineChunk({ ...draft, pubkey: 'ab'.repeat(32) }, bits, { from: 0, attempts: 2000 });
        assert.ok(mined);
        assert.equal(eventId(mined), mined.id);
        assert.ok(difficultyOf(mined.id) >= bits);
        assert.equal(committedDifficulty(mined), bits);
      }),
      runs(30),
    );
  });
});
