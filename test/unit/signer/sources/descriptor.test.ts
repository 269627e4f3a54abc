import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError } from '../../../../src/errors.ts';
import { descriptorOf, parseDescriptor } from '../../../../src/signer/sources/descriptor.ts';

test('the number of a descriptor is parsed strictly, and what is none is not quoted', () => {
  assert.deepEqual(['0', '3', '63'].map(parseDescriptor), [0, 3, 63]);
  for (const given of ['', '-1', '3.5', '0x3', ' 3', '3a', '67dea2ed'.repeat(8), '12345678'.repeat(8)]) {
    assert.throws(
      () => parseDescriptor(given),
      (error: unknown) => {
        assert.ok(error instanceof UsageError);
        assert.equal(error.message, '--sec-fd: a file descriptor is a whole number from 0 up');
        return true;
      },
    );
  }
});

test('paths that stand for a descriptor are known', () => {
  assert.deepEqual(
    ['-', '/dev/stdin', '/dev/fd/0', '/dev/fd/63', '/proc/self/fd/7', '/dev/fd/', '/dev/fdx', 'x'].map(
      descriptorOf,
    ),
    [0, 0, 0, 63, 7, undefined, undefined, undefined],
  );
});
