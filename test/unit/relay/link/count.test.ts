import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { Connection } from '../../../../src/relay/link/connection.ts';
import { countEvents } from '../../../../src/relay/link/count.ts';
import { A } from '../../../support/people.ts';
import { startNost } from '../../../support/relays.ts';
import * as step from '../../../support/scripted-steps.ts';
import { patience, scripted } from '../../../support/wire.ts';

const COUNT = step.expectFrame('COUNT');

/** What a relay that plays these steps is understood to count. */
async function count(t: TestContext, ...steps: step.Step[]): Promise<number | undefined> {
  const relay = await scripted(t, steps);
  const connection = await Connection.open(relay.url, patience());
  t.after(() => connection.close());
  return countEvents(connection, { kinds: [1] }, 300);
}

describe('a count', () => {
  test('is the number the relay says, and nothing is sent besides', async t => {
    const relay = await scripted(t, [COUNT, step.send('["COUNT","$sub",{"count":7}]'), step.waitClose()]);
    const connection = await Connection.open(relay.url, patience());
    assert.equal(await countEvents(connection, { kinds: [1] }, 5000), 7);
    await connection.close();
    assert.deepEqual(relay.received, ['["COUNT","nost1",{"kinds":[1]}]']);
  });

  test('is none when it is not exact, refused, not answered or lost', async t => {
    assert.equal(
      await count(t, COUNT, step.send('["COUNT","$sub",{"count":7,"approximate":true}]')),
      undefined,
    );
    assert.equal(await count(t, COUNT, step.closed('unsupported: COUNT')), undefined);
    assert.equal(await count(t, COUNT, step.notice('ERROR: bad msg: unknown cmd')), undefined);
    assert.equal(await count(t, COUNT, step.end()), undefined);
    assert.equal(await count(t, COUNT, step.send('["COUNT","$sub",{"count":-7}]')), undefined);
  });

  test('is none on a connection that is gone already', async t => {
    const relay = await scripted(t, [step.end()]);
    const connection = await Connection.open(relay.url, patience());
    await relay.until(({ connections }) => connections[0]!.closed);
    assert.equal(await countEvents(connection, {}, 5000), undefined);
  });

  test('is what our own relay holds', async t => {
    const relay = await startNost({ seed: [A.note('one'), A.note('two')] });
    t.after(relay.close);
    const connection = await Connection.open(relay.url, patience());
    t.after(() => connection.close());
    assert.equal(await countEvents(connection, { kinds: [1] }, 5000), 2);
  });
});
