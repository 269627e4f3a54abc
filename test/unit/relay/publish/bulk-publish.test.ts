import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { makeEvent } from '../../../support/made-up-events.ts';
import * as step from '../../../support/scripted-steps.ts';
import { streamed } from '../../../support/streamed.ts';
import { NOBODY, patience, publishAll, publishing, scripted } from '../../../support/wire.ts';

const accepting = [step.repeat(undefined, step.expectFrame('EVENT'), step.ok(true))];
const refusing = [step.repeat(undefined, step.expectFrame('EVENT'), step.ok(false, 'blocked: no'))];
const events = (count: number) => Array.from({ length: count }, (_, i) => makeEvent(i));

describe('publishing to many relays', () => {
  test('counts the quorum of each event, and tells it once, in the order of offering', async t => {
    const relays = [await scripted(t, accepting), await scripted(t, accepting), await scripted(t, refusing)];
    const urls = relays.map(({ url }) => url);
    const all = events(20);
    const ids = all.map(({ id }) => id);
    for (const [require, met] of [
      [1, 20],
      [2, 20],
      [3, 0],
    ] as const) {
      const { quorum, settled, outcomes } = await publishAll(urls, all, { require });
      assert.deepEqual(quorum, met === 0 ? [] : ids);
      assert.deepEqual(
        settled.map(([, accepted]) => accepted),
        Array(20).fill(2),
      );
      assert.equal(outcomes.length, 60);
    }
  });

  test('holds the source while megabytes wait for one event without an answer', async t => {
    const relay = await scripted(t, [
      step.expectFrame('EVENT', { as: 'first' }),
      step.repeat(undefined, step.expectFrame('EVENT'), step.ok(true)),
    ]);
    const { bulk, quorum } = publishing([relay.url], { connection: patience({ relayTimeout: 60_000 }) });
    const all = Array.from({ length: 3000 }, (_, i) => streamed(makeEvent(i, { size: 12_000 })));
    let offered = 0;
    const offering = (async () => {
      for (; offered < all.length; offered++) await bulk.offer(all[offered]!);
    })();
    await relay.until(({ received }) => received.length > offered); // all was sent, and the source is held
    assert.deepEqual(quorum, []);
    assert.ok(offered < 2500, `${offered} offered: what waits is not bounded`);
    await bulk.close('enough');
    await offering;
    assert.equal(offered, 3000);
  });

  test('works when all relays are dead from the beginning, or die together', async t => {
    const dead = await publishAll([NOBODY, 'ws://localhost:1'], events(50));
    assert.deepEqual(
      dead.settled.map(([, accepted]) => accepted),
      Array(50).fill(0),
    );
    const dying = [1, 2].map(() => scripted(t, [step.expectFrame('EVENT'), step.ok(true), step.reset()]));
    const urls = (await Promise.all(dying)).map(({ url }) => url);
    const { settled, outcomes } = await publishAll(urls, events(50), { backoff: { first: 1, most: 4 } });
    assert.equal(settled.length, 50);
    assert.equal(outcomes.length, 100);
    assert.equal(
      outcomes.filter(({ status }) => status === 'accepted' || status === 'disconnect').length,
      100,
    );
  });

  test('a slow relay does not hold the fast one, up to a bounded lag', async t => {
    const fast = await scripted(t, accepting);
    const slow = await scripted(t, [step.expectFrame('EVENT'), step.waitClose()]);
    const { bulk, quorum } = publishing([fast.url, slow.url], { pipeline: 10 });
    const all = events(1300);
    let offered = 0;
    const offering = (async () => {
      for (const event of all) {
        await bulk.offer(streamed(event));
        offered++;
      }
    })();
    await fast.until(({ received }) => received.length >= 1000);
    while (quorum.length < 1000) await new Promise(resolve => setImmediate(resolve));
    assert.ok(offered <= 1020, `${offered} offered: the lag is not bounded`);
    await bulk.close('enough');
    await offering;
    assert.equal(offered, 1300);
  });

  test('the same event twice in one run is two events', async t => {
    const relay = await scripted(t, accepting);
    const event = makeEvent(1);
    const { settled } = await publishAll([relay.url], [event, event, makeEvent(1), makeEvent(2)]);
    assert.equal(settled.length, 4);
  });

  test('nothing offered is nothing to wait for', async t => {
    const relay = await scripted(t, accepting);
    assert.deepEqual(await publishAll([relay.url], []), { outcomes: [], quorum: [], settled: [] });
  });

  test('closing gives everything without an answer its reason, and can be repeated', async t => {
    const mute = await scripted(t, [step.waitClose()]);
    const { bulk, outcomes, settled } = publishing([mute.url, NOBODY], {
      connection: patience({ relayTimeout: 60_000 }),
    });
    for (const event of events(5)) await bulk.offer(streamed(event));
    await mute.until(({ received }) => received.length === 5);
    await Promise.all([bulk.close('interrupted'), bulk.close('again')]);
    await bulk.drain();
    assert.equal(settled.length, 5);
    assert.deepEqual(
      outcomes.filter(({ relay }) => relay === mute.url).map(({ status, message }) => `${status} ${message}`),
      Array(5).fill('timeout interrupted'),
    );
  });

  test('a fault of our own is told, and thrown to whoever offers next', async t => {
    const demand = [step.expectFrame('EVENT'), step.ok(false, 'auth-required: who'), step.waitClose()];
    const relay = await scripted(t, [step.auth('x'), ...demand]);
    let fail: () => void = () => {};
    const failed = new Promise<void>(resolve => {
      fail = resolve;
    });
    const { bulk } = publishing([relay.url], {
      connection: patience({ authenticate: () => Promise.reject(new Error('ours')) }),
      onFailure: fail,
    });
    await bulk.offer(streamed(makeEvent(0)));
    await failed;
    await assert.rejects(async () => bulk.offer(streamed(makeEvent(1))), /ours/);
    await assert.rejects(bulk.drain(), /ours/);
    await bulk.close('');
  });
});
