// What `npm start` shows: each command stands above what it says, on stdout and on stderr.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

const START = resolve(import.meta.dirname, '../../.config/start.js');

test('the tour shows each command before its output', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nost-tour-test-'));
  try {
    const shown = join(folder, 'shown');
    const both = openSync(shown, 'w');
    const env = { ...process.env, NOST_FORCE_TTY: 'stderr', NO_COLOR: '1' };
    const { status } = spawnSync(process.execPath, [START], { stdio: ['ignore', both, both], env });
    closeSync(both);
    const text = readFileSync(shown, 'utf8');
    assert.equal(status, 0, text);
    const places = [
      '# A throw-away key',
      'notice: the key is unencrypted',
      '# Sign a note',
      ': accepted (',
      '# Drafts',
    ];
    const found = places.map(place => text.indexOf(place));
    assert.ok(!found.includes(-1), text);
    assert.deepEqual(
      found,
      found.toSorted((a, b) => a - b),
      text,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});
