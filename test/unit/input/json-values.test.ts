import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { type JsonItem, readJsonValues } from '../../../src/input/json-values.ts';
import { Line } from '../../../src/input/lines.ts';

async function read(...chunks: string[]): Promise<JsonItem[]> {
  const items: JsonItem[] = [];
  const source = (async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk);
  })();
  for await (const some of readJsonValues(source)) for (const item of some) items.push(item);
  return items;
}

/** Values as [line, value], problems as the number of their line. */
const sketch = async (...chunks: string[]) =>
  (await read(...chunks)).map(item => ('problem' in item ? item.line : [item.line, item.value]));

describe('JSON values', () => {
  test('one a line, blank lines between', async () =>
    assert.deepEqual(await sketch('{"a":1}\n\n  \n[2]\r\n3\n"x"\nnull'), [
      [1, { a: 1 }],
      [4, [2]],
      [5, 3],
      [6, 'x'],
      [7, null],
    ]));

  test('pretty-printed, numbered by their first line', async () => {
    const pretty = JSON.stringify({ a: [1, 2], b: {} }, null, 2);
    assert.deepEqual(await sketch(`${pretty}\n{"c":1}\n${pretty}`), [
      [1, { a: [1, 2], b: {} }],
      [8, { c: 1 }],
      [9, { a: [1, 2], b: {} }],
    ]);
  });

  test('a bad line says so with its number, and takes no neighbour with it', async () => {
    assert.deepEqual(await sketch('{"a":1}\nnonsense\n{"b":2}\n'), [[1, { a: 1 }], 2, [3, { b: 2 }]]);
    assert.match(((await read('x'))[0] as { problem: string }).problem, /^not JSON: /);
  });

  test('a truncated line does not swallow those that follow', async () => {
    for (const cut of ['{', '{"id":"a"', '{"id":"a",', '{"id":', '{"tags":[["e"', '[1,', '{"content":"unfin'])
      assert.deepEqual(await sketch(`${cut}\n{"b":1}\n{"c":2}\n`), [1, [2, { b: 1 }], [3, { c: 2 }]], cut);
  });

  test('truncated lines in a row, and one at the end', async () =>
    assert.deepEqual(await sketch('{"a":\n[1,\n{"b":1}\n{"c":\n{"d":2}\n{"e":'), [
      1,
      2,
      [3, { b: 1 }],
      4,
      [5, { d: 2 }],
      6,
    ]));

  test('a pretty document cut in the middle leaves the next one whole', async () =>
    assert.deepEqual(await sketch('{\n  "a": 1,\n{"b":2}\n'), [1, 2, [3, { b: 2 }]]));

  test('lines that never close are read again without a cost that explodes', {
    timeout: 120_000,
  }, async () => {
    const hostile = '[1,\n'.repeat(20_000);
    const items = await read(`${hostile}{"b":2}\n`);
    assert.equal(items.length, 20_001);
    assert.deepEqual(items.at(-1), { line: 20_001, value: { b: 2 } });
  });

  test('a long document that fails at its end is given back line by line', async () => {
    const count = 130_000;
    const items = await read(`{\n${'"a":1,\n'.repeat(count)}x\n{"b":2}`);
    assert.equal(items.length, count + 3);
    assert.deepEqual(items.at(-1), { line: count + 3, value: { b: 2 } });
  });

  test('a line of megabytes that is cut is one bad line', async () => {
    const items = await sketch(`{"content":"${'x'.repeat(9_000_000)}"\n{"b":2}\n`);
    assert.deepEqual(items, [1, [2, { b: 2 }]]);
  });

  test('duplicate keys: the last wins', async () =>
    assert.deepEqual(await sketch('{"a":1,"a":2}'), [[1, { a: 2 }]]));

  test('nesting without end is a value or a problem, never a crash', async () => {
    const deep = '['.repeat(100_000);
    assert.equal((await read(`${deep}\n${deep}${']'.repeat(100_000)}\n{"a":1}`)).length, 3);
  });
});

describe('the work for lines that begin what never ends', () => {
  /** How often the text of a line is asked for, for each line. */
  async function readings(t: TestContext, lines: readonly string[]): Promise<number> {
    const { get } = Object.getOwnPropertyDescriptor(Line.prototype, 'text')!;
    let count = 0;
    t.mock.getter(Line.prototype, 'text', function (this: Line) {
      count++;
      return get!.call(this);
    });
    for await (const _ of readJsonValues([Buffer.from(lines.join('\n'))]));
    return count / lines.length;
  }

  const many = Array.from({ length: 20_000 }, () => '1,');
  const inner = Array.from({ length: 20_000 }, () => '[1],');
  const nested = Array.from({ length: 63 }, () => '[');
  const closing = (end: string) => Array.from({ length: 63 }, () => end);
  for (const [name, lines] of [
    ['many beginnings before many lines', [...nested, ...many]],
    ['many beginnings, and a number that is none at their end', [...nested, ...many, '01', ...closing(']')]],
    ['beginnings that end with something behind them', [...nested, ...many, '1', ...closing('],')]],
    ['nothing but beginnings', Array.from({ length: 20_000 }, () => '[')],
    ['beginnings in turn', Array.from({ length: 10_000 }, () => ['{"a":', '[']).flat()],
    ['documents inside', [...nested, ...inner, 'x']],
  ] as const)
    test(`is in proportion to them: ${name}`, async t => {
      const each = await readings(t, lines);
      assert.ok(each <= 4, `each line was read ${each} times`);
    });

  test('of millions of them little is kept in memory, and they are told of in pieces', async () => {
    const bytes = Buffer.from(`[\n${'1,\n'.repeat(100_000)}`);
    const sizes: number[] = [];
    for await (const items of readJsonValues([bytes])) sizes.push(items.length);
    assert.ok(sizes.length > 50 && Math.max(...sizes) <= 1000, sizes.join());
  });
});
