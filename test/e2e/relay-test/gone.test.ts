// A relay that goes away in the middle of a test is told as such: it is no policy that cases are skipped for.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { startNost } from '../../support/relays.ts';

const NOST = join(import.meta.dirname, '../../../bin/nost.js');

test('a relay that goes away during the test is told, and the command fails', async t => {
  const relay = await startNost();
  const child = spawn(process.execPath, [NOST, 'relay-test', '--case-timeout', '1s', relay.url]);
  t.after(() => child.kill('SIGKILL'));
  const told = text(child.stderr);
  await once(child.stdout, 'data');
  child.stdout.resume();
  const ended = once(child, 'exit');
  await relay.close();
  const [code] = await ended;
  assert.match(await told, /^ws:\/\/\S+: it went away during the test: connection refused$/m);
  assert.ok(code === 1 || code === 5, `it ended with ${code}`);
});
