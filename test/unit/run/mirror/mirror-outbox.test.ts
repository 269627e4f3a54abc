// People are followed at the relays they write to, also when these change.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { parseStreamEvent } from '../../../../src/protocol/parsed-event.ts';
import { CommandEnd } from '../../../../src/run/command-end.ts';
import { MirrorOutbox } from '../../../../src/run/mirror/mirror-outbox.ts';
import type { Followed } from '../../../../src/sync/mirror/mirror.ts';
import { commandWorld, NETWORK } from '../../../support/command-context.ts';
import { eventually } from '../../../support/mirror-world.ts';
import { T0 } from '../../../support/people.ts';
import { PEOPLE, Town } from '../../../support/town.ts';

const { ann, ben, dan } = PEOPLE;

async function townOf(t: TestContext) {
  const town = await Town.start();
  t.after(() => town.close());
  const { context, told, end } = commandWorld();
  t.after(end);
  const outbox = (people: string[], targets = ['ws://target.example']) =>
    new MirrorOutbox(context, {
      ...{ people, targets, filters: [{ kinds: [1], authors: people }], relays: [town.urls.index] },
      flags: { ...NETWORK, allowPrivate: true },
      named: new Set([town.urls.index]),
      end: new CommandEnd(context.deadline),
    });
  return { town, told, outbox };
}

const shown = (followed: Followed) =>
  [...followed].map(([relay, [filter]]) => `${relay} ${filter!.authors!.length}`).sort();

test('each relay is asked for its people, and the only target for nobody', async t => {
  const { town, told, outbox } = await townOf(t);
  const { index, north, south } = town.urls;
  const people = [ann, ben, dan].map(({ publicKey }) => publicKey);
  const all = [`${index} 1`, `${north} 1`, `${south} 1`].sort();
  assert.deepEqual(shown(await outbox(people).begin()), all);
  assert.match(told.stderr, /no relay list of 1 of 3 authors was found/);
  const others = all.filter(line => !line.startsWith(north));
  assert.deepEqual(shown(await outbox(people, [north]).begin()), others);
});

test('a new list of one of them is followed; whose list is not found is served as before', async t => {
  const { town, outbox } = await townOf(t);
  const { north, south } = town.urls;
  const own = outbox([ann, ben].map(({ publicKey }) => publicKey));
  await own.begin();
  const moved = ann.sign({ kind: 10002, tags: [['r', south, 'write']], created_at: T0 + 100 });
  await town.add('index', moved);
  const followed: string[][] = [];
  const leave = own.keepUp({ follow: sources => followed.push(shown(sources)) }, 1);
  t.after(leave);
  own.onEvents([parseStreamEvent(dan.sign({ kind: 10002 }))]);
  own.onEvents([parseStreamEvent(moved)]);
  await eventually(() => followed.length === 1);
  assert.deepEqual(followed[0], [`${south} 2`]);
  await town.stop('index');
  own.onEvents([parseStreamEvent(moved)]);
  await eventually(() => followed.length === 2);
  assert.deepEqual(followed[1], [`${south} 2`], `and not ${north}`);
});

test('where nobody can be followed is told; a later look that finds nothing changes nothing', async t => {
  const { town, outbox } = await townOf(t);
  const { index } = town.urls;
  await assert.rejects(
    outbox([dan.publicKey], [index]).begin(),
    /there is no relay to follow these people at/,
  );
  const own = outbox([ben.publicKey], [index]);
  await own.begin();
  const followed: string[][] = [];
  t.after(own.keepUp({ follow: sources => followed.push(shown(sources)) }, 1));
  const list = (write: string, at: number) =>
    ben.sign({ kind: 10002, tags: [['r', write, 'write']], created_at: T0 + at });
  const [gone, back] = [list(index, 100), list(town.urls.north, 200)];
  await town.add('index', gone);
  own.onEvents([parseStreamEvent(gone)]);
  await new Promise(resolve => setImmediate(resolve));
  await town.add('index', back);
  own.onEvents([parseStreamEvent(back)]);
  await eventually(() => followed.length > 0);
  assert.deepEqual(followed[0], [`${town.urls.north} 1`]);
});
