import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { jsonMembers, jsonObject, NoJsonObject } from '../../../src/protocol/json-members.ts';

describe('the members of a JSON object', () => {
  test('are those that JSON.parse finds, and each value means the same', () => {
    const object = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue({ maxDepth: 5 }));
    fc.assert(
      fc.property(object, fc.constantFrom('', ' ', '\n\t'), (value, space) => {
        const text = JSON.stringify(value, null, space);
        const members = jsonMembers(text);
        assert.deepEqual([...members.keys()].sort(), Object.keys(JSON.parse(text)).sort());
        assert.deepEqual(JSON.parse(jsonObject(members)), JSON.parse(text));
        assert.ok(!jsonObject(members).includes('\n'));
      }),
      { seed: 20261129, numRuns: 300 },
    );
  });

  test('keep what JavaScript would change', () => {
    const text = '{"n":12345678901234567890,"e":1e999,"s":"\\ud800\\/","__proto__":{"x":1}}';
    assert.equal(jsonObject(jsonMembers(text)), text);
  });

  test('are found in large texts, but in none that nobody could show', () => {
    const long = JSON.stringify({ a: '\\"'.repeat(300_000), b: 1 });
    assert.equal(jsonObject(jsonMembers(long)), long);
    const nested = (levels: number) => `{"a":${'['.repeat(levels)}${']'.repeat(levels)}}`;
    assert.equal(jsonObject(jsonMembers(nested(99))), nested(99));
    for (const levels of [100, 100_000]) assert.throws(() => jsonMembers(nested(levels)), NoJsonObject);
  });

  for (const text of ['', '1', 'null', '[]', '"{}"', '{"a":1,}', '{}x', '\ufeff{}'])
    test(`are not in ${JSON.stringify(text)}`, () => {
      assert.throws(() => jsonMembers(text), NoJsonObject);
    });
});
