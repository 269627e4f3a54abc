// `nost sync`, by the built program with real relays: what was missing is there at the end, whatever the relays do instead
// of negotiating.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Event } from '../../src/protocol/event.ts';
import { LAST as END, FrameWriter } from '../../src/protocol/negentropy-frame.ts';
import { memoryStore } from '../../src/server/store/table-store.ts';
import { type Mutation, startMutant } from '../support/mutant-relay.ts';
import { ndkAnswers } from '../support/ndk-negentropy.ts';
import { toolsItems, toolsSync } from '../support/nostr-tools-negentropy.ts';
import { A, B, T0, withBrokenSignature } from '../support/people.ts';
import { startIndependent } from '../support/relays.ts';
import * as step from '../support/scripted-steps.ts';
import { folderOf, idsAt, idsOf, jsonl, mutantOf, notes, relayOf, sync } from '../support/sync-world.ts';
import { NOBODY, scripted } from '../support/wire.ts';

const NOST = join(import.meta.dirname, '../../bin/nost.js');

const ALL = notes(700);
const FIRST = ALL.slice(0, 600);
const LAST = ALL.slice(200);

/** What came of a negotiation that was not meant to be. */
const refusing = (answer: (id: string) => unknown[]): Mutation => ({
  toRelay: (frame, talk) => {
    if (!String(frame[0]).startsWith('NEG-')) return undefined;
    if (frame[0] === 'NEG-OPEN') talk.toClient(answer(frame[1]));
    return [];
  },
});

/** Many lists of ids that nobody has, and word of more. */
function endlessFrame(nextTime: () => number): string {
  const writer = new FrameWriter();
  for (let i = 0; i < 300; i++) {
    writer.bound({ time: nextTime(), prefix: new Uint8Array(0) });
    writer.varint(2);
    writer.varint(127);
    writer.bytes(randomBytes(32 * 127));
  }
  writer.bound(END);
  writer.varint(1);
  writer.bytes(randomBytes(16));
  return Buffer.from(writer.frame).toString('hex');
}

describe('two relays', () => {
  test('TO gets what it lacks, by negentropy, and FROM nothing', async t => {
    const [from, to] = [await relayOf(t, FIRST), await relayOf(t, LAST)];
    const { code, stdout, sides } = await sync(['--prove', from, to]);
    assert.equal(code, 0);
    assert.equal(stdout, '');
    const rest = { type: 'sync', refused: 0, hidden: 0, method: 'negentropy' };
    assert.deepEqual(
      sides.map(({ ms: _, message: __, ...side }) => side),
      [
        { ...rest, relay: from, had: 200, needed: 100, sent: 0, accepted: 0 },
        { ...rest, relay: to, had: 100, needed: 200, sent: 200, accepted: 200 },
      ],
    );
    assert.deepEqual(await idsAt(to), idsOf(ALL));
    assert.deepEqual(await idsAt(from), idsOf(FIRST));
    const { have, need } = await toolsSync(to, toolsItems(ALL.map(e => [e.created_at, e.id])), {});
    assert.equal(have.size + need.size, 0, 'an independent client finds no difference');
  });

  test('both ways each gets what it lacks, and then there is nothing to do', async t => {
    const [from, to] = [await relayOf(t, FIRST), await relayOf(t, LAST)];
    assert.equal((await sync(['--both', from, to])).code, 0);
    assert.deepEqual(await idsAt(from), idsOf(ALL));
    assert.deepEqual(await idsAt(to), idsOf(ALL));
    const again = await sync(['--both', from, to]);
    assert.equal(again.code, 0);
    assert.ok(again.sides.every(({ had, needed, sent }) => had + needed + sent === 0));
  });

  test('one of which answers by the negentropy of NDK', async t => {
    const store = memoryStore();
    await store.add(FIRST);
    const from = await startMutant(ndkAnswers(store, 8400));
    t.after(() => from.close());
    const to = await relayOf(t, LAST);
    const { code, sides } = await sync(['--method', 'negentropy', '--both', '--prove', from.url, to]);
    assert.equal(code, 0);
    assert.deepEqual(
      sides.map(({ had, needed, accepted }) => [had, needed, accepted]),
      [
        [200, 100, 100],
        [100, 200, 200],
      ],
    );
    assert.deepEqual([await idsAt(from.url), await idsAt(to)], [idsOf(ALL), idsOf(ALL)]);
  });

  test('an empty TO is sent everything without a comparison', async t => {
    const [from, to] = [await relayOf(t, ALL), await relayOf(t, [])];
    const { code, sides } = await sync([from, to]);
    assert.equal(code, 0);
    assert.deepEqual(
      sides.map(({ method }) => method),
      ['scan', 'scan'],
    );
    assert.deepEqual(await idsAt(to), idsOf(ALL));
  });

  test('filters, several of them and overlapping, say what is moved', async t => {
    const more = Array.from({ length: 20 }, (_, i) =>
      B.sign({ kind: 7, created_at: T0 + i, tags: [], content: '+' }),
    );
    const [from, to] = [await relayOf(t, [...FIRST, ...more]), await relayOf(t, LAST)];
    const filters = [`{"kinds":[7]}`, `{"kinds":[7,1],"until":${T0 + 9}}`];
    const { code, sides } = await sync([...filters.flatMap(filter => ['--filter', filter]), from, to]);
    assert.equal(code, 0);
    assert.equal(sides[1]!.accepted, 30);
    assert.deepEqual(await idsAt(to), idsOf([...LAST, ...more, ...FIRST.slice(0, 10)]));
  });

  test('--dry-run counts, --print-missing names, and nothing is sent', async t => {
    const [from, to] = [await relayOf(t, FIRST), await relayOf(t, LAST)];
    const { code, stdout, sides } = await sync(['--dry-run', '--print-missing', from, to]);
    assert.equal(code, 0);
    assert.deepEqual(
      sides.map(({ had, needed, sent }) => [had, needed, sent]),
      [
        [200, 100, 0],
        [100, 200, 0],
      ],
    );
    const lines = stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    const named = (have: string) =>
      lines
        .filter(line => line.have === have)
        .map(({ id }) => id)
        .sort();
    assert.deepEqual(named(from), idsOf(ALL.slice(0, 200)));
    assert.deepEqual(named(to), idsOf(ALL.slice(600)));
    assert.deepEqual(await idsAt(to), idsOf(LAST));
  });

  test('the parts of --shard are disjoint and together the whole', async t => {
    const from = await relayOf(t, ALL);
    const parts: string[][] = [];
    for (const part of ['0/3', '1/3', '2/3']) {
      const to = await relayOf(t, part === '1/3' ? [] : ALL.slice(0, 5));
      assert.equal((await sync(['--shard', part, from, to])).code, 0);
      const known = new Set(part === '1/3' ? [] : idsOf(ALL.slice(0, 5)));
      parts.push((await idsAt(to)).filter(id => !known.has(id)));
    }
    const all = parts.flat();
    assert.equal(new Set(all).size, all.length);
    assert.ok(parts.every(({ length }) => length > 150 && length < 300));
    const rest = new Set(idsOf(ALL.slice(0, 5)));
    assert.deepEqual(all.filter(id => !rest.has(id)).sort(), idsOf(ALL.slice(5)));
  });

  test('several FROMs fill one TO', async t => {
    const [a, b, to] = [
      await relayOf(t, FIRST),
      await relayOf(t, LAST),
      await relayOf(t, ALL.slice(300, 310)),
    ];
    const { code, sides } = await sync(['--from', b, a, to]);
    assert.equal(code, 0);
    assert.deepEqual(
      sides.map(({ had }) => had),
      [590, 100, 200],
    );
    assert.deepEqual(await idsAt(to), idsOf(ALL));
  });
});

