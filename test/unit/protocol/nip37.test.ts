import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { draftTags, InvalidDraftContent, parseDraftContent } from '../../../src/protocol/nip37.ts';

describe('a draft', () => {
  test('keeps its tags, and says once what it is of', () => {
    const before = [['x'], ['d', 'a', 'b'], ['k', '1']];
    assert.deepEqual(draftTags(before, { d: 'a', kind: 30023 }), [['x'], ['d', 'a', 'b'], ['k', '30023']]);
    assert.deepEqual(draftTags([], { d: '', kind: 1 }), [['k', '1']]);
    assert.deepEqual(draftTags([['k', '1', 'x']], { d: '', kind: 1 }), [['k', '1', 'x']]);
  });

  for (const text of [
    '',
    'null',
    '7',
    '[]',
    '{}',
    '{"kind":1}',
    '{"kind":1,"content":7}',
    '{"kind":-1,"content":""}',
  ])
    test(`is none: ${text}`, () => assert.throws(() => parseDraftContent(text), InvalidDraftContent));

  test('is none with tags or a time that are none', () => {
    for (const field of ['"tags":[[7]]', '"tags":{}', '"created_at":"x"', '"created_at":1.5'])
      assert.throws(() => parseDraftContent(`{"kind":1,"content":"",${field}}`), InvalidDraftContent, field);
  });
});
