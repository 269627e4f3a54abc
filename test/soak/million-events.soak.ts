// A million events through `req` to a reader that sleeps at first: the memory of the command stays flat.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as elapse } from 'node:timers/promises';
import { MEASURED, peakIn } from '../support/peak-memory.ts';
import * as step from '../support/scripted-steps.ts';
import { scripted } from '../support/wire.ts';

const NOST = join(import.meta.dirname, '../../bin/nost.js');
const COUNT = 1_000_000;
const LIMIT_KIB = 130 * 1024;

test(`${COUNT} events for a slow reader`, { timeout: 600_000 }, async t => {
  const relay = await scripted(t, [
    step.expectFrame('REQ'),
    step.flood(COUNT),
    step.eose(),
    step.waitClose(),
  ]);
  const args = [MEASURED, NOST, 'req', '--no-verify', '--relay-timeout', '60s', relay.url];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  const closed = once(child, 'close');
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    errors += text;
  });
  await elapse(5000); // the reader sleeps
  let lines = 0;
  for await (const chunk of child.stdout) lines += chunk.toString('latin1').split('\n').length - 1;
  assert.deepEqual([(await closed)[0], lines], [0, COUNT]);
  const peak = peakIn(errors);
  t.diagnostic(`${Math.round(peak / 1024)} MiB at most`);
  assert.ok(peak > 0 && peak < LIMIT_KIB, `${Math.round(peak / 1024)} MiB at most`);
});