describe('a relay that does not negotiate is paged', () => {
  const refusals: [what: string, mutation: Mutation][] = [
    ...[
      'ERROR: bad msg: unknown cmd',
      'ERROR: bad msg: negentropy disabled',
      'invalid: "value" does not match any of the allowed types',
      'could not parse command',
      'ERROR: too many concurrent NEG requests',
    ].map((text): [string, Mutation] => [`NOTICE ${text}`, refusing(() => ['NOTICE', text])]),
    ['CLOSED', refusing(id => ['CLOSED', id, 'unsupported: no NEG-OPEN here'])],
    ['NEG-ERR', refusing(id => ['NEG-ERR', id, 'error: negentropy is off'])],
    ['NEG-ERR closed', refusing(id => ['NEG-ERR', id, 'closed: unknown subscription handle'])],
    [
      'NEG-ERR blocked, for whatever is asked',
      refusing(id => ['NEG-ERR', id, 'blocked: this query is too big', 10]),
    ],
    ['CLOSED with the prefix of strfry', refusing(id => ['CLOSED', id, 'ERROR: auth-required: who are you'])],
    ['a frame of another version', refusing(id => ['NEG-MSG', id, '62'])],
    ['a frame that makes no sense', refusing(id => ['NEG-MSG', id, '6100000205'])],
    [
      'the end of the connection',
      {
        toRelay: (frame, talk) => {
          if (frame[0] !== 'NEG-OPEN') return undefined;
          talk.cut();
          return [];
        },
      },
    ],
  ];
  for (const [i, [what, mutation]] of refusals.entries()) {
    test(what, async t => {
      const all = i === 0 ? ALL : ALL.slice(0, 70); // one of them with more than a page
      const [odd, well] = [await mutantOf(t, all.slice(0, -10), mutation), await relayOf(t, all.slice(20))];
      const { code, sides, log } = await sync(['--both', '--prove', odd, well]);
      assert.equal(code, 0, JSON.stringify(log.at(-1)));
      assert.deepEqual(
        sides.map(({ method }) => method),
        ['ids', 'negentropy'],
      );
      assert.equal(log.filter(({ type }) => type === 'fallback').length, 1);
      assert.deepEqual(await idsAt(well), idsOf(all));
      assert.deepEqual(await idsAt(odd), idsOf(all));
    });
  }

  test('as TO, and as both', async t => {
    const mutation = refusing(() => ['NOTICE', 'could not parse command']);
    const [from, odd] = [await relayOf(t, FIRST), await mutantOf(t, LAST, mutation)];
    const { code, sides } = await sync(['--prove', from, odd]);
    assert.equal(code, 0);
    assert.deepEqual(
      sides.map(({ method }) => method),
      ['negentropy', 'ids'],
    );
    assert.deepEqual(await idsAt(odd), idsOf(ALL));
    const other = await mutantOf(t, LAST.slice(100), mutation);
    assert.equal((await sync(['--both', odd, other])).code, 0);
    assert.deepEqual(await idsAt(other), idsOf(ALL));
  });

  test('one that never answers costs one --relay-timeout', async t => {
    let asked = 0;
    const mute: Mutation = {
      toRelay: ([verb]) => {
        if (verb !== 'NEG-OPEN') return verb === 'NEG-CLOSE' ? [] : undefined;
        asked++;
        return [];
      },
    };
    const to = await relayOf(t, LAST);
    const { code, ms } = await sync(['--prove', '--relay-timeout', '3s', await mutantOf(t, FIRST, mute), to]);
    assert.equal(code, 0);
    assert.equal(asked, 1);
    assert.ok(ms > 3000, `${ms} ms`);
    assert.deepEqual(await idsAt(to), idsOf(ALL));
  });

  test('the independent relay, both ways', async t => {
    const foreign = await startIndependent();
    t.after(foreign.close);
    const ours = await relayOf(t, FIRST);
    const few = ALL.slice(550);
    assert.equal((await sync(['-', foreign.url], { input: jsonl(few) })).code, 0);
    const { code, sides } = await sync(['--both', '--prove', foreign.url, ours]);
    assert.equal(code, 0);
    assert.deepEqual(
      sides.map(({ method, accepted }) => [method, accepted]),
      [
        ['ids', 550],
        ['negentropy', 100],
      ],
    );
    assert.deepEqual(await idsAt(foreign.url), idsOf(ALL));
    assert.deepEqual(await idsAt(ours), idsOf(ALL));
  });

  test('with --method negentropy it is an error, with ids nobody is asked to negotiate', async t => {
    const [odd, well] = [
      await mutantOf(
        t,
        FIRST,
        refusing(() => ['NOTICE', 'ERROR: no']),
      ),
      await relayOf(t, LAST),
    ];
    const { code, log } = await sync(['--method', 'negentropy', odd, well]);
    assert.equal(code, 1);
    assert.match(String(log.at(-1)!['message']), /refused: ERROR: no/);
    const paged = await sync(['--method', 'ids', odd, well]);
    assert.equal(paged.code, 0);
    assert.deepEqual(
      paged.sides.map(({ method }) => method),
      ['ids', 'ids'],
    );
    assert.deepEqual(await idsAt(well), idsOf(ALL));
  });
});

