import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Event } from '../../../../src/protocol/event.ts';
import { CommandEnd } from '../../../../src/run/command-end.ts';
import { findRequests, findTargets } from '../../../../src/run/deletion/search.ts';
import { parseTarget } from '../../../../src/run/deletion/target.ts';
import { whereBy } from '../../../../src/run/people/where.ts';
import { commandWorld, NETWORK } from '../../../support/command-context.ts';
import { A, T0 } from '../../../support/people.ts';
import { eose, expectFrame, sendEvent } from '../../../support/scripted-steps.ts';
import { scripted } from '../../../support/wire.ts';

/** A search at one relay that sends these events whatever it is asked. */
async function searching(t: TestContext, events: readonly Event[]) {
  const relay = await scripted(t, [
    expectFrame('REQ'),
    ...events.map(event => sendEvent(event)),
    eose(),
    { do: 'wait-close' },
  ]);
  const { context, end } = commandWorld();
  t.after(end);
  const commandEnd = new CommandEnd(context.deadline);
  const where = await whereBy(context, { ...NETWORK, relay: [relay.url] }, { end: commandEnd });
  return { context, where, url: relay.url };
}

test('of many versions the newest are known, in whatever order they come', async t => {
  const address = `30023:${A.publicKey}:x`;
  const versions = Array.from({ length: 55 }, (_, i) =>
    A.sign({ kind: 30023, tags: [['d', 'x']], created_at: T0 + i }),
  );
  const { context, where } = await searching(t, versions);
  const { sightings } = await findTargets(context, [parseTarget(address)], A.publicKey, where);
  const known = [...sightings.get(address)!.versions.values()].map(({ created_at }) => created_at - T0);
  assert.deepEqual([known.length, Math.min(...known), Math.max(...known)], [50, 5, 54]);
});

test('a request that names many is kept once', async t => {
  const ids = Array.from({ length: 5 }, (_, i) => `${i}`.repeat(64));
  const request = A.deletion(ids.map(id => ['e', id]));
  const { context, where, url } = await searching(t, [request, request]);
  const targets = ids.map(parseTarget);
  const found = await findRequests(context, targets, A.publicKey, [url], where);
  assert.equal(found.size, 5);
  assert.equal(new Set([...found.values()].map(({ event }) => event)).size, 1);
  assert.deepEqual([...found.get(ids[0]!)!.relays], [url]);
});
