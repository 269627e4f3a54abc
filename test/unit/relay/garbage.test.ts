import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Script } from 'node:vm';
import { collectOften } from '../../../src/relay/garbage.ts';

test('code that V8 compiled before is good again once garbage is collected as usual', () => {
  const cachedData = new Script('() => 1').createCachedData();
  // Each time under a name of its own: V8 would otherwise not even look at the data of a script that it has already.
  const isGoodFor = (filename: string) => !new Script('() => 1', { filename, cachedData }).cachedDataRejected;
  const collectAsUsual = collectOften();
  assert.equal(isGoodFor('during.js'), false);
  collectAsUsual();
  assert.equal(isGoodFor('after.js'), true);
});