describe('a relay in trouble', () => {
  test('a query that is too large is split by time', async t => {
    const limits = { maxNegotiated: 100 };
    const [from, to] = [await relayOf(t, FIRST, limits), await relayOf(t, LAST, limits)];
    const { code, sides } = await sync(['--both', '--prove', from, to]);
    assert.equal(code, 0);
    assert.deepEqual(
      sides.map(({ method, accepted }) => [method, accepted]),
      [
        ['negentropy', 100],
        ['negentropy', 200],
      ],
    );
    assert.deepEqual(await idsAt(to), idsOf(ALL));
  });

  test('a disconnect in the middle of the negotiation, and of the reading, is gone on with', async t => {
    const cutAt = (verb: string, times: number, by: 'toRelay' | 'toClient'): Mutation => ({
      [by]: (frame: unknown[], { shared, cut }: { shared: Map<string, number>; cut(): void }) => {
        if (frame[0] !== verb) return undefined;
        const seen = (shared.get(verb) ?? 0) + 1;
        shared.set(verb, seen);
        if (seen !== times) return undefined;
        cut();
        return [];
      },
    });
    for (const mutation of [cutAt('NEG-MSG', 1, 'toRelay'), cutAt('EVENT', 300, 'toClient')]) {
      const [from, to] = [await mutantOf(t, ALL, mutation), await relayOf(t, ALL.slice(0, 100))];
      const { code, sides } = await sync(['--prove', from, to]);
      assert.equal(code, 0);
      assert.deepEqual(
        sides.map(({ method }) => method),
        ['negentropy', 'negentropy'],
      );
      assert.deepEqual(await idsAt(to), idsOf(ALL));
    }
  });

  test('a session that the relay closes is gone on with in another', async t => {
    let closed = 0;
    const closing: Mutation = {
      toRelay: (frame, { toClient }) => {
        if (frame[0] !== 'NEG-MSG' || closed++ >= 2) return undefined;
        toClient(['NEG-ERR', frame[1], 'closed: you took too long to respond!']);
        return [];
      },
    };
    const [from, to] = [await mutantOf(t, ALL, closing), await relayOf(t, ALL.slice(0, 100))];
    const { code, sides } = await sync([from, to]);
    assert.equal(code, 0);
    assert.deepEqual(
      sides.map(({ method }) => method),
      ['negentropy', 'negentropy'],
    );
    assert.ok(closed > 0);
    assert.deepEqual(await idsAt(to), idsOf(ALL));
  });

  test('a relay that lists ids by the thousand and gives none is not asked for them twice', async t => {
    let asked = 0;
    const lying: Mutation = {
      toRelay: frame => {
        if (frame[0] === 'REQ' && frame[2]?.ids) asked++;
        return undefined;
      },
      toClient: frame => (frame[0] === 'EVENT' ? [] : undefined),
    };
    const [from, to] = [await mutantOf(t, ALL, lying), await relayOf(t, ALL.slice(0, 1))];
    const { code, sides } = await sync([from, to]);
    assert.equal(code, 3);
    assert.equal(sides[0]!.hidden, 699);
    assert.equal(asked, 2, 'two batches, once');
  });

  /** A million ids take their time. */
  const slow = { skip: process.env['NOST_SOAK'] ? false : 'with NOST_SOAK' };

  test('a relay that names ids without end is paged, and the other one is not blamed', slow, async t => {
    let time = 1;
    const endless: Mutation = {
      toRelay: (frame, { toClient }) => {
        if (!String(frame[0]).startsWith('NEG-')) return undefined;
        if (frame[0] !== 'NEG-CLOSE') toClient(['NEG-MSG', frame[1], endlessFrame(() => time++)]);
        return [];
      },
    };
    const [odd, well] = [await mutantOf(t, FIRST, endless), await relayOf(t, LAST)];
    const { code, log } = await sync([odd, well]);
    assert.equal(code, 0);
    assert.deepEqual(
      log.filter(({ type }) => type === 'fallback').map(({ relay }) => relay),
      [odd],
    );
    assert.deepEqual(await idsAt(well), idsOf(ALL));
  });

  test('ids that are listed and never given are hidden, asked for twice, and missing', async t => {
    const secret = new Set(idsOf(ALL.slice(0, 7)));
    let asked = 0;
    const hiding: Mutation = {
      toRelay: frame => {
        if (frame[0] === 'REQ' && frame[2]?.ids?.some((id: string) => secret.has(id))) asked++;
        return undefined;
      },
      toClient: frame => (frame[0] === 'EVENT' && secret.has(frame[2].id) ? [] : undefined),
    };
    const [from, to] = [await mutantOf(t, ALL, hiding), await relayOf(t, ALL.slice(300))];
    const overlapping = ['--filter', '{"kinds":[1]}', '--filter', `{"until":${T0 + 900}}`];
    const { code, sides, log } = await sync([...overlapping, from, to]);
    assert.equal(code, 3);
    assert.deepEqual([sides[0]!.hidden, sides[1]!.needed, sides[1]!.accepted], [7, 300, 293]);
    assert.match(
      String(log.at(-1)!['message']),
      /7 events are missing at the end, 7 of them listed but not given/,
    );
    assert.equal(asked, 2, 'once, and once more');
  });

  test('what one FROM lists and does not give is not missing when the next gives it', async t => {
    const hiding: Mutation = {
      toClient: frame => (frame[0] === 'EVENT' && frame[2].id === ALL[3]!.id ? [] : undefined),
    };
    const [first, next] = [await mutantOf(t, ALL, hiding), await relayOf(t, ALL)];
    const to = await relayOf(t, ALL.slice(300));
    const { code, sides } = await sync(['--prove', '--from', next, first, to]);
    assert.equal(code, 0);
    assert.deepEqual([sides[0]!.hidden, sides[2]!.needed, sides[2]!.accepted], [1, 300, 300]);
    assert.deepEqual(await idsAt(to), idsOf(ALL));
  });

  test('an event that comes twice stands for no other that does not come, and twice in no file', async t => {
    const secret = new Set(idsOf(ALL.slice(0, 7)));
    const doubling: Mutation = {
      toClient: frame => {
        if (frame[0] !== 'EVENT') return undefined;
        return secret.has(frame[2].id) ? [] : [frame, frame];
      },
    };
    const cwd = folderOf(t);
    writeFileSync(join(cwd, 'held.jsonl'), jsonl(ALL.slice(300)));
    for (const to of [await relayOf(t, ALL.slice(300)), './held.jsonl']) {
      const { code, sides } = await sync([await mutantOf(t, ALL, doubling), to], { cwd });
      assert.equal(code, 3);
      assert.deepEqual([sides[0]!.hidden, sides[1]!.needed, sides[1]!.accepted], [7, 300, 293]);
    }
    assert.deepEqual(await idsAt(join(cwd, 'held.jsonl')), idsOf(ALL.slice(7)));
  });

  test('what TO replaced or deleted is not missing; what it refuses is', async t => {
    const sign = (created_at: number) =>
      A.sign({ kind: 0, created_at, tags: [], content: `{"n":${created_at}}` });
    const replacing: Mutation = {
      toClient: frame =>
        frame[0] === 'OK' && /newer/.test(frame[3])
          ? [['OK', frame[1], false, 'replaced: have newer event']]
          : undefined,
    };
    const [from, to] = [
      await relayOf(t, [sign(T0), ...FIRST]),
      await mutantOf(t, [sign(T0 + 5), ...FIRST], replacing),
    ];
    const { code, sides } = await sync(['--prove', from, to]);
    assert.equal(code, 0);
    assert.equal(sides[1]!.needed, 1);
  });

  test('no note is replaced by a newer one, and what is said to be there shows with --prove', async t => {
    const saying = (reason: string): Mutation => ({
      toRelay: ([verb, event], talk) => {
        if (verb !== 'EVENT') return undefined;
        talk.toClient(['OK', event.id, false, reason]);
        return [];
      },
    });
    const from = await relayOf(t, FIRST);
    assert.equal((await sync([from, await mutantOf(t, LAST, saying('replaced: newer'))])).code, 1);
    const having = await mutantOf(t, LAST, saying('duplicate: have it'));
    const { code, log } = await sync(['--prove', from, having]);
    assert.equal(code, 3);
    assert.match(String(log.at(-1)!['message']), /200 events still differ/);
  });

  test('what TO refuses is told and missing: 3, and 1 where it refuses everything', async t => {
    const refusing = (isRefused: (id: string) => boolean): Mutation => ({
      toClient: frame =>
        frame[0] === 'OK' && isRefused(frame[1]) ? [['OK', frame[1], false, 'blocked: not here']] : undefined,
    });
    const from = await relayOf(t, FIRST);
    const some = await mutantOf(
      t,
      LAST,
      refusing(id => id === FIRST[7]!.id),
    );
    const { code, sides, log } = await sync([from, some]);
    assert.equal(code, 3);
    assert.deepEqual([sides[1]!.sent, sides[1]!.accepted, sides[1]!.refused], [200, 199, 1]);
    assert.match(JSON.stringify(log), new RegExp(`${FIRST[7]!.id}: refused: blocked: not here`));
    assert.equal(
      (
        await sync([
          from,
          await mutantOf(
            t,
            LAST,
            refusing(() => true),
          ),
        ])
      ).code,
      1,
    );
  });

  test('a forged event is not passed on', async t => {
    const [good, bad] = [A.note('good', T0), withBrokenSignature(A.note('bad', T0 + 1))];
    const [from, to] = [await relayOf(t, [good, bad]), await relayOf(t, ALL.slice(0, 1))];
    const { code } = await sync([from, to]);
    assert.equal(code, 3);
    assert.deepEqual(await idsAt(to), idsOf([good, ALL[0]!]));
  });

  test('one that cannot be reached: 5, and 3 where another FROM was read; the rest is moved', async t => {
    const [from, to] = [await relayOf(t, FIRST), await relayOf(t, LAST)];
    const none = await sync([NOBODY, to]);
    assert.equal(none.code, 5);
    assert.equal(none.log.at(-1)!['code'], 'unreachable');
    assert.equal((await sync([from, NOBODY])).code, 5);
    const partial = await sync(['--from', NOBODY, from, to]);
    assert.equal(partial.code, 3);
    assert.deepEqual(await idsAt(to), idsOf(ALL));
    assert.equal((await sync(['--require', '1', '--from', NOBODY, from, to])).code, 0);
  });

  test('a relay that wants authentication: 4 without consent', async t => {
    const demanding = await relayOf(t, FIRST, { auth: true });
    const { code, log } = await sync([demanding, await relayOf(t, LAST)]);
    assert.equal(code, 4, JSON.stringify(log));
  });

  test('one whose document hangs is synced none the later', async t => {
    const relay = await scripted(t, {
      perConnection: [[step.expectFrame('REQ'), step.eose(), step.waitClose()]],
      http: 'hang',
    });
    const { code } = await sync([
      '--relay-timeout',
      '10m',
      '--timeout',
      '60s',
      await relayOf(t, []),
      relay.url,
    ]);
    assert.equal(code, 0, 'it does not wait for --relay-timeout');
  });
});

