// A mirror between relays of this process: nothing falls between, whatever goes away and when.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Event } from '../../../../src/protocol/event.ts';
import { AuthDemands } from '../../../../src/sync/mirror/auth-demands.ts';
import { startAnsweringRelay } from '../../../support/answering-relay.ts';
import { eventually, LastingRelay, startMirror, untilSame } from '../../../support/mirror-world.ts';
import { A, T0 } from '../../../support/people.ts';
import { notes } from '../../../support/sync-world.ts';
import { publishAll } from '../../../support/wire.ts';

const publish = (relay: LastingRelay, events: readonly Event[]) => publishAll([relay.url], events);

/** Notes of long ago: by their time nobody would look for them. */
const old = (count: number, from: number): Event[] =>
  Array.from({ length: count }, (_, i) => A.note(`old ${from + i}`, 1_000_000 + from + i));

describe('a mirror', () => {
  test('brings the backlog, and what comes while that is under way', async t => {
    const [from, to] = [await LastingRelay.start(t, notes(400)), await LastingRelay.start(t, notes(100))];
    const { mirror } = startMirror(t, [from.url], [to.url]);
    await publish(from, notes(100, 5000));
    await untilSame([from, to], 500);
    const [target] = mirror.targets;
    await eventually(() => target!.queued === 0);
    assert.equal(target!.counts.accepted, 400);
    assert.equal(target!.counts.sent, 400, 'nothing was sent twice');
  });

  test('brings what came to the source while the target was away, once', async t => {
    const [from, to] = [await LastingRelay.start(t, notes(50)), await LastingRelay.start(t)];
    const { mirror, told } = startMirror(t, [from.url], [to.url]);
    await untilSame([from, to], 50);
    await to.stop();
    await eventually(() => mirror.targets[0]!.state === 'down');
    await publish(from, [...notes(100, 100), ...old(20, 0)]);
    await to.start();
    await untilSame([from, to], 170);
    await eventually(() => mirror.isWhole(mirror.sources[0]!));
    const about = told.filter(([what]) => what === 'down' || what === 'return').map(([what]) => what);
    assert.deepEqual(about, ['down', 'return'], 'each is told once');
  });

  test('follows other relays when it is told to, and goes on with those that stay', async t => {
    const [first, second, third] = [
      await LastingRelay.start(t, notes(10)),
      await LastingRelay.start(t, notes(10, 1000)),
      await LastingRelay.start(t, notes(10, 2000)),
    ];
    const to = await LastingRelay.start(t);
    const { mirror } = startMirror(t, [first.url, second.url], [to.url]);
    await eventually(() => to.ids.length === 20);
    const stays = mirror.sources[1];
    mirror.follow(new Map([second, third].map(({ url }) => [url, [{}]])));
    await eventually(() => to.ids.length === 30);
    assert.equal(mirror.sources[0], stays);
    await publish(first, notes(5, 3000));
    await publish(second, notes(5, 4000));
    await eventually(() => to.ids.length === 35);
    assert.deepEqual(
      mirror.sources.map(({ relay, state }) => [relay, state]),
      [
        [second.url, 'live'],
        [third.url, 'live'],
      ],
    );
    assert.deepEqual([mirror.sources.length, mirror.pairs.length], [2, 2]);
  });

  test('brings again what a target has lost that came back empty', async t => {
    const [from, to] = [await LastingRelay.start(t, notes(60)), await LastingRelay.start(t)];
    startMirror(t, [from.url], [to.url]);
    await untilSame([from, to], 60);
    await to.stop();
    to.store = (await LastingRelay.start(t)).store;
    await to.start();
    await untilSame([from, to], 60);
  });

  test('finds what a source got while it was away, also with times of long ago', async t => {
    const [from, to] = [await LastingRelay.start(t, notes(50)), await LastingRelay.start(t)];
    const { mirror } = startMirror(t, [from.url], [to.url]);
    await untilSame([from, to], 50);
    await eventually(() => mirror.isWhole(mirror.sources[0]!));
    await from.stop();
    await from.store.add(old(30, 0));
    await from.start();
    await untilSame([from, to], 80);
    await eventually(() => mirror.sources[0]!.counts.reconnects === 1);
  });

  test('where nobody negotiates, asks only for what is later than it was', async t => {
    const silent = { maxNegotiated: 0 };
    const from = await LastingRelay.start(t, [...notes(30), ...old(30, 1000)], silent);
    const to = await LastingRelay.start(t, [], silent);
    const { mirror } = startMirror(t, [from.url], [to.url]);
    await untilSame([from, to], 60);
    await eventually(() => mirror.isWhole(mirror.sources[0]!));
    await from.stop();
    await from.store.add([...notes(10, 400), ...old(10, 0)]);
    await from.start();
    await eventually(() => to.ids.length === 70);
    await eventually(() => mirror.isWhole(mirror.sources[0]!));
    assert.equal(to.ids.length, 70, 'those of long ago are beyond the overlap');
  });

  test('two both ways, and three in a ring, come to rest', async t => {
    const [a, b, c] = await Promise.all([0, 1, 2].map(i => LastingRelay.start(t, notes(30, 1000 * i))));
    const ring = [
      startMirror(t, [a!.url], [b!.url]),
      startMirror(t, [b!.url], [c!.url]),
      startMirror(t, [c!.url], [a!.url]),
      startMirror(t, [a!.url, b!.url], [a!.url, b!.url]),
    ];
    await untilSame([a!, b!, c!], 90);
    await publish(b!, notes(20, 5000));
    await untilSame([a!, b!, c!], 110);
    await eventually(() => ring.every(({ mirror }) => mirror.sources.every(s => mirror.isWhole(s))));
    const targets = ring.flatMap(({ mirror }) => mirror.targets);
    await eventually(() => targets.every(({ queued }) => queued === 0));
    for (const { counts } of targets) assert.ok(counts.sent <= 110, 'each event went there once at most');
  });

  test('a refusal is final, and one that may pass is not', async t => {
    const from = await LastingRelay.start(t);
    const [bad, slow, ...good] = notes(20);
    const answers = (id: string, times: number) => {
      if (id === bad!.id) return 'blocked: not here' as const;
      return id === slow!.id && times < 3 ? ('rate-limited: slow down' as const) : ('accept' as const);
    };
    const to = await startAnsweringRelay(t, answers);
    const { mirror, told } = startMirror(t, [from.url], [to.url]);
    await eventually(() => mirror.sources[0]!.state === 'live');
    await publish(from, [bad!, slow!, ...good]);
    const { counts } = mirror.targets[0]!;
    await eventually(() => counts.accepted === 19 && counts.refused === 1);
    assert.equal(to.received.get(bad!.id), 1);
    assert.deepEqual(
      told.filter(([what]) => what === 'refused'),
      [['refused', to.url, `${bad!.id} blocked: not here`]],
    );
  });

  test('what wants authentication is told from what wants it for one kind', async t => {
    const from = await LastingRelay.start(t);
    const to = await startAnsweringRelay(t, () => 'auth-required: who are you?');
    const demands = new AuthDemands();
    const answers: boolean[] = [];
    const { mirror } = startMirror(t, [from.url], [to.url], {
      onRefused: (target, _, __, kind) => {
        demands.note(target, kind);
        answers.push(demands.isForAll(target, mirror.pairs));
      },
    });
    await eventually(() => mirror.isWhole(mirror.sources[0]!));
    for (const kind of [4, 4, 1]) {
      await publish(from, [A.sign({ kind, content: `${answers.length}` })]);
      await eventually(() => answers.length > 0 && mirror.targets[0]!.queued === 0);
    }
    await eventually(() => answers.length === 3);
    assert.deepEqual(answers, [false, false, true]);
  });

  test('a clock that was ahead says nothing of what a target has', async t => {
    const [from, to] = [await LastingRelay.start(t, notes(5)), await LastingRelay.start(t)];
    const { mirror } = startMirror(t, [from.url], [to.url], { sinceOf: () => 99_999_999_999 });
    assert.equal(mirror.pairs[0]!.since, undefined);
    await untilSame([from, to], 5);
    await eventually(() => mirror.pairs[0]!.since === T0 + 4);
  });

  test('what a judge rejects goes nowhere, neither live nor by a comparison', async t => {
    const [from, to] = [await LastingRelay.start(t, notes(20)), await LastingRelay.start(t)];
    const { mirror } = startMirror(t, [from.url], [to.url], {
      judge: async event => (event.created_at % 2 === 0 ? 'accept' : 'reject'),
    });
    await eventually(() => mirror.isWhole(mirror.sources[0]!));
    await publish(from, notes(20, 100));
    await eventually(() => to.ids.length === 20 && mirror.gate.rejected === 20);
    assert.equal(mirror.pairs[0]!.isWhole, true);
  });

  test('ends when each source refuses for good', async t => {
    const from = await LastingRelay.start(t, notes(3), { auth: true });
    const to = await LastingRelay.start(t);
    const { ended } = startMirror(t, [from.url], [to.url]);
    const [ending] = await ended;
    assert.equal(ending!.end, 'auth_required');
  });

  test('how far it is stops at the oldest event that has no answer', async t => {
    const from = await LastingRelay.start(t, notes(10));
    const unanswered = notes(1, 100)[0]!;
    const to = await startAnsweringRelay(t, id => (id === unanswered.id ? 'ignore' : 'accept'));
    const { mirror } = startMirror(t, [from.url], [to.url]);
    await eventually(() => mirror.targets[0]!.counts.accepted === 10).catch(() => {});
    await publish(from, [unanswered, ...notes(5, 200)]);
    await eventually(() => mirror.targets[0]!.counts.accepted >= 5);
    const { since } = mirror.pairs[0]!;
    assert.ok(since === undefined || since <= T0 + 100, `${since}`);
  });

  test('passes on ephemeral events as they come, where their kind is asked for, and protected ones never', async t => {
    const from = await LastingRelay.start(t);
    const to = await startAnsweringRelay(t, () => 'accept');
    const kinds = [1, 20_001];
    const { mirror } = startMirror(t, [from.url], [to.url], { filters: [{ kinds }] });
    await eventually(() => mirror.sources[0]!.state === 'live');
    const [ephemeral, guarded, plain] = [
      A.sign({ kind: 20_001, created_at: T0, tags: [], content: 'now' }),
      A.sign({ kind: 1, created_at: T0, tags: [['-']], content: 'mine' }),
      A.note('plain', T0),
    ];
    await from.store.add([guarded]);
    await publish(from, [ephemeral, plain]);
    const { counts } = mirror.targets[0]!;
    await eventually(() => counts.accepted === 2);
    assert.deepEqual([...to.received.keys()].sort(), [ephemeral.id, plain.id].sort());
  });
});
