// `serve --import` is interrupted: it ends by the signal, what was stored is kept, and the store opens again.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { stringifyEvent } from '../../src/protocol/event.ts';
import { A, T0 } from '../support/people.ts';

const NOST = join(import.meta.dirname, '../../bin/nost.js');

test('what an interrupted import has stored is kept', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'nost-import-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const store = ['serve', '--store', join(folder, 'store')];
  const exported = () => {
    const { stdout } = spawnSync(process.execPath, [NOST, ...store, '--export', '-'], { encoding: 'utf8' });
    return stdout.split('\n').filter(line => line !== '');
  };
  const lines = Array.from({ length: 2100 }, (_, i) => stringifyEvent(A.note(`${i}`, T0 + i)));
  const importing = spawn(process.execPath, [NOST, ...store, '--import', '-'], {
    stdio: ['pipe', 'inherit', 'pipe'],
  });
  const ended = once(importing, 'exit');
  await new Promise(resolve => importing.stdin.write(`${lines.join('\n')}\n`, resolve)); // and stdin stays open
  while (exported().length === 0) assert.equal(importing.exitCode, null);
  importing.kill('SIGINT');
  assert.deepEqual(await ended, [null, 'SIGINT']);
  const kept = exported();
  assert.ok(kept.length >= 2000, `${kept.length} events`);
  assert.deepEqual(
    kept.filter(line => !lines.includes(line)),
    [],
  );
  spawnSync(process.execPath, [NOST, ...store, '--import', '-'], { input: lines.join('\n') });
  assert.deepEqual(exported(), lines.reverse());
});
