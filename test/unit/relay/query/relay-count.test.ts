// One relay's count, to its ending.
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { countAt } from '../../../../src/relay/query/relay-count.ts';
import * as step from '../../../support/scripted-steps.ts';
import { NOBODY, patience, scripted } from '../../../support/wire.ts';

const COUNT = step.expectFrame('COUNT');
const ANSWER = step.send('["COUNT","$sub",{"count":7}]');

async function count(
  t: TestContext,
  steps: step.RelayScript,
  { retry = 0, ...bounds }: { retry?: number; relayTimeout?: number } = {},
) {
  const relay = await scripted(t, steps);
  const retries: string[] = [];
  const connection = patience(bounds);
  const onRetry = (_: string, reason: string) => void retries.push(reason);
  return { ...(await countAt(relay.url, { filters: [{}], retry, connection, onRetry })), retries };
}

describe('the count of a relay', () => {
  test('is its answer', async t => {
    const { end, result, reason } = await count(t, [COUNT, ANSWER]);
    assert.deepEqual([end, result?.count, reason], ['eose', 7, '']);
  });

  test('is none where it is refused, not answered or not reached, and that has a name', async t => {
    const refused = await count(t, [COUNT, step.closed('unsupported: x')]);
    assert.deepEqual([refused.end, refused.reason, refused.result], ['closed', 'unsupported: x', undefined]);
    const silent = await count(t, [COUNT, step.waitClose()], { relayTimeout: 300 });
    assert.equal(silent.end, 'timeout');
    const onRetry = () => {};
    const nobody = await countAt(NOBODY, { filters: [{}], retry: 0, connection: patience(), onRetry });
    assert.equal(nobody.end, 'unreachable');
  });

  test('is asked for again after a transient failure, as often as allowed', async t => {
    const perConnection = [
      [COUNT, step.end()],
      [COUNT, ANSWER],
    ];
    const { end, result, retries } = await count(t, { perConnection }, { retry: 1 });
    assert.deepEqual([end, result?.count, retries.length], ['eose', 7, 1]);
  });
});
