import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hasTooManyParts } from '../../../../src/relay/link/frame-parts.ts';

test('a frame of millions of values is not worth parsing, a long text is', () => {
  for (const part of ['{},', '[],', '[', '1,', '"a":1,'])
    assert.equal(hasTooManyParts(Buffer.from(`["EVENT","s",${part.repeat(700_000)}`)), true, part);
  assert.equal(hasTooManyParts(Buffer.from(`["NOTICE","${'x'.repeat(15_000_000)}"]`)), false);
  assert.equal(hasTooManyParts(Buffer.from(`["EVENT","s",{"tags":[${'["t","x"],'.repeat(20_000)}`)), false);
});
