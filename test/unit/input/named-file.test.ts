import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Failure } from '../../../src/errors.ts';
import { readNamedFile } from '../../../src/input/named-file.ts';

const limits = (most = 2 ** 20, signal = new AbortController().signal) => ({ most, signal });

describe('a file that a flag names', () => {
  test('is read whole', async () => {
    const bytes = await readNamedFile('--filter', import.meta.filename, limits());
    assert.match(bytes.toString(), /^import assert/);
  });

  test('is an io error that names flag and file when it cannot be read', async () => {
    await assert.rejects(readNamedFile('--filter', '/nonexistent/x', limits()), {
      kind: 'io',
      message: '--filter: cannot read "/nonexistent/x": no such file or directory',
    });
  });

  test('is read up to its size, and no byte more', async () => {
    const { length } = await readNamedFile('--filter', import.meta.filename, limits());
    await readNamedFile('--filter', import.meta.filename, limits(length));
    await assert.rejects(readNamedFile('--filter', import.meta.filename, limits(length - 1)), {
      message: /it is larger than [\d.]+ MiB$/,
    });
  });

  test('is not waited for when the command has ended already', async () => {
    const passed = new Failure('timeout', '--timeout passed', { code: 'timeout' });
    await assert.rejects(readNamedFile('--filter', '/dev/zero', limits(2 ** 20, AbortSignal.abort(passed))), {
      kind: 'timeout',
    });
    await assert.rejects(
      readNamedFile('--filter', '/dev/zero', limits(2 ** 20, AbortSignal.abort('SIGINT'))),
      {
        message: /interrupted$/,
      },
    );
  });
});
