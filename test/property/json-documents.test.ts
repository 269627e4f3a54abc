// Documents over several lines, good and bad ones in one another: what comes of them is what comes of trying every line
// as a beginning, one after the other. That takes a square of the lines; the reader takes each of them once.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type JsonItem, readJsonValues } from '../../src/input/json-values.ts';
import { runs } from '../support/arbitraries.ts';

type Found = [line: number, value: unknown] | [line: number];

/** No document over several lines is nested deeper. */
const MAX_DEPTH = 64;

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

/** The first document that begins in this line, or undefined. */
function documentAt(lines: readonly string[], begin: number): { value: unknown; end: number } | undefined {
  for (let end = begin + 1; end <= lines.length; end++) {
    try {
      const value = JSON.parse(lines.slice(begin, end).join('\n'));
      if (end === begin + 1 || depthOf(value) <= MAX_DEPTH) return { value, end };
      return undefined;
    } catch {
      // it may have its end in a later line
    }
  }
  return undefined;
}

function oracle(lines: readonly string[]): Found[] {
  const found: Found[] = [];
  for (let at = 0; at < lines.length; ) {
    const isBlank = lines[at]!.trim() === '';
    const document = isBlank ? undefined : documentAt(lines, at);
    if (document) found.push([at + 1, document.value]);
    else if (!isBlank) found.push([at + 1]);
    at = document?.end ?? at + 1;
  }
  return found;
}

const foundIn = (items: readonly JsonItem[]): Found[] =>
  items.map(item => ('problem' in item ? [item.line] : [item.line, item.value]));

async function read(text: string): Promise<JsonItem[]> {
  const items: JsonItem[] = [];
  for await (const some of readJsonValues([Buffer.from(text)])) items.push(...some);
  return items;
}

const line = fc.oneof(
  fc.constantFrom(
    '[',
    ']',
    '{',
    '}',
    ',',
    '],',
    '},',
    '1,',
    '1',
    '"a":',
    '"a":1',
    '"a":1,',
    '"a":[',
    '"a":{',
  ),
  fc.constantFrom(
    '',
    ' ',
    '[1',
    '[1,',
    '[[',
    ']]',
    '[]',
    '{}',
    '[],',
    '{},',
    '[{',
    '}]',
    '"x',
    '"x\\q"',
    '01',
    '1.',
  ),
  fc.constantFrom('-', '1e5', '\t[\r', 'true', 'nul', '"\\u12"', '\u2028', '[1] 2', '{"a":1}', '{"a":1},'),
);

/** A run of the same line, as long as the depth that is allowed. */
const run = fc
  .tuple(fc.constantFrom('[', ']', '"a":[', '{', '"a":{', '},', ']]'), fc.integer({ min: 1, max: 70 }))
  .map(([line, times]) => Array.from({ length: times }, () => line));

describe('documents over several lines', () => {
  test('are what trying every line as a beginning gives', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 24 }), async lines => {
        assert.deepEqual(foundIn(await read(lines.join('\n'))), oracle(lines));
      }),
      runs(1000),
    );
  });

  test('also at the depth where a document is given up', async () => {
    const part = fc.oneof(
      run,
      line.map(line => [line]),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 8 }), async parts => {
        const lines = parts.flat();
        assert.deepEqual(foundIn(await read(lines.join('\n'))), oracle(lines));
      }),
      runs(30),
    );
  });
});
