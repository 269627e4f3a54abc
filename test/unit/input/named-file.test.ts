import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { readNamedFile } from '../../../src/input/named-file.ts';

describe('a file that a flag names', () => {
  test('is read whole', async () => {
    const bytes = await readNamedFile('--filter', import.meta.filename);
    assert.match(bytes.toString(), /^import assert/);
  });

  test('is an io error that names flag and file when it cannot be read', async () => {
    await assert.rejects(readNamedFile('--filter', '/nonexistent/x'), {
      kind: 'io',
      message: /^--filter: cannot read "\/nonexistent\/x": ENOENT/,
    });
  });
});
