// Our own relay does what the conformance cases require, whatever store it has.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check, ended } from '../../support/checked.ts';
import { startNost } from '../../support/relays.ts';
import { STORES } from '../../support/stores.ts';

/** Good to know of our relay: nothing asks for these. */
const NOT_SO = ['closed-when-complete'];

for (const [name, open] of Object.entries(STORES)) {
  test(`nost serve with a ${name} store conforms`, async t => {
    const relay = await startNost({ store: await open() });
    t.after(() => relay.close());
    const results = await check(relay.url);
    assert.deepEqual(
      ended(results, 'fail').filter(line => !NOT_SO.some(known => line.startsWith(`${known}: `))),
      [],
    );
  });
}
