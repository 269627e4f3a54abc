import assert from 'node:assert/strict';
import { test } from 'node:test';
import { collectAsUsual, collectOften } from '../../src/garbage.ts';
import { compiledCodeCheck } from '../support/compiled-code.ts';

test('code that V8 compiled before is good again once garbage is collected as usual', () => {
  const isGood = compiledCodeCheck();
  collectOften();
  assert.equal(isGood(), false);
  collectAsUsual();
  assert.equal(isGood(), true);
});
