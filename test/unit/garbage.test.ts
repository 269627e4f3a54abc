import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keepMemoryLow } from '../../src/garbage.ts';
import { compiledCodeCheck } from '../support/compiled-code.ts';

test('code that V8 compiled before is good again once nobody wants memory kept low', () => {
  const isGood = compiledCodeCheck();
  const [first, second] = [keepMemoryLow(), keepMemoryLow()];
  assert.equal(isGood(), false);
  first();
  first();
  assert.equal(isGood(), false);
  second();
  assert.equal(isGood(), true);
});
