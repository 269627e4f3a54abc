// Relays with the manners of others: no case hangs, and none calls a fault what is policy, or only other words.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check, failing } from '../../support/checked.ts';
import { MANNERS } from '../../support/manners.ts';
import { startMutant } from '../../support/mutant-relay.ts';

for (const [name, { mutation, faults }] of Object.entries(MANNERS))
  test(`of a relay with the manners of ${name} only true faults are told`, async t => {
    const relay = await startMutant(mutation);
    t.after(() => relay.close());
    const results = await check(relay.url);
    assert.deepEqual(failing(results).sort(), Object.keys(faults).sort());
  });
