import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import type { Event } from '../../../../src/protocol/event.ts';
import { CommandEnd } from '../../../../src/run/command-end.ts';
import { answeredOf, findNewest, type Newest, type Subject } from '../../../../src/run/people/newest.ts';
import { whereBy } from '../../../../src/run/people/where.ts';
import { commandWorld, NETWORK } from '../../../support/command-context.ts';
import { deadUrl, startCounted } from '../../../support/counted-relay.ts';
import { A, B, T0, withBrokenSignature } from '../../../support/people.ts';
import { startNost } from '../../../support/relays.ts';

const profile = (name: string, at: number): Event =>
  A.sign({ kind: 0, content: JSON.stringify({ name }), created_at: T0 + at });
const bookmarks = (d: string | undefined, at: number): Event =>
  A.sign({ kind: 30003, tags: d === undefined ? [] : [['d', d]], created_at: T0 + at });

async function relayOf(t: TestContext, ...seed: Event[]): Promise<string> {
  const relay = await startNost({ seed });
  t.after(() => relay.close());
  return relay.url;
}

interface Asked {
  own: string[];
  hints?: string[];
  subject?: Subject;
  allowPrivate?: boolean;
}

async function newestOf(
  t: TestContext,
  { own, hints = [], subject = { author: A.publicKey, kind: 0 }, allowPrivate = true }: Asked,
): Promise<Newest & { stderr: string }> {
  const { context, told, end } = commandWorld();
  t.after(end);
  const flags = { ...NETWORK, relay: own, allowPrivate };
  const where = await whereBy(context, flags, { end: new CommandEnd(context.deadline), hints });
  return { ...(await findNewest(context, subject, where)), stderr: told.stderr };
}

describe('the newest version', () => {
  test('is that of all relays, told with those that hold it', async t => {
    const [old, now] = [profile('old', 0), profile('now', 1)];
    const relays = [await relayOf(t, old), await relayOf(t, now), await relayOf(t, now), await relayOf(t)];
    const { event, holders, endings } = await newestOf(t, { own: relays });
    assert.equal(event!.id, now.id);
    assert.deepEqual(holders, relays.slice(1, 3));
    assert.equal(answeredOf({ endings }).length, 4);
  });

  test('of two of one second is the one with the lower id', async t => {
    const twins = [profile('x', 0), profile('y', 0)];
    const relays = await Promise.all(twins.map(twin => relayOf(t, twin)));
    const { event } = await newestOf(t, { own: relays });
    assert.equal(event!.id, twins.map(({ id }) => id).sort()[0]);
  });

  test('is not what is forged, of somebody else, or of another kind', async t => {
    const lies = [
      withBrokenSignature(profile('forged', 100)),
      { ...profile('changed', 101), content: '{}' },
      { ...B.sign({ kind: 0, content: '{}', created_at: T0 + 102 }), pubkey: A.publicKey },
      { ...A.sign({ kind: 1, content: '{}', created_at: T0 + 103 }), kind: 0 },
    ];
    const truth = profile('true', 0);
    const liar = await startCounted(t, lies);
    const { event, holders, stderr } = await newestOf(t, { own: [liar.url, await relayOf(t, truth)] });
    assert.equal(event!.id, truth.id);
    assert.equal(holders.length, 1);
    assert.match(stderr, /dropped as invalid: 4/);
  });

  test('of a set is found by its identifier, and without one by an empty or missing tag', async t => {
    const [empty, missing, other] = [bookmarks('', 1), bookmarks(undefined, 2), bookmarks('x', 9)];
    const own = [await relayOf(t, empty, other), await relayOf(t, missing)];
    const subject = { author: A.publicKey, kind: 30003 };
    assert.equal((await newestOf(t, { own, subject })).event!.id, missing.id);
    assert.equal((await newestOf(t, { own, subject: { ...subject, d: 'x' } })).event!.id, other.id);
    assert.equal((await newestOf(t, { own, subject: { ...subject, d: 'y' } })).event, undefined);
  });

  test('is asked for in no private network that a code or a list names', async t => {
    const [secret, dead] = [await startCounted(t, [profile('x', 9)]), deadUrl()];
    const list = A.sign({ kind: 10002, tags: [['r', secret.url]] });
    const asked = { own: [await relayOf(t, list, profile('known', 0))], hints: [secret.url, dead] };
    const { event, endings } = await newestOf(t, { ...asked, allowPrivate: false });
    assert.match(event!.content, /known/);
    assert.equal(secret.connections, 0);
    assert.deepEqual(
      endings.filter(({ end }) => end === 'unreachable').map(({ reason }) => /public/.test(reason)),
      [true, true],
    );
  });

  test('is looked for where newer lists lead, and no further than three of them', async t => {
    const list = (url: string, at: number) =>
      A.sign({ kind: 10002, tags: [['r', url]], created_at: T0 + at });
    let next = await relayOf(t, profile('too far', 99));
    const urls: string[] = [];
    for (let at = 4; at > 0; at--) {
      next = await relayOf(t, list(next, at), profile(`${at}`, at));
      urls.unshift(next);
    }
    const { event, endings } = await newestOf(t, { own: [next] });
    assert.match(event!.content, /"4"/);
    assert.deepEqual(
      endings.map(({ relay }) => relay),
      urls,
    );
  });
});
