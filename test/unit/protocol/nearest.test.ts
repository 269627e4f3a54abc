import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from '../../../src/protocol/nearest.ts';

const WORDS = ['note', 'article', 'profile', 'zap'];

test('one slip in three letters is forgiven', () => {
  for (const [typed, meant] of [
    ['nte', 'note'],
    ['notte', 'note'],
    ['NOTE', 'note'],
    ['artilce', 'article'],
    ['zpa', 'zap'],
    ['proffil', 'profile'],
    ['nto', 'note'],
  ] as const) {
    assert.equal(nearest(typed, WORDS), meant);
  }
});

test('more is no guess', () => {
  for (const typed of ['', 'banana', 'xy', 'x'.repeat(1000)]) assert.equal(nearest(typed, WORDS), undefined);
  assert.equal(nearest('note', []), undefined);
});

test('the first of two equally near wins', () => {
  assert.equal(nearest('bat', ['cat', 'rat']), 'cat');
});
