// The published vectors of NIP-01: serialisation and ids, whole events, real events, BIP-340 signatures.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { schnorr } from '@noble/curves/secp256k1.js';
import { verifySchnorr } from 'tiny-secp256k1';
import {
  type EventTemplate,
  eventId,
  InvalidEvent,
  parseEvent,
  parseEventJson,
  serializeEvent,
  stringifyEvent,
  type UnsignedEvent,
} from '../../src/protocol/event.ts';
import { bytesToHex, hexToBytes } from '../../src/protocol/hex.ts';
import { publicKeyOf } from '../../src/protocol/keys.ts';
import { checkEvent, hasValidSignature, signEvent } from '../../src/protocol/signature.ts';
import { describeVectors, realEvents, vectorJson, vectorLines } from '../support/vectors.ts';

interface SerializationCase extends UnsignedEvent {
  name: string;
  serialized: string;
  id: string;
}

interface AmbiguousCase extends UnsignedEvent {
  name: string;
  id_defacto: string;
  id_literal_nip01: string;
}

describeVectors('nip01/serialization.json', () => {
  const { cases, ambiguous } = vectorJson('nip01/serialization.json') as {
    cases: SerializationCase[];
    ambiguous: AmbiguousCase[];
  };

  for (const vector of cases) {
    test(vector.name, () => {
      assert.equal(serializeEvent(vector), vector.serialized);
      assert.equal(eventId(vector), vector.id);
    });
  }

  // Ambiguous: NIP-01 would have other control characters verbatim, every implementation writes \u00xx.
  // We hash as the implementations do; the literal reading must not be what we compute.
  for (const vector of ambiguous) {
    test(`${vector.name}: the id all implementations compute`, () => {
      assert.equal(eventId(vector), vector.id_defacto);
      assert.notEqual(eventId(vector), vector.id_literal_nip01);
    });
  }
});

interface RawCase {
  name: string;
  raw: string;
  layer?: 'json' | 'format' | 'id' | 'sig';
}

/** The layer at which raw text fails, or undefined when it is a valid event. */
function failingLayer(raw: string): string | undefined {
  try {
    const failed = checkEvent(parseEventJson(raw));
    return failed === 'signature' ? 'sig' : failed;
  } catch (error) {
    assert.ok(error instanceof InvalidEvent);
    return error.layer;
  }
}

describeVectors('nip01/events-derived.json', () => {
  const { valid, invalid, secret_keys, pubkeys } = vectorJson('nip01/events-derived.json') as {
    valid: RawCase[];
    invalid: RawCase[];
    secret_keys: Record<string, string>;
    pubkeys: Record<string, string>;
  };

  // "empty tags [[]]" is optional by its note; we accept it, as relays do.
  for (const { name, raw } of valid) {
    test(`accepts: ${name}`, () => assert.equal(failingLayer(raw), undefined));
  }

  for (const { name, raw, layer } of invalid) {
    test(`refuses at the layer ${layer}: ${name}`, () => assert.equal(failingLayer(raw), layer));
  }

  test('derives the public keys of the file', () => {
    for (const [name, secret] of Object.entries(secret_keys)) {
      assert.equal(publicKeyOf(hexToBytes(secret)), pubkeys[name]);
    }
  });

  test('signs as the file does, with aux_rand of zeros', () => {
    const event = parseEventJson(valid[0]!.raw);
    const signed = signEvent(event as EventTemplate, hexToBytes(secret_keys['B']!), new Uint8Array(32));
    assert.deepEqual(signed, event);
  });
});

describeVectors('bip340/bip340-test-vectors.csv', () => {
  for (const line of vectorLines('bip340/bip340-test-vectors.csv').slice(1)) {
    const [index, secret, pubkey, auxRand, message, sig, result, comment = ''] = line
      .toLowerCase()
      .split(',') as [string, string, string, string, string, string, string, string];

    test(`${index}: ${result} ${comment}`, () => {
      const expected = result === 'true';
      assert.equal(verifyBytes(sig, message, pubkey), expected);
      // Through the event door where the message can be an id.
      if (message.length === 64) {
        const event = { id: message, pubkey, sig, created_at: 0, kind: 1, tags: [], content: '' };
        assert.equal(hasValidSignature(event), expected);
      }
    });

    if (secret !== '') {
      test(`${index}: the signature is reproduced`, () => {
        assert.equal(publicKeyOf(hexToBytes(secret)), pubkey);
        const signature = schnorr.sign(hexToBytes(message), hexToBytes(secret), hexToBytes(auxRand));
        assert.equal(bytesToHex(signature), sig);
      });
    }
  }
});

const bytesOf = (id: string, pubkey: string, sig: string) =>
  [hexToBytes(id), hexToBytes(pubkey), hexToBytes(sig)] as const;

function verifyBytes(sig: string, message: string, pubkey: string): boolean {
  try {
    return schnorr.verify(hexToBytes(sig), hexToBytes(message), hexToBytes(pubkey));
  } catch {
    return false;
  }
}

/** Our own signatures take two milliseconds each: in `npm run soak` each is checked by them too. */
const EACH = process.env['NOST_SOAK'] === undefined ? 10 : 1;

describeVectors('events', () => {
  test('all 2,515 real events have their id and signature', () => {
    const events = realEvents();
    assert.equal(events.length, 2515);
    assert.deepEqual(
      events.filter(event => eventId(event) !== event.id),
      [],
    );
    assert.deepEqual(
      events.filter(({ id, pubkey, sig }) => !verifySchnorr(...bytesOf(id, pubkey, sig))),
      [],
    );
    assert.deepEqual(
      events.filter((event, i) => i % EACH === 0 && checkEvent(event) !== undefined),
      [],
    );
  });

  test('what is printed of a real event parses to the same event, in canonical key order', () => {
    for (const event of realEvents()) {
      const line = stringifyEvent(event);
      assert.deepEqual(parseEventJson(line), event);
      assert.deepEqual(Object.keys(JSON.parse(line)), [
        'id',
        'pubkey',
        'created_at',
        'kind',
        'tags',
        'content',
        'sig',
      ]);
    }
  });
});

describe('a value that came another way than as text', () => {
  test('is checked by the same door', () => {
    assert.throws(() => parseEvent([]), InvalidEvent);
  });
});
