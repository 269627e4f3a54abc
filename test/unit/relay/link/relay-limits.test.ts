import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Filter } from '../../../../src/protocol/filter.ts';
import { RelayLimits } from '../../../../src/relay/link/relay-limits.ts';
import * as step from '../../../support/scripted-steps.ts';
import { patience, scripted } from '../../../support/wire.ts';

const MANY: Filter[] = Array.from({ length: 30 }, (_, kind) => ({ kinds: [kind] }));

describe("a relay's limits", () => {
  test('are asked for once, however many want to know', async t => {
    const relay = await scripted(t, { http: step.info({ limitation: { max_limit: 7 } }), perConnection: [] });
    const limits = new RelayLimits(relay.url, patience());
    assert.deepEqual([limits.known, limits.maxLimit], [{}, undefined]);
    await Promise.all([limits.ask(), limits.ask()]);
    assert.deepEqual([limits.maxLimit, relay.httpRequests], [7, 1]);
  });

  test('are unknown where there is no document, or a limit of 0', async t => {
    for (const http of [undefined, step.info({ limitation: { max_limit: 0 } })]) {
      const relay = await scripted(t, { perConnection: [], ...(http && { http }) });
      const limits = new RelayLimits(relay.url, patience());
      await limits.ask();
      assert.equal(limits.maxLimit, undefined);
    }
  });

  test('are not waited for any more once they are closed', async t => {
    const relay = await scripted(t, { http: 'hang', perConnection: [] });
    const limits = new RelayLimits(relay.url, patience({ relayTimeout: 60_000, connectTimeout: 60_000 }));
    const asked = limits.ask();
    await relay.until(({ httpRequests }) => httpRequests === 1);
    limits.close();
    assert.deepEqual(await asked, {});
  });

  test('part a request only when it is in doubt', async t => {
    const relay = await scripted(t, {
      http: step.info({ limitation: { max_filters: 10 } }),
      perConnection: [],
    });
    const limits = new RelayLimits(relay.url, patience());
    assert.deepEqual(await limits.requestsFor([{}]), [[{}]]);
    assert.equal(relay.httpRequests, 0);
    const requests = await limits.requestsFor(MANY);
    assert.deepEqual(
      requests.map(filters => filters.length),
      [10, 10, 10],
    );
    assert.equal(relay.httpRequests, 1);
  });
});
