// The compiled scanner in the repository is what its source compiles to. Nothing else would notice an edit of the
// AssemblyScript, or of the table of records, that nobody compiled.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));

test('the WebAssembly of the scanner and the constants it is compiled with are fresh', () => {
  const words = ['--import', 'tsx', '.config/generate.js', '--check'];
  const { status, stderr } = spawnSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8' });
  assert.equal(stderr, '');
  assert.equal(status, 0);
});
