import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { contentChange, isUnchanged, tagChanges } from '../../../../src/run/people/changes.ts';

describe('what changes', () => {
  test('are the tags that went and those that came, each as often as it did', () => {
    const before = [
      ['p', 'a'],
      ['p', 'b'],
      ['t', 'x'],
      ['t', 'x'],
    ];
    const after = [
      ['p', 'b'],
      ['t', 'x'],
      ['p', 'c'],
    ];
    assert.deepEqual(tagChanges(before, after), ['- ["p","a"]', '- ["t","x"]', '+ ["p","c"]']);
  });

  test('is the order alone', () => {
    assert.deepEqual(tagChanges([['a'], ['b']], [['b'], ['a']]), ['the tags are in another order']);
    assert.equal(
      isUnchanged({ tags: [['a'], ['b']], content: '' }, { tags: [['b'], ['a']], content: '' }),
      false,
    );
  });

  test('is a content that nobody can read', () => {
    assert.deepEqual(contentChange('abc', 'abcd'), ['the content is another: 3 characters before, 4 now']);
    assert.deepEqual(contentChange('abc', 'abc'), []);
  });
});
