import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { keepGarbageSmall, keepMemoryLow, prepareNetwork } from '../../src/v8-flags.ts';
import { compiledCodeCheck } from '../support/compiled-code.ts';

test('memory is kept low until the last who wanted it has ended it, each of them once', () => {
  const isAsUsual = compiledCodeCheck();
  const [first, second] = [keepMemoryLow(), keepMemoryLow()];
  first();
  first();
  assert.equal(isAsUsual(), false);
  const third = keepMemoryLow();
  second();
  assert.equal(isAsUsual(), false);
  third();
  assert.equal(isAsUsual(), true);
});

test('it is said to V8 each time, for a new thread makes V8 forget it', () => {
  const isAsUsual = compiledCodeCheck();
  const first = keepMemoryLow();
  setFlagsFromString('--semi-space-growth-factor=2'); // what the heap of a new thread does
  assert.equal(isAsUsual(), true);
  const second = keepMemoryLow();
  assert.equal(isAsUsual(), false);
  for (const end of [first, second]) end();
});

test('garbage is kept small until that is ended', () => {
  const isAsUsual = compiledCodeCheck();
  const end = keepGarbageSmall();
  assert.equal(isAsUsual(), false);
  end();
  assert.equal(isAsUsual(), true);
});

test('the network is made ready, however often, and V8 has its usual flags again', async () => {
  const isAsUsual = compiledCodeCheck();
  await Promise.all([prepareNetwork(), prepareNetwork()]);
  await prepareNetwork();
  assert.equal(isAsUsual(), true);
  assert.deepEqual(['127.0.0.1', '::1', 'localhost'].map(isIP), [4, 6, 0]);
});
