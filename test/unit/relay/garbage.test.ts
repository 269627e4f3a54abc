import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Script } from 'node:vm';
import { collectOften } from '../../../src/relay/garbage.ts';

test('code that V8 compiled before is good again once garbage is collected as usual', () => {
  const isGood = (cachedData: Buffer) =>
    new Script('() => 1', { filename: `f${Math.random()}`, cachedData }).cachedDataRejected === false;
  const compiled = new Script('() => 1').createCachedData();
  const collectAsUsual = collectOften();
  assert.equal(isGood(compiled), false);
  collectAsUsual();
  assert.equal(isGood(compiled), true);
});
