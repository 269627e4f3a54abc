import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { RelayReader } from '../../../src/sync/relay-reader.ts';
import { A, T0 } from '../../support/people.ts';
import { quickVerifier } from '../../support/quick-verifier.ts';
import * as step from '../../support/scripted-steps.ts';
import { patience, scripted } from '../../support/wire.ts';

const FILTERS = [{ kinds: [1] }];

/** The first wait, and then each twice as long, without chance. */
const BACKOFF = { first: 1, most: 1024, random: () => 0.999 };

describe('a reader of a relay', () => {
  test('waits no longer each time while each connection brings something', async t => {
    const cut = (i: number) => [
      step.expectFrame('REQ'),
      step.sendEvent(A.note(`note ${i}`, T0 - i)),
      step.end(),
    ];
    const last = [step.expectFrame('REQ'), step.eose(), step.waitClose()];
    const perConnection = [...Array.from({ length: 8 }, (_, i) => cut(i)), last];
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
    const times: number[] = [];
    const reading = reader.read({ read: session => session.read(FILTERS, {}) });
    for await (const events of reading) times.push(...events.map(({ created_at }) => created_at));
    assert.equal(times.length, 8);
    assert.deepEqual(waits, Array(8).fill(0.999));
  });
});
