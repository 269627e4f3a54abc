// Which process has something: not one that was killed, also before anybody has asked how it ended.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { isRunning, ownerName } from '../../../src/files/owner.ts';

test('this process runs; one that was killed does not, before it is waited for and after', {
  skip: existsSync('/proc/self/stat') ? false : 'needs /proc',
}, async () => {
  assert.equal(isRunning(ownerName()), true);
  const child = spawn('sleep', ['100']);
  const name = ownerName(child.pid);
  assert.equal(isRunning(name), true);
  child.kill('SIGKILL');
  // Node waits for its children on this thread, so that this one stays unasked until the next `await`.
  while (!/\) Z /.test(readFileSync(`/proc/${child.pid}/stat`, 'utf8')));
  assert.equal(isRunning(name), false);
  await once(child, 'close');
  assert.equal(isRunning(name), false);
});
