// The link that heals itself: when it connects again, when not, and what it tells.
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { EndReason } from '../../../../src/relay/link/outcome.ts';
import { type LinkOptions, RelayLink } from '../../../../src/relay/link/relay-link.ts';
import * as step from '../../../support/scripted-steps.ts';
import { NOBODY, patience, scripted } from '../../../support/wire.ts';

const LOST: EndReason = { end: 'disconnect', reason: 'lost' };
const SHORT = { first: 1, most: 1 };

function linkTo(t: TestContext, url: string, options: Partial<LinkOptions> = {}): RelayLink {
  const link = new RelayLink(url, { connection: patience(), backoff: SHORT, ...options });
  t.after(() => link.close());
  return link;
}

const waiting = (t: TestContext) => scripted(t, [step.waitClose()]);

describe('a link', () => {
  test('gives one connection after another as long as it is told to go on', async t => {
    const relay = await waiting(t);
    const link = linkTo(t, relay.url);
    const asked: [EndReason, number][] = [];
    let used = 0;
    for await (const connection of link.connections(ended => asked.push([ended, link.failures]) < 3)) {
      assert.equal(connection.url, relay.url);
      used++;
      link.ended = { ...LOST, reason: `lost ${used}` };
    }
    assert.equal(used, 3);
    assert.deepEqual(
      asked.map(([{ reason }, failures]) => [reason, failures]),
      [
        ['lost 1', 1],
        ['lost 2', 2],
        ['lost 3', 3],
      ],
    );
    assert.equal(link.ended.reason, 'lost 3');
  });

  test('closes the connection before it opens the next', async t => {
    const relay = await waiting(t);
    const link = linkTo(t, relay.url);
    for await (const _ of link.connections(() => relay.connections.length < 2)) link.ended = LOST;
    assert.deepEqual(
      relay.connections.map(({ closed }) => closed),
      [true, false],
    );
  });

  test('tells that nobody is there, and counts the failures in a row', async t => {
    const waits: string[] = [];
    const link = linkTo(t, NOBODY, { onRetry: reason => waits.push(reason) });
    for await (const _ of link.connections(() => link.failures <= 2)) assert.fail('connected');
    assert.deepEqual([link.ended, link.failures], [{ end: 'unreachable', reason: 'connection refused' }, 3]);
    assert.deepEqual(waits, ['connection refused', 'connection refused']);
    link.answered();
    assert.equal(link.failures, 0);
  });

  test('that is aborted while it waits or connects ends as interrupted', async t => {
    const hanging = await scripted(t, [step.hang()]);
    const connecting = linkTo(t, hanging.url);
    void hanging.until(({ connections }) => connections.length === 1).then(() => connecting.abort());
    for await (const _ of connecting.connections(() => true)) assert.fail('connected');
    assert.deepEqual(connecting.ended, { end: 'interrupted', reason: '' });
    const hour = { first: 3_600_000, most: 3_600_000, random: () => 0.9 };
    const resting = linkTo(t, NOBODY, { backoff: hour, onRetry: () => setImmediate(() => resting.abort()) });
    for await (const _ of resting.connections(() => true)) assert.fail('connected');
    assert.deepEqual(resting.ended, { end: 'interrupted', reason: 'connection refused' });
  });

  test('adds up the frames nobody had asked for, over all connections', async t => {
    const relay = await scripted(t, [step.send('garbage'), step.waitClose()]);
    const link = linkTo(t, relay.url);
    for await (const connection of link.connections(() => relay.connections.length < 3)) {
      while (connection.garbage === 0) await new Promise(resolve => setImmediate(resolve));
      link.ended = LOST;
    }
    assert.equal(link.garbage, 3);
  });
});
