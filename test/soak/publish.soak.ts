// Bulk publishing at its full size: 5,000 events with a kill between (NOST_SOAK is set), and a million through one
// command, whose memory stays flat.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { BLOCK, corpusBlock } from '../bench/corpus.ts';
import { startCannedRelay } from '../bench/process.ts';
import '../e2e/publish-bulk.test.ts';
import { MEASURED, peakIn } from '../support/peak-memory.ts';

const NOST = join(import.meta.dirname, '../../bin/nost.js');
const EVENTS = 1_000_000;
const LIMIT_KIB = 200 * 1024;

test('a million events are published in less than 200 MB', { timeout: 1_800_000 }, async t => {
  const file = await corpusBlock(0);
  const relay = await startCannedRelay(0, []);
  t.after(() => relay.stop());
  const child = spawn(process.execPath, [MEASURED, NOST, 'publish', '-', relay.url], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', text => {
    errors += text;
  });
  let lines = 0;
  child.stdout.on('data', (chunk: Buffer) => {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) lines++;
  });
  const closed = once(child, 'close');
  for (let round = 0; round < EVENTS / BLOCK; round++) {
    for await (const chunk of createReadStream(file))
      if (!child.stdin.write(chunk)) await once(child.stdin, 'drain');
  }
  child.stdin.end();
  assert.deepEqual(await closed, [0, null], errors);
  assert.equal(lines, EVENTS);
  const peak = peakIn(errors);
  t.diagnostic(`${Math.round(peak / 1024)} MiB at most`);
  assert.ok(peak > 0 && peak < LIMIT_KIB, `${Math.round(peak / 1024)} MiB at most`);
});
