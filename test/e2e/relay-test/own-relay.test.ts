// Our own relay does what the conformance cases require, whatever store it has.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { check, ended, failing } from '../../support/checked.ts';
import { startNost } from '../../support/relays.ts';
import { STORES } from '../../support/stores.ts';

/** Good to know of our relay: nothing asks for these. */
const NOT_SO = ['closed-when-complete', 'auth-on-connect', 'replaced-by-id', 'replaced-address-by-id'];

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

test('nost serve with all that it can be asked to do conforms', async t => {
  const relay = await startNost({ auth: true, eoseHint: true });
  t.after(() => relay.close());
  const results = await check(relay.url);
  assert.deepEqual(failing(results), []);
  assert.equal(results.get('eose-finish')!.outcome, 'pass');
  assert.equal(results.get('gift-wrap-of-others')!.outcome, 'pass');
});

test('nost serve conforms when it asks for work', async t => {
  const relay = await startNost({ rules: { minPow: 8 } });
  t.after(() => relay.close());
  const results = await check(relay.url);
  assert.deepEqual(failing(results), []);
  for (const name of ['pow-missing', 'pow-done', 'pow-committed'])
    assert.equal(results.get(name)!.outcome, 'pass', name);
});
