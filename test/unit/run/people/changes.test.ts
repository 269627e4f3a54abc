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
    const pubkey = '3bf0c63fcb93463407af97a5e5ee64fa883d107ef9e558472c4eb9aaaefa459d';
    const npub = 'npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6';
    assert.deepEqual(tagChanges([], [['p', pubkey]]), [`+ ["p","${pubkey}"] ${npub}`]);
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
