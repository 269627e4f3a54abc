import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Line, MAX_LINE_BYTES, readLines } from '../../../src/input/lines.ts';

async function lines(...chunks: (string | Buffer)[]): Promise<Line[]> {
  const all: Line[] = [];
  const source = (async function* () {
    for (const chunk of chunks) yield Buffer.from(chunk as string);
  })();
  for await (const some of readLines(source)) all.push(...some);
  return all;
}

const texts = async (...chunks: (string | Buffer)[]) => (await lines(...chunks)).map(({ text }) => text);

describe('lines', () => {
  test('are numbered from 1, empty ones too', async () => {
    assert.deepEqual(
      (await lines('a\n\nb\n')).map(({ number, text }) => [number, text]),
      [
        [1, 'a'],
        [2, ''],
        [3, 'b'],
      ],
    );
  });

  test('need no newline at the end', async () => assert.deepEqual(await texts('a\nb'), ['a', 'b']));

  test('of nothing are none', async () => {
    assert.deepEqual(await texts(), []);
    assert.deepEqual(await texts(''), []);
  });

  test('may end in CRLF', async () => assert.deepEqual(await texts('a\r\nb\r', '\nc\r\n'), ['a', 'b', 'c']));

  test('lose a byte order mark', async () =>
    assert.deepEqual(await texts('\ufeffa\nb\n', '\ufeffc\n'), ['a', 'b', 'c']));

  test('may be cut anywhere by the chunks, inside a character too', async () => {
    const bytes = Buffer.from('né 😀\nzwei\n');
    for (let at = 0; at <= bytes.length; at++)
      assert.deepEqual(await texts(bytes.subarray(0, at), bytes.subarray(at)), ['né 😀', 'zwei']);
  });

  test('that are no UTF-8 are faulty alone', async () => {
    const all = await lines(Buffer.from([0x61, 0x0a, 0xc3, 0x28, 0x0a, 0xff, 0x0a, 0x62, 0x0a, 0xe2, 0x82]));
    assert.deepEqual(
      all.map(({ problem }) => problem?.slice(0, 9)),
      [undefined, 'not UTF-8', 'not UTF-8', undefined, 'not UTF-8'],
    );
    assert.deepEqual([all[0]!.text, all[3]!.text], ['a', 'b']);
  });

  test('in UTF-16 are none: the first says so, for all', async () => {
    const bytes = Buffer.from('\ufeffa\nb\n', 'utf16le');
    for (const source of [bytes, bytes.subarray(2)]) {
      const all = await lines(source);
      assert.deepEqual([all.length, all[0]!.number], [1, 1]);
      assert.match(all[0]!.problem!, /^UTF-16/);
    }
  });

  test('too long to hold are faulty alone, and are not held', async () => {
    const megabyte = Buffer.alloc(1024 * 1024, 'x');
    const count = MAX_LINE_BYTES / megabyte.length + 1;
    const source = (async function* () {
      yield Buffer.from('a\n');
      for (let i = 0; i < count; i++) yield megabyte;
      yield Buffer.from('\nb');
    })();
    const all: Line[] = [];
    for await (const some of readLines(source)) all.push(...some);
    assert.deepEqual(
      all.map(({ number, text }) => [number, text]),
      [
        [1, 'a'],
        [2, ''],
        [3, 'b'],
      ],
    );
    assert.match(all[1]!.problem!, /is too long/);
  });

  test('may hold NUL and other controls', async () =>
    assert.deepEqual(await texts('a\0\u0001b\n'), ['a\0\u0001b']));
});
