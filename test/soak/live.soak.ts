// A relay with a thousand clients who listen, while two hundred events a second come in, and some who never read.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { deafClient, liveLoad } from '../support/live-load.ts';
import { startIndependent } from '../support/relays.ts';

const NOST = join(import.meta.dirname, '../../bin/nost.js');

const rssOf = (pid: number) =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024;

test('a thousand listeners with five subscriptions each lose nothing, though others never read', {
  timeout: 600_000,
}, async t => {
  const relay = spawn(process.execPath, [NOST, 'serve', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => relay.kill('SIGKILL'));
  const [url] = (await once(createInterface({ input: relay.stdout }), 'line')) as [string];
  const deaf = await Promise.all(Array.from({ length: 20 }, () => deafClient(url)));
  const result = await liveLoad(url, { listeners: 1000, events: 4000, rate: 200, length: 8000 });
  const peak = Math.round(rssOf(relay.pid!));
  t.diagnostic(`${JSON.stringify(result)}, ${peak} MB at most`);
  assert.equal(result.delivered, result.expected);
  assert.ok(peak < 300, `${peak} MB`);
  for (const client of deaf) client.terminate();
  relay.kill('SIGTERM');
  assert.deepEqual(await once(relay, 'exit'), [0, null]);
});

/** It sends every event to every subscription, whatever was asked: fifty times what is expected. */
test('beside it: the independent relay', { timeout: 600_000 }, async t => {
  const relay = await startIndependent();
  t.after(() => relay.close());
  const result = await liveLoad(relay.url, { listeners: 100, events: 400, rate: 50 });
  t.diagnostic(JSON.stringify(result));
  assert.ok(result.delivered > 0);
});
