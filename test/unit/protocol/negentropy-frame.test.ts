import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { bytesToHex, hexToBytes } from '../../../src/protocol/hex.ts';
import {
  type Bound,
  compareBounds,
  FIRST,
  FrameReader,
  FrameWriter,
  GrowingBytes,
  InvalidNegentropy,
  LAST,
  type NegentropyFault,
  writeVarint,
} from '../../../src/protocol/negentropy-frame.ts';

const reader = (hex: string) => new FrameReader(hexToBytes(hex));

function fault(run: () => unknown): NegentropyFault {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof InvalidNegentropy, String(error));
    return error.code;
  }
  return assert.fail('nothing was thrown');
}

describe('a number', () => {
  for (const [value, hex] of [
    [0, '00'],
    [127, '7f'],
    [128, '8100'],
    [16_384, '818000'],
    [Number.MAX_SAFE_INTEGER, '8fffffffffffff7f'],
  ] as const) {
    test(`${value} is ${hex}`, () => {
      const bytes = new GrowingBytes(1);
      writeVarint(bytes, value);
      assert.equal(bytesToHex(bytes.written), hex);
      assert.equal(reader(hex).varint(), value);
    });
  }

  test('that begins with a zero digit, or is 2^53 or more, is refused', () => {
    assert.equal(
      fault(() => reader('8001').varint()),
      'varint',
    );
    assert.equal(
      fault(() => reader('9080808080808000').varint()),
      'varint',
    );
    assert.equal(
      fault(() => reader('ff'.repeat(100_000)).varint()),
      'varint',
    );
  });

  test('that does not end is refused', () => {
    assert.equal(
      fault(() => reader('81').varint()),
      'truncated',
    );
    assert.equal(
      fault(() => reader('').varint()),
      'empty',
    );
  });
});

describe('a bound', () => {
  const bounds: Bound[] = [
    { time: 5, prefix: new Uint8Array(0) },
    { time: 5, prefix: Uint8Array.of(0xaa) },
    { time: 5, prefix: Uint8Array.of(0xaa, 1) },
    { time: Number.MAX_SAFE_INTEGER - 1, prefix: new Uint8Array(32).fill(1) },
    LAST,
  ];

  test('is read as it was written, relative to the one before', () => {
    const writer = new FrameWriter();
    for (const bound of bounds) writer.bound(bound);
    const read = new FrameReader(writer.frame.slice(1));
    for (const bound of bounds) assert.deepEqual(read.bound(), bound);
    assert.ok(read.isAtEnd);
  });

  test('stands before, at or after another', () => {
    for (const [i, a] of bounds.entries())
      for (const [j, b] of bounds.entries()) assert.equal(Math.sign(compareBounds(a, b)), Math.sign(i - j));
    assert.equal(compareBounds(FIRST, { time: 0, prefix: new Uint8Array(32) }), 0);
  });

  test('is refused when it goes backwards, has too long a prefix, or a time of 2^53 or more', () => {
    const backwards = reader('0601aa0101a9');
    backwards.bound();
    assert.equal(
      fault(() => backwards.bound()),
      'order',
    );
    const end = `21${'00'.repeat(33)}`;
    assert.equal(
      fault(() => reader(`01${end}`).bound()),
      'bound',
    );
    const late = reader('8fffffffffffff7f008fffffffffffff7f00');
    late.bound();
    assert.equal(
      fault(() => late.bound()),
      'varint',
    );
  });

  test('after the last is the last', () => {
    const read = reader('00000500');
    assert.deepEqual([read.bound(), read.bound()], [LAST, LAST]);
  });
});

describe('ids', () => {
  test('are as many as it says', () => {
    assert.equal(bytesToHex(reader(`02${'aa'.repeat(64)}`).ids()), 'aa'.repeat(64));
  });

  test('beyond the frame are refused before memory is reserved', () => {
    for (const hex of [`02${'aa'.repeat(63)}`, '8fffffffffffff7f', '8fffffffffffff7faa'])
      assert.equal(
        fault(() => reader(hex).ids()),
        'truncated',
      );
  });
});

test('what makes a frame too long is taken back', () => {
  const writer = new FrameWriter();
  writer.bound({ time: 3, prefix: new Uint8Array(0) });
  const [before, next] = [bytesToHex(writer.frame), { time: 4, prefix: new Uint8Array(0) }];
  assert.equal(
    writer.fits(writer.length + 1, () => writer.bound(next)),
    false,
  );
  assert.equal(bytesToHex(writer.frame), before);
  assert.equal(
    writer.fits(writer.length + 2, () => writer.bound(next)),
    true,
  );
  assert.equal(bytesToHex(writer.frame), `${before}0200`);
});

test('an error tells where in the frame it is', () => {
  assert.throws(() => reader('058001').bound(), /zero digit \(before byte 2 of the frame\)/);
});
