// What relay-ping measures, exactly: on a clock that moves only where the test says so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pingRelays } from '../../../../src/run/relay-checks/pinging.ts';
import { TestClock } from '../../../support/clock.ts';
import { commandWorld, keyOf } from '../../../support/command-context.ts';
import { type Answer, startHeld } from '../../../support/held-relay.ts';
import { A } from '../../../support/people.ts';
import { patience } from '../../../support/wire.ts';

/** Milliseconds that the relay holds its answers at the first ping; at the next one more, and so on. */
const HOLD: Record<Answer, number> = { upgrade: 10, req: 200, publish: 40, delivery: 80 };
const SIGNING = 1000;
const PINGS = 5;

test('each ping is of its own answers alone, and the summary of the pings', async t => {
  const clock = new TestClock(t);
  let more = 0;
  const { url, held } = await startHeld(t, answer => {
    clock.jump(HOLD[answer] + more);
    if (held.length % 6 === 5) more++;
  });
  const signer = await keyOf(A, { onSign: async () => clock.jump(SIGNING) }).signer();
  const { context, told } = commandWorld();
  await pingRelays(
    [url],
    {
      count: PINGS,
      interval: 1,
      ping: { connection: patience(), signer, now: () => 1_700_000_000 },
      authHint: undefined,
    },
    context,
  );
  const lines = told.stdout.split('\n').filter(line => line !== '');
  const { ms, ...summary } = JSON.parse(lines.pop()!);
  assert.deepEqual(
    lines.map(line => JSON.parse(line)),
    Array.from({ length: PINGS }, (_, i) => {
      const [publish, delivery] = i % 2 === 0 ? [40 + i, 120 + 2 * i] : [120 + 2 * i, 80 + i];
      const times = { tcp: 0, upgrade: 10 + i, connect: 10 + i, req: 200 + i, publish, delivery };
      return { type: 'ping', relay: url, seq: i + 1, ok: true, ms: times };
    }),
  );
  assert.deepEqual(summary, { type: 'summary', relay: url, sent: PINGS, answered: PINGS, loss: 0 });
  assert.deepEqual(ms, {
    tcp: { min: 0, avg: 0, p50: 0, p95: 0, p99: 0, max: 0 },
    upgrade: { min: 10, avg: 12, p50: 12, p95: 14, p99: 14, max: 14 },
    connect: { min: 10, avg: 12, p50: 12, p95: 14, p99: 14, max: 14 },
    req: { min: 200, avg: 202, p50: 202, p95: 204, p99: 204, max: 204 },
    publish: { min: 40, avg: 74.8, p50: 44, p95: 126, p99: 126, max: 126 },
    delivery: { min: 81, avg: 107.2, p50: 120, p95: 128, p99: 128, max: 128 },
  });
});
