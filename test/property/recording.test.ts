// Recordings: what is written reads back; whatever a file holds, nothing but the typed error comes out.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  checkRecordingHead,
  type Entry,
  encodeEntry,
  encodeRecordingHead,
  type Happening,
  InvalidRecording,
  parseEntry,
} from '../../src/protocol/recording.ts';
import { readRecording } from '../../src/server/replay/recorded-session.ts';
import { record, runs, text } from '../support/arbitraries.ts';

const base64 = fc.uint8Array({ maxLength: 40 }).map(bytes => Buffer.from(bytes).toString('base64'));
const status = fc.integer({ min: 200, max: 599 });
const headers = fc.dictionary(fc.stringMatching(/^[a-z][a-z-]{0,9}$/), fc.stringMatching(/^[ -~]{0,20}$/), {
  noNullPrototype: true,
});

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.constant({ what: 'open' as const }),
  record({ what: fc.constantFrom('sent' as const, 'received' as const), text }),
  record({ what: fc.constant('binary' as const), base64 }),
  record({
    what: fc.constant('closed' as const),
    by: fc.constantFrom('relay' as const, 'client' as const, 'nobody' as const),
    code: fc.integer({ min: 0, max: 65535 }),
    reason: text,
  }),
  record({ what: fc.constant('failed' as const), reason: text, status, isLate: fc.boolean() }),
  record({ what: fc.constant('request' as const), method: text, path: text }),
  record({ what: fc.constant('response' as const), status, headers, text }),
  record({ what: fc.constant('response' as const), status, headers, base64 }),
) as fc.Arbitrary<Happening>;

const entry = fc
  .tuple(happening, fc.nat(), fc.integer({ min: 1, max: 5 }))
  .map(([what, at, connection]) => ({ at, connection, relay: `ws://${connection}.com`, ...what }) as Entry);

describe('a recording', () => {
  test('reads back as it was written', () => {
    fc.assert(
      fc.property(entry, each => assert.deepEqual(parseEntry(encodeEntry(each)), { ...each })),
      runs(500),
    );
  });

  test('as a file, with every line at its connection', () => {
    const head = encodeRecordingHead('0.1.0', 0);
    checkRecordingHead(head);
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 20 }), entries => {
        const lines = [head, ...entries.map(encodeEntry)].map(line => `${line}\n`).join('');
        const { relays, isCut } = readRecording(Buffer.from(lines));
        assert.equal(isCut, false);
        for (const { url, connections } of relays)
          for (const steps of connections) {
            const own = entries.filter(({ relay }) => relay === url);
            assert.deepEqual(
              steps.map(({ line: _, ...step }) => step),
              own,
            );
          }
      }),
      runs(200),
    );
  });

  test('cut anywhere, still reads', () => {
    const head = `${encodeRecordingHead('0.1.0', 0)}\n`;
    fc.assert(
      fc.property(fc.array(entry, { minLength: 1, maxLength: 5 }), fc.nat(), (entries, at) => {
        const bytes = Buffer.from(head + entries.map(each => `${encodeEntry(each)}\n`).join(''));
        readRecording(bytes.subarray(0, head.length + (at % (bytes.length - head.length))));
      }),
      runs(500),
    );
  });

  test('of anything else is an InvalidRecording', () => {
    const anyLine = fc.oneof(fc.json(), fc.string(), entry.map(encodeEntry));
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 5 }), lines => {
        try {
          readRecording(Buffer.from(['{"nost_recording":1}', ...lines].join('\n')));
        } catch (error) {
          assert.ok(error instanceof InvalidRecording, String(error));
        }
      }),
      runs(500),
    );
  });
});

test('a recording of more lines than can be played is refused', () => {
  const bytes = Buffer.from(`${encodeRecordingHead('0.1.0', 0)}\n${'\n'.repeat(1_000_000)}`);
  assert.throws(
    () => readRecording(bytes),
    error => error instanceof InvalidRecording && /more than 1000000 lines/.test(error.message),
  );
});
