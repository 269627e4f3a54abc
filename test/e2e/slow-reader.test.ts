// A reader of stdout that is slow slows the relay: the memory of `nost req` stays flat however much is to come.
// The small version runs always; with NOST_SOAK set it is the 20,000 events of 4 kB of the issue.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as elapse } from 'node:timers/promises';
import { MEASURED, peakIn } from '../support/peak-memory.ts';
import * as step from '../support/scripted-steps.ts';
import { scripted } from '../support/wire.ts';

const NOST = join(import.meta.dirname, '../../bin/nost.js');
const COUNT = process.env['NOST_SOAK'] ? 20_000 : 6000;
const LIMIT_KIB = 130 * 1024;

test(`memory stays flat while ${COUNT} events of 4 kB wait for a slow reader`, async t => {
  const relay = await scripted(t, [
    step.expectFrame('REQ'),
    step.flood(COUNT, { size: 3700 }),
    step.eose(),
    step.waitClose(),
  ]);
  const child = spawn(process.execPath, [MEASURED, NOST, 'req', '--no-verify', relay.url], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    errors += text;
  });
  const closed = new Promise(resolve => child.on('close', resolve));
  await relay.until(({ received }) => received.length === 1);
  await elapse(1000); // the reader sleeps
  assert.equal(
    relay.connections[0]!.state,
    'playing',
    'the relay could send everything to a reader that sleeps',
  );
  let lines = 0;
  for await (const chunk of child.stdout) lines += chunk.toString('latin1').split('\n').length - 1;
  assert.equal(await closed, 0);
  assert.equal(lines, COUNT);
  const peak = peakIn(errors);
  assert.ok(peak > 0 && peak < LIMIT_KIB, `${Math.round(peak / 1024)} MiB at most`);
});
