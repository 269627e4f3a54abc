import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { RelayReader } from '../../../src/sync/relay-reader.ts';
import { SideFailed } from '../../../src/sync/side-failed.ts';
import { A, T0 } from '../../support/people.ts';
import { quickVerifier } from '../../support/quick-verifier.ts';
import * as step from '../../support/scripted-steps.ts';
import { patience, scripted } from '../../support/wire.ts';

const FILTERS = [{ kinds: [1] }];

/** The first wait, and then each twice as long, without chance. */
const BACKOFF = { first: 1, most: 1024, random: () => 0.999 };

/** How long it waited, what came, and how it ended: a relay plays these connections, of which the last is played again. */
async function read(t: TestContext, perConnection: step.Step[][]) {
  const relay = await scripted(t, { perConnection });
  const waits: number[] = [];
  const reader = new RelayReader(relay.url, {
    connection: { ...patience(), signal: new AbortController().signal },
    retry: 0,
    verifier: quickVerifier,
    backoff: BACKOFF,
    onRetry: (_, waitMs) => waits.push(waitMs),
  });
  t.after(() => reader.close());
  let events = 0;
  let failure: unknown;
  try {
    for await (const batch of reader.read({ read: session => session.read(FILTERS, {}) }))
      events += batch.length;
  } catch (error) {
    failure = error;
  }
  return { waits, events, failure };
}

const cut = (i: number) => [step.expectFrame('REQ'), step.sendEvent(A.note(`note ${i}`, T0 - i)), step.end()];

describe('a reader of a relay', () => {
  test('waits no longer each time while each connection brings something new', async t => {
    const last = [step.expectFrame('REQ'), step.eose(), step.waitClose()];
    const { waits, events, failure } = await read(t, [0, 1, 2, 3, 4, 5, 6, 7].map(cut).concat([last]));
    assert.deepEqual([events, failure], [8, undefined]);
    assert.deepEqual(waits, Array(8).fill(0.999));
  });

  test('leaves a relay that gives the same again each time, and breaks', async t => {
    const { waits, failure } = await read(t, [cut(0), cut(1)]);
    assert.equal(failure instanceof SideFailed && failure.ended.end, 'disconnect');
    assert.deepEqual(waits.map(Math.round), [1, 1, 2, 4]);
  });
});
