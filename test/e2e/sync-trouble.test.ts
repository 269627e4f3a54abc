// `nost sync`, by the built program, with relays that answer in part, wrongly, or not at all.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Mutation, Talk } from '../support/mutant-relay.ts';
import { A } from '../support/people.ts';
import { folderOf, idsAt, idsOf, mutantOf, notes, relayOf, sync } from '../support/sync-world.ts';

const ALL = notes(6);
const PART = ALL.slice(0, 3);

/** Wants to know who asks, for one verb alone, and is content with any AUTH. */
const demanding = (verb: string): Mutation => ({
  toRelay: ([said, id], { memory, toClient }) => {
    if (said === 'AUTH') {
      memory.set('is known', true);
      toClient(['OK', id.id, true, '']);
      return [];
    }
    if (said !== verb || memory.has('is known')) return undefined;
    const why = 'auth-required: who are you?';
    toClient(['AUTH', 'a challenge']);
    if (verb === 'EVENT') toClient(['OK', id.id, false, why]);
    else toClient([verb === 'REQ' ? 'CLOSED' : 'NEG-ERR', id, why]);
    return [];
  },
});

/** Gives one event on each connection. */
const short: Mutation = {
  toClient: (frame, { memory, toClient, cut }) => {
    if (memory.has('is over')) return [];
    if (frame[0] !== 'EVENT') return undefined;
    memory.set('is over', true);
    toClient(frame);
    setImmediate(cut);
    return [];
  },
};

const answering = (answer: (id: string, talk: Talk) => void): Mutation => ({
  toRelay: (frame, talk) => {
    if (frame[0] !== 'EVENT') return undefined;
    answer(frame[1].id, talk);
    return [];
  },
});

describe('a relay in trouble', () => {
  test('that is cut off after each event is read to the end by ids, and left in the end where it is paged', async t => {
    const [from, to] = [await mutantOf(t, ALL, short), await relayOf(t, PART)];
    const paged = await sync(['--method', 'ids', '--dry-run', from, to]);
    assert.ok([3, 5].includes(paged.code), JSON.stringify(paged.log));
    const { code, log } = await sync([from, to]);
    assert.equal(code, 0, JSON.stringify(log));
    assert.deepEqual(await idsAt(to), idsOf(ALL));
  });

  test('that answers for other events, or not at all, has none of them: 124', async t => {
    const odd = [
      answering((_, { toClient }) => toClient(['OK', 'ab'.repeat(32), true, ''])),
      answering(() => {}),
    ];
    const from = await relayOf(t, ALL);
    const runs = odd.map(async mutation =>
      sync(['--relay-timeout', '3s', from, await mutantOf(t, PART, mutation)]),
    );
    for (const { code, sides, log } of await Promise.all(runs)) {
      assert.equal(code, 124, JSON.stringify(log));
      assert.deepEqual([sides[1]!.accepted, sides[1]!.refused], [0, 3]);
    }
  });

  test('that accepts and forgets is found out by --prove: 3', async t => {
    const forgetful = answering((id, { toClient }) => toClient(['OK', id, true, '']));
    const [from, to] = [await relayOf(t, ALL), await mutantOf(t, PART, forgetful)];
    const { code, sides, log } = await sync(['--prove', from, to]);
    assert.equal(code, 3);
    assert.equal(sides[1]!.accepted, 3);
    assert.match(String(log.at(-1)!['message']), /3 events still differ/);
  });

  test('that wants to know who asks, for one thing alone: with --auth it is told, without 4, or paged', async t => {
    const cwd = folderOf(t);
    writeFileSync(join(cwd, 'key'), A.secretHex, { mode: 0o600 });
    const consent = ['--auth', '--sec-file', 'key'];
    const runs = ['EVENT', 'REQ', 'NEG-OPEN'].flatMap(verb =>
      [[], consent].map(async words => {
        const odd = await mutantOf(t, PART, demanding(verb));
        const sides = verb === 'EVENT' ? [await relayOf(t, ALL), odd] : [odd, await relayOf(t, ALL.slice(2))];
        const { code, log } = await sync([...words, ...sides], { cwd });
        return [verb, words.length > 0, code, log.filter(({ type }) => type === 'fallback').length];
      }),
    );
    assert.deepEqual(await Promise.all(runs), [
      ['EVENT', false, 4, 0],
      ['EVENT', true, 0, 0],
      ['REQ', false, 4, 0],
      ['REQ', true, 0, 0],
      ['NEG-OPEN', false, 0, 1],
      ['NEG-OPEN', true, 0, 0],
    ]);
  });

  test('that falls silent in a slice of time is asked no more, whatever filters there are', async t => {
    let asked = 0;
    const mute: Mutation = {
      toRelay: ([verb, id], { toClient }) => {
        if (verb !== 'NEG-OPEN') return undefined;
        if (++asked === 1) toClient(['NEG-ERR', id, 'blocked: too many query results']);
        return [];
      },
    };
    const [from, to] = [await mutantOf(t, ALL, mute), await relayOf(t, PART)];
    const filters = ['--filter', '{"kinds":[1]}', '--filter', '{"kinds":[1,2]}'];
    const { code, log } = await sync(['--prove', '--relay-timeout', '3s', ...filters, from, to]);
    assert.equal(code, 0, JSON.stringify(log));
    assert.equal(asked, 2, 'one --relay-timeout in all');
    assert.deepEqual(await idsAt(to), idsOf(ALL));
  });
});
