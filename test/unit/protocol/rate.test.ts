import assert from 'node:assert/strict';
import test from 'node:test';
import { parseRate } from '../../../src/protocol/rate.ts';

test('a rate is a number of events in a second, a minute or an hour', () => {
  assert.deepEqual(parseRate('30/m'), { count: 30, ms: 60_000 });
  assert.deepEqual(parseRate('5/h'), { count: 5, ms: 3_600_000 });
  for (const text of ['', '10', '0/s', '-1/s', '1.5/s', '10/d', '10/constructor', '10/s ', '9999999/s'])
    assert.throws(() => parseRate(text), /is no rate; write 10\/s, 30\/m or 5\/h/, text);
});
