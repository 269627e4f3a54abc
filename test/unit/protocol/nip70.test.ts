import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isProtected } from '../../../src/protocol/nip70.ts';

test('a tag named - protects, wherever it stands', () => {
  assert.ok(isProtected({ tags: [['-']] }));
  assert.ok(
    isProtected({
      tags: [
        ['t', 'x'],
        ['-', 'more'],
      ],
    }),
  );
});

test('a - elsewhere does not', () => {
  assert.ok(!isProtected({ tags: [['t', '-'], [], ['--']] }));
  assert.ok(!isProtected({ tags: [] }));
});
