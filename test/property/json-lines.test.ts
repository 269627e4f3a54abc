// The framing of what people pipe in: chunks never matter, and bad lines never cost a good one.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { readEventValues } from '../../src/input/event-values.ts';
import { readJsonValues } from '../../src/input/json-values.ts';
import { looseEvent, runs, text } from '../support/arbitraries.ts';

/** One line of input, and the value it must give, if it is a good one. */
interface Written {
  line: string;
  value?: unknown;
}

const good: fc.Arbitrary<Written> = fc
  .tuple(looseEvent, text)
  .map(([event, content]) => ({ ...event, content }))
  .map(value => ({ line: JSON.stringify(value), value }));

/** A proper beginning of a good line: nothing in it closes what it has not opened. */
const truncated: fc.Arbitrary<Written> = fc
  .tuple(good, fc.double({ min: 0.01, max: 0.99, noNaN: true }))
  .map(([{ line }, part]) => ({ line: line.slice(0, Math.max(1, Math.floor(line.length * part))) }));

/** Lines that open, or are nonsense. One that only closes could end a truncated document: that is then pretty JSON. */
const garbage: fc.Arbitrary<Written> = fc
  .constantFrom(
    '',
    '  ',
    '[1,',
    '{"a":',
    '{"a":1,',
    '[',
    '{',
    'x',
    '"',
    '}{',
    '\u0000',
    '[[[',
    '{"a" "b"}',
    '12 34',
  )
  .map(line => ({ line }));

/** Cuts bytes at places given as parts of the whole. */
function cut(bytes: Buffer, parts: readonly number[]): Buffer[] {
  const places = [
    0,
    ...parts.map(part => Math.floor(part * bytes.length)).sort((a, b) => a - b),
    bytes.length,
  ];
  return places.slice(1).map((end, i) => bytes.subarray(places[i], end));
}

async function collect<T>(
  read: (source: AsyncIterable<Buffer>) => AsyncIterable<T[]>,
  chunks: Buffer[],
): Promise<T[]> {
  const items: T[] = [];
  const source = (async function* () {
    yield* chunks;
  })();
  for await (const some of read(source)) items.push(...some);
  return items;
}

const parts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 });
const newline = fc.constantFrom('\n', '\r\n');

describe('lines of JSON', () => {
  test('good ones among truncated and bad ones are all read, in order, with their numbers', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 3, arbitrary: good }, truncated, garbage), { maxLength: 25 }),
        parts,
        newline,
        fc.boolean(),
        fc.boolean(),
        async (written, parts, newline, mark, last) => {
          const body =
            written.map(({ line }) => line).join(newline) + (last && written.length > 0 ? newline : '');
          const bytes = Buffer.from((mark ? '\ufeff' : '') + body);
          const items = await collect(readEventValues, cut(bytes, parts));
          const found = items
            .filter(item => !('problem' in item))
            .map(item => [item.line, 'event' in item ? item.event.toEvent() : 'value' in item && item.value]);
          const expected = written.flatMap(({ value }, i) => (value === undefined ? [] : [[i + 1, value]]));
          assert.deepEqual(
            found.filter(([, value]) => Object.keys(value as object).length > 0),
            expected,
          );
        },
      ),
      runs(300),
    );
  });

  test('chunks never matter', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            good,
            truncated,
            garbage,
            text.map(line => ({ line })),
          ),
          { maxLength: 12 },
        ),
        parts,
        async (written, parts) => {
          const bytes = Buffer.from(written.map(({ line }) => line).join('\n'));
          assert.deepEqual(
            await collect(readJsonValues, cut(bytes, parts)),
            await collect(readJsonValues, [bytes]),
          );
        },
      ),
      runs(200),
    );
  });

  test('any document is read back from its pretty form, between lines of others', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(undefined, 1, 2, '\t')), {
          maxLength: 8,
        }),
        newline,
        async (documents, newline) => {
          const bytes = Buffer.from(
            documents
              .map(([value, indent]) => JSON.stringify(value, null, indent).replaceAll('\n', newline))
              .join(newline),
          );
          const items = await collect(readJsonValues, [bytes]);
          assert.deepEqual(
            items.map(item => 'value' in item && item.value),
            JSON.parse(JSON.stringify(documents.map(([value]) => value))),
          );
        },
      ),
      runs(200),
    );
  });

  test('any bytes give values and problems, never an exception', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.uint8Array({ maxLength: 40 }),
            fc.constantFrom('{"a":', '\n', ']', '"\\').map(text => Buffer.from(text)),
          ),
          { maxLength: 10 },
        ),
        async chunks => {
          for (const item of await collect(
            readEventValues,
            chunks.map(chunk => Buffer.from(chunk)),
          ))
            assert.ok(!('problem' in item) || item.problem !== '');
        },
      ),
      runs(300),
    );
  });
});
