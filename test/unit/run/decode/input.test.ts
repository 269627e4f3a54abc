import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import { inputOf, readInput } from '../../../../src/run/decode/input.ts';

async function read(...chunks: string[]): Promise<unknown[]> {
  const inputs: unknown[] = [];
  for await (const some of readInput(Readable.from(chunks.map(chunk => Buffer.from(chunk)))))
    inputs.push(...some);
  return inputs;
}

describe('on stdin', () => {
  test('words stand between blanks and line ends, beside events in one line or in many', async () => {
    const text = '\ufeff a b\r\n\n\tc\u00a0é\n{"kind":1}\n{\n "kind":\n 2\n}\n[{"kind":3},"d e"]\n"f"\ng';
    const inputs = [
      { line: 1, word: 'a' },
      { line: 1, word: 'b' },
      { line: 3, word: 'c' },
      { line: 3, word: 'é' },
      { line: 4, value: { kind: 1 } },
      { line: 5, value: { kind: 2 } },
      { line: 9, value: { kind: 3 } },
      { line: 9, word: 'd' },
      { line: 9, word: 'e' },
      { line: 10, word: 'f' },
      { line: 11, word: 'g' },
    ];
    assert.deepEqual(await read(text), inputs);
    assert.deepEqual(
      await read(...text.replaceAll('\u00a0', ' ').replace('é', 'e').replace('\ufeff', ''), '').then(
        all => all.length,
      ),
      inputs.length,
    );
  });

  test('frames are unwrapped', async () => {
    assert.deepEqual(await read('["EVENT",{"kind":1}]\n["EVENT","s",{"kind":2}]\n'), [
      { line: 1, value: { kind: 1 } },
      { line: 2, value: { kind: 2 } },
    ]);
  });

  test('a broken document costs no word that follows, and nothing of it is quoted', async () => {
    const inputs = (await read('{"kind":leader}\na\n[[1],2,null]\n["EVENT"]\nb\n')) as {
      problem?: string;
      word?: string;
    }[];
    assert.deepEqual(
      inputs.flatMap(({ word }) => word ?? []),
      ['a', 'b'],
    );
    assert.equal(inputs.length, 7);
    for (const { problem = '' } of inputs) assert.doesNotMatch(problem, /leader/);
  });
});

test('a word of the command line may be JSON with several events', () => {
  assert.deepEqual(inputOf(' npub1 '), [{ line: 1, word: 'npub1' }]);
  assert.deepEqual(inputOf('[{"kind":1},{"kind":2}]'), [
    { line: 1, value: { kind: 1 } },
    { line: 1, value: { kind: 2 } },
  ]);
  assert.match((inputOf('{"a":leader}')[0] as { problem: string }).problem, /^not JSON(?!.*leader)/);
});
