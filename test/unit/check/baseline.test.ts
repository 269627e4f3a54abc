import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { failedBefore, InvalidBaseline } from '../../../src/check/baseline.ts';

describe('a baseline', () => {
  test('names what failed', () => {
    const text = '{"case":"a","outcome":"fail"}\n{"case":"b","outcome":"pass"}\n\n{"type":"summary"}\n';
    assert.deepEqual(failedBefore(text), new Set(['a']));
  });

  for (const [text, why] of [
    ['', /no result/],
    ['{"type":"summary"}', /no result/],
    ['TAP version 14', /line 1 is no result of --format json/],
    ['{"case":"a","outcome":"fail"}\n[1]', /line 2 has no "case"/],
    ['null', /line 1 is no result/],
    ['{"case":"a"}', /line 1 has no "case" and "outcome"/],
  ] as const) {
    test(`is not ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => failedBefore(text),
        (error: Error) => error instanceof InvalidBaseline && why.test(error.message),
      );
    });
  }
});