describe('files', () => {
  const [backup, other] = ['./backup.jsonl', './other.jsonl'];

  test('a relay is backed up, again and again, and brought back', async t => {
    const cwd = folderOf(t);
    const file = join(cwd, backup);
    const from = await relayOf(t, FIRST);
    const first = await sync([from, backup], { cwd });
    assert.equal(first.code, 0);
    assert.deepEqual(
      first.sides.map(({ method, accepted }) => [method, accepted]),
      [
        ['scan', 0],
        ['file', 600],
      ],
    );
    const more = await relayOf(t, ALL);
    const second = await sync(['--prove', more, backup], { cwd });
    assert.equal(second.code, 0);
    assert.deepEqual(
      second.sides.map(({ method, accepted }) => [method, accepted]),
      [
        ['negentropy', 0],
        ['file', 100],
      ],
    );
    assert.equal(readFileSync(file, 'utf8').trim().split('\n').length, 700, 'nothing is written twice');
    const to = await relayOf(t, ALL.slice(50, 60));
    const back = await sync(['--prove', backup, to], { cwd });
    assert.equal(back.code, 0);
    assert.deepEqual(
      back.sides.map(({ method, accepted }) => [method, accepted]),
      [
        ['file', 0],
        ['negentropy', 690],
      ],
    );
    assert.deepEqual(await idsAt(to), idsOf(ALL));
  });

  test('a file and a relay both ways, two files, and a last line without a newline', async t => {
    const cwd = folderOf(t);
    const relay = await relayOf(t, LAST);
    writeFileSync(join(cwd, backup), jsonl(FIRST).trimEnd());
    assert.equal((await sync(['--both', backup, relay], { cwd })).code, 0);
    assert.deepEqual(await idsAt(relay), idsOf(ALL));
    assert.deepEqual(await idsAt(join(cwd, backup)), idsOf(ALL));
    writeFileSync(join(cwd, other), jsonl(ALL.slice(3, 9)));
    assert.equal((await sync([backup, other, '-k', '1'], { cwd })).code, 0);
    assert.deepEqual(await idsAt(join(cwd, other)), idsOf(ALL));
  });

  test('a line that a kill tore is cut off, told, and written again', async t => {
    const cwd = folderOf(t);
    const relay = await relayOf(t, ALL.slice(0, 5));
    const whole = jsonl(ALL.slice(0, 3));
    writeFileSync(join(cwd, backup), whole.slice(0, -200));
    const dry = await sync(['--dry-run', relay, backup], { cwd });
    assert.equal(dry.code, 2, 'a dry run mends nothing');
    const { code, log, sides } = await sync([relay, backup], { cwd });
    assert.equal(code, 0);
    assert.match(JSON.stringify(log), /its last line was torn, and is cut off/);
    assert.equal(sides[1]!.accepted, 3);
    assert.deepEqual(await idsAt(join(cwd, backup)), idsOf(ALL.slice(0, 5)));
  });

  test('a file has one sync at a time; a killed one leaves what came, and the next goes on', async t => {
    const cwd = folderOf(t);
    const file = join(cwd, backup);
    const relay = await relayOf(t, FIRST);
    for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
      const before = (await idsAt(file).catch(() => [])).length;
      const words = [NOST, 'sync', '--log-format', 'json', '--limit-rate', '100/s', relay, backup];
      const slow = spawn(process.execPath, words, { cwd });
      t.after(() => slow.kill('SIGKILL'));
      const end = ended(slow);
      while ((await idsAt(file).catch(() => [])).length === before) await wait(20);
      const second = await sync([relay, `../${basename(cwd)}/backup.jsonl`], { cwd });
      assert.equal(second.code, 7);
      assert.equal(second.log.at(-1)!['code'], 'file_in_use');
      assert.match(String(second.log.at(-1)!['message']), new RegExp(`process ${slow.pid}`));
      slow.kill(signal);
      const { stderr } = await end;
      const ids = await idsAt(file);
      assert.equal(new Set(ids).size, ids.length);
      if (signal === 'SIGTERM')
        assert.ok(stderr.includes(`"accepted":${ids.length},`), `${ids.length} are in the file: ${stderr}`);
    }
    assert.equal((await sync(['--prove', relay, backup], { cwd })).code, 0);
    assert.deepEqual(await idsAt(file), idsOf(FIRST));
  });

  test('a file that is FROM and written to is mended, and is no text of somebody', async t => {
    const cwd = folderOf(t);
    const odd = await mutantOf(
      t,
      ALL.slice(0, 5),
      refusing(() => ['NOTICE', 'could not parse command']),
    );
    writeFileSync(join(cwd, backup), jsonl(ALL.slice(3, 9)) + jsonl(ALL.slice(9, 10)).slice(0, 99));
    const { code, log } = await sync(['--both', '--prove', backup, odd], { cwd });
    assert.equal(code, 0, JSON.stringify(log));
    assert.match(JSON.stringify(log), /its last line was torn, and is cut off/);
    assert.deepEqual(await idsAt(join(cwd, backup)), idsOf(ALL.slice(0, 9)));
    writeFileSync(join(cwd, 'diary.txt'), 'my diary\n');
    const text = await sync(['--both', './diary.txt', odd], { cwd });
    assert.equal(text.code, 7);
    assert.equal(readFileSync(join(cwd, 'diary.txt'), 'utf8'), 'my diary\n');
  });

  test('what cannot be written is told before anybody is asked: 7', async t => {
    const cwd = folderOf(t);
    mkdirSync(join(cwd, 'folder'));
    const relay = await scripted(t, [step.waitClose()]);
    for (const words of [
      [relay.url, './no/such.jsonl'],
      [relay.url, './folder'],
      ['--state', './no/such', relay.url, NOBODY],
      ['--report', './no/such', relay.url, backup],
    ]) {
      const { code, log } = await sync(words, { cwd });
      assert.equal(code, 7, `${words}: ${JSON.stringify(log)}`);
    }
    assert.equal(relay.connections.length, 0);
    assert.deepEqual(readdirSync(cwd), ['folder'], 'nothing was made');
  });

  test("somebody's text is not written into, and its last line stays", async t => {
    const cwd = folderOf(t);
    const relay = await relayOf(t, ALL.slice(0, 5));
    for (const text of ['my diary', '{"my":"set', '[{"a":1},\n{"b":2}']) {
      writeFileSync(join(cwd, 'notes.txt'), text);
      const { code, log } = await sync([relay, './notes.txt'], { cwd });
      assert.equal(code, 7, text);
      assert.match(
        String(log.at(-1)!['message']),
        /notes.txt": it holds lines, and none of them is an event/,
      );
      assert.equal(readFileSync(join(cwd, 'notes.txt'), 'utf8'), text);
    }
  });

  test('a disk that is full leaves whole lines: 7', async t => {
    const cwd = folderOf(t);
    const relay = await relayOf(t, ALL);
    const limited = 'ulimit -f 100; exec "$@"'; // blocks of 512 bytes
    const words = [process.execPath, NOST, 'sync', relay, backup];
    const { status, stderr } = await ended(spawn('sh', ['-c', limited, 'sh', ...words], { cwd }));
    assert.equal(status, 7, stderr);
    assert.match(stderr, /cannot write ".\/backup.jsonl"/);
    const text = readFileSync(join(cwd, backup), 'utf8');
    assert.ok(text.length > 0 && text.endsWith('\n'), text.slice(-80));
    assert.ok((await idsAt(join(cwd, backup))).length > 50);
    assert.equal((await sync(['--prove', relay, backup], { cwd })).code, 0);
    assert.deepEqual(await idsAt(join(cwd, backup)), idsOf(ALL));
  });

  test('a file is compared though --method says scan: nothing stands in it twice', async t => {
    const cwd = folderOf(t);
    const relay = await relayOf(t, ALL.slice(0, 50));
    writeFileSync(join(cwd, backup), jsonl(ALL.slice(0, 30)));
    assert.equal((await sync(['--method', 'scan', relay, backup], { cwd })).code, 0);
    assert.equal(readFileSync(join(cwd, backup), 'utf8').trim().split('\n').length, 50);
  });

  test('--timeout ends it with 124, and what was sent by then is there', async t => {
    const cwd = folderOf(t);
    const relay = await relayOf(t, ALL);
    const { code, sides } = await sync(['--timeout', '4s', '--limit-rate', '50/s', relay, backup], { cwd });
    assert.equal(code, 124);
    const written = (await idsAt(join(cwd, backup))).length;
    assert.ok(written > 0 && written < 700, `${written} events`);
    assert.equal(sides[1]!.accepted, written);
  });

  test('stdin and stdout', async t => {
    const relay = await relayOf(t, LAST);
    const { code, sides } = await sync(['-', relay], { input: jsonl(FIRST) });
    assert.equal(code, 0);
    assert.deepEqual(
      sides.map(({ had, needed, accepted }) => [had, needed, accepted]),
      [
        [200, 100, 0],
        [100, 200, 200],
      ],
    );
    assert.deepEqual(await idsAt(relay), idsOf(ALL));
    const out = await sync([relay, '-']);
    assert.equal(out.code, 0);
    const printed = out.stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line) as Event);
    assert.deepEqual(idsOf(printed), idsOf(ALL));
  });

  test('stdin is read once, whatever number of filters there is', async t => {
    const relay = await relayOf(t, ALL.slice(0, 5));
    const filters = [`{"until":${T0 + 99}}`, `{"since":${T0 + 100}}`, '{"kinds":[1]}'];
    const words = filters.flatMap(filter => ['--filter', filter]);
    const { code, sides } = await sync([...words, '-', relay], { input: jsonl(ALL) });
    assert.equal(code, 0);
    assert.equal(sides[1]!.accepted, 695);
    assert.deepEqual(await idsAt(relay), idsOf(ALL));
    const dry = await sync(['--dry-run', '--print-missing', ...words, relay, './none.jsonl'], {
      cwd: folderOf(t),
    });
    assert.equal(dry.sides[1]!.needed, 700, 'filters overlap, and each event counts once');
    assert.equal(dry.stdout.trim().split('\n').length, 700);
  });

  test('a pipe that has a name is read once; it is no TO', { timeout: 120_000 }, async t => {
    const cwd = folderOf(t);
    writeFileSync(join(cwd, backup), jsonl(ALL));
    const relay = await relayOf(t, ALL.slice(0, 5));
    const piped = 'mkfifo pipe; cat backup.jsonl >pipe & exec "$@"';
    const words = [process.execPath, NOST, 'sync', './pipe', relay];
    const child = spawn('sh', ['-c', piped, 'sh', ...words], { cwd, detached: true });
    // Who writes would wait for ever for a program that has ended without reading, and hide why.
    child.on('exit', () => endGroup(child.pid!));
    t.after(() => endGroup(child.pid!));
    const { status, stderr } = await ended(child);
    assert.equal(status, 0, stderr);
    assert.deepEqual(await idsAt(relay), idsOf(ALL));
    const to = await sync([relay, './pipe'], { cwd });
    assert.equal(to.code, 2);
    assert.match(String(to.log.at(-1)!['message']), /"\.\/pipe" is a pipe, and TO must be a relay or a file/);
    assert.equal((await sync(['--prove', './pipe', relay], { cwd })).code, 2);
    assert.equal((await sync([relay, '/dev/full'], { cwd })).code, 7);
    assert.equal((await sync([relay, '/dev/null'], { cwd })).code, 0);
  });

  test('--timeout also ends what nobody reads', async t => {
    const relay = await relayOf(t, notes(1500));
    const cwd = folderOf(t);
    const wordings = [
      ['sync', relay, '-'],
      ['sync', '--dry-run', '--print-missing', relay, './none.jsonl'],
      ['diff', '--ids', relay, '/dev/null'],
    ];
    const runs = wordings.map(([command, ...words]) => {
      const child = spawn(process.execPath, [NOST, command!, '--timeout', '4s', ...words], { cwd });
      child.stdout.pause();
      return once(child, 'exit');
    });
    for (const [status] of await Promise.all(runs)) assert.equal(status, 124);
  });

  test('a bad line is told with its number: 2, and the rest is moved', async t => {
    const cwd = folderOf(t);
    writeFileSync(join(cwd, backup), `${jsonl(FIRST.slice(0, 3))}{"torn\n${jsonl(FIRST.slice(3, 5))}`);
    for (const seed of [[], LAST]) {
      const relay = await relayOf(t, seed);
      const { code, log } = await sync([backup, relay], { cwd });
      assert.equal(code, 2);
      assert.deepEqual(
        log.filter(({ type }) => type === 'bad_line').map(({ line }) => line),
        [4],
      );
      assert.deepEqual(await idsAt(relay), idsOf([...seed, ...FIRST.slice(0, 5)]));
    }
  });

  test('protected, ephemeral and expired events go to a file, and to no relay', async t => {
    const cwd = folderOf(t);
    const sign = (kind: number, tags: string[][]) => A.sign({ kind, created_at: T0, tags, content: 'x' });
    const odd = [sign(1, [['-']]), sign(20_001, []), sign(1, [['expiration', '1700000001']])];
    writeFileSync(join(cwd, backup), jsonl([...odd, ...FIRST.slice(0, 2)]));
    const relay = await relayOf(t, LAST);
    const { code, sides } = await sync([backup, relay], { cwd });
    assert.equal(code, 0);
    assert.equal((sides[1] as never as { skipped: number }).skipped, 3);
    assert.equal((await sync([backup, other], { cwd })).code, 0);
    assert.equal((await idsAt(join(cwd, other))).length, 5);
  });

  test('--state remembers what a relay accepted; a report has a line for each side', async t => {
    const cwd = folderOf(t);
    writeFileSync(join(cwd, backup), jsonl(FIRST));
    const relay = await relayOf(t, []);
    const words = ['--state', 'sent.jsonl', '--report', 'report.jsonl', '--method', 'scan', backup, relay];
    assert.equal((await sync(words, { cwd })).code, 0);
    const { code, sides } = await sync(words, { cwd });
    assert.equal(code, 0);
    assert.deepEqual([sides[1]!.sent, sides[1]!.accepted], [0, 600]);
    const lines = readFileSync(join(cwd, 'report.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line));
    assert.deepEqual(
      lines.map(({ relay, end, complete }) => [relay, end, complete]),
      [
        [backup, 'eose', true],
        [relay, 'eose', true],
      ],
    );
  });

  test('--state does not pass for accepted what a relay has lost since', async t => {
    const [cwd, relay, state] = [folderOf(t), await relayOf(t, []), join(folderOf(t), 'sent.jsonl')];
    writeFileSync(join(cwd, backup), jsonl(FIRST));
    assert.equal((await sync(['--state', state, backup, await relayOf(t, [])], { cwd })).code, 0);
    const lost = readFileSync(state, 'utf8').replaceAll(/ws:\/\/[^"]+/g, relay);
    writeFileSync(state, lost);
    const { code, sides } = await sync(['--state', state, backup, relay], { cwd });
    assert.deepEqual([code, sides[1]!.sent], [0, 600]);
  });

  test('--limit-rate holds events back', async t => {
    const relay = await relayOf(t, []);
    const { code, ms } = await sync(['--limit-rate', '20/s', '-', relay], {
      input: jsonl(FIRST.slice(0, 30)),
    });
    assert.equal(code, 0);
    assert.ok(ms > 1400, `${ms} ms`);
  });
});

/** How a process ended, and what it said. */
async function ended(child: ChildProcess): Promise<{ status: number; stderr: string }> {
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', part => {
    stderr += part;
  });
  const [status] = await once(child, 'close');
  return { status, stderr };
}

/** Ends what a shell of its own process group has left behind. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // nothing is left
  }
}
