import assert from 'node:assert/strict';
import test from 'node:test';
import { connectionsOfProcess, connectionsWithin } from '../../../../src/server/network/descriptors.ts';

test('no more connections than there are descriptors for, and never none', () => {
  const limits = (files: string) =>
    `Limit  Soft Limit  Hard Limit\nMax open files   ${files}   4096   files\n`;
  assert.equal(connectionsWithin(limits('256')), 192);
  assert.equal(connectionsWithin(limits('1048576')), 5000);
  assert.equal(connectionsWithin(limits('unlimited')), 5000);
  assert.equal(connectionsWithin(limits('20')), 1);
  assert.equal(connectionsWithin(''), 5000);
  assert.ok(connectionsOfProcess() > 0);
});
