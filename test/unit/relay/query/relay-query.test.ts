// One relay's part of a query, from connect to ending: each way it can end, and what is counted.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { End } from '../../../../src/relay/link/outcome.ts';
import { OVERLAP_SECONDS } from '../../../../src/relay/query/resumption.ts';
import { TestClock } from '../../../support/clock.ts';
import { makeEvent } from '../../../support/made-up-events.ts';
import { noble } from '../../../support/noble.ts';
import { A, T0 } from '../../../support/people.ts';
import { startNost } from '../../../support/relays.ts';
import * as step from '../../../support/scripted-steps.ts';
import { ask, NOBODY, patience, queryOf, scripted } from '../../../support/wire.ts';

const REQ = step.expectFrame('REQ');

describe('how a relay ends', () => {
  const cases: [
    string,
    step.Step[],
    { end: End; complete: boolean; events: number; reason: string | RegExp },
  ][] = [
    [
      'EOSE',
      [REQ, step.flood(2), step.eose(), step.waitClose()],
      { end: 'eose', complete: true, events: 2, reason: '' },
    ],
    [
      'CLOSED',
      [REQ, step.closed('blocked: you'), step.waitClose()],
      { end: 'closed', complete: false, events: 0, reason: 'blocked: you' },
    ],
    [
      'CLOSED after events',
      [REQ, step.flood(1), step.closed('error: x'), step.waitClose()],
      { end: 'closed', complete: false, events: 1, reason: 'error: x' },
    ],
    [
      'a notice instead of an answer',
      [REQ, step.notice('ERROR: bad req: x'), step.waitClose()],
      { end: 'refused', complete: false, events: 0, reason: 'ERROR: bad req: x' },
    ],
    [
      'a demand to authenticate',
      [REQ, step.closed('ERROR: auth-required: x'), step.waitClose()],
      { end: 'auth_required', complete: false, events: 0, reason: 'ERROR: auth-required: x' },
    ],
    [
      'silence',
      [REQ, step.flood(1), step.waitClose()],
      { end: 'timeout', complete: false, events: 1, reason: 'no EOSE' },
    ],
    [
      'a disconnect',
      [REQ, step.flood(1), step.close(1001, 'bye')],
      { end: 'disconnect', complete: false, events: 1, reason: /1001: bye/ },
    ],
    [
      'a disconnect before anything',
      [step.close(1000)],
      { end: 'disconnect', complete: false, events: 0, reason: /1000/ },
    ],
    [
      'a refused handshake',
      [step.refuse(503)],
      { end: 'unreachable', complete: false, events: 0, reason: 'no WebSocket here: HTTP 503' },
    ],
    [
      'half a frame and the end',
      [REQ, step.half('["EVENT","$sub",{}]'), step.end()],
      { end: 'disconnect', complete: false, events: 0, reason: 'connection lost' },
    ],
  ];
  for (const [name, steps, expected] of cases)
    test(name, async t => {
      const relay = await scripted(t, steps);
      const isSilent = ['timeout', 'refused'].includes(expected.end);
      const clock = isSilent ? new TestClock(t) : undefined;
      const start = performance.now();
      const asking = ask(relay.url);
      if (isSilent) await relay.until(({ received }) => received.length === 1);
      await clock?.passUntilSettled(asking);
      const { endings } = await asking;
      const { end, complete, events, reason, invalid, duplicates, ms, ...rest } = endings[0]!;
      assert.deepEqual([end, complete, events], [expected.end, expected.complete, expected.events]);
      if (typeof expected.reason === 'string') assert.equal(reason, expected.reason);
      else assert.match(reason, expected.reason);
      assert.deepEqual([invalid, duplicates, rest, endings.length], [0, 0, { relay: relay.url }, 1]);
      assert.ok(ms >= 0 && ms <= Math.ceil(performance.now() - start));
    });

  test('a stream that was live and is closed for good was complete all the same', async t => {
    const last = step.closed('restricted: maintenance');
    const relay = await scripted(t, [REQ, step.eose(), step.flood(1), last, step.waitClose()]);
    const { endings, batches } = await ask(relay.url, { stream: true });
    assert.deepEqual([endings[0]!.end, endings[0]!.complete], ['closed', true]);
    assert.deepEqual(
      batches.map(({ stored }) => stored),
      [false],
    );
  });

  test('the closing is no part of the time, and a rude relay does not delay it much', async t => {
    const relay = await scripted(t, [step.ignoreClose(), REQ, step.eose(), step.delay(60_000)]);
    const clock = new TestClock(t);
    const start = performance.now();
    const asking = ask(relay.url);
    await relay.until(({ connections }) => connections[0]?.closeCode === 1000);
    await clock.passUntilSettled(asking);
    assert.equal((await asking).endings[0]!.ms, 0);
    assert.ok(performance.now() - start <= 201, `${performance.now() - start} ms`);
  });
});

describe('what is counted', () => {
  test('forged, malformed and unasked events are invalid; true ones are printed as they are', async t => {
    const [one, two] = [A.note('one', T0), A.note('two', T0 - 1)];
    const relay = await scripted(t, [
      REQ,
      step.forged(one),
      step.sendEvent(one),
      step.sendEvent({ ...two, kind: 'x' }),
      step.sendEvent(A.sign({ kind: 7 })),
      step.send('["EVENT","stranger",{}]'),
      step.send('garbage'),
      step.sendEvent(two),
      step.sendEvent(one),
      step.eose(),
      step.waitClose(),
    ]);
    const { events, endings } = await ask(relay.url, { filters: [{ kinds: [1] }], verifier: noble });
    assert.deepEqual(events, [one, two]);
    const { invalid, duplicates, events: count, complete } = endings[0]!;
    assert.deepEqual(
      { invalid, duplicates, count, complete },
      { invalid: 5, duplicates: 1, count: 2, complete: true },
    );
  });

  test('the sum over all endings is the events printed, also when the consumer is slow', async t => {
    const relays = await Promise.all(
      [0, 1, 2].map(() => scripted(t, [REQ, step.flood(3000), step.eose(), step.waitClose()])),
    );
    const query = queryOf(relays.map(({ url }) => url));
    let printed = 0;
    for await (const { events } of query.batches()) {
      printed += events.length;
      await new Promise(resolve => setTimeout(resolve, 2));
    }
    assert.equal(printed, 3000);
    assert.equal(
      query.endings.reduce((sum, { events }) => sum + events, 0),
      3000,
    );
    assert.equal(
      query.endings.reduce((sum, { duplicates }) => sum + duplicates, 0),
      6000,
    );
  });
});

describe('--all', () => {
  test('pages past the cap of our relay, and finds what is in the first and the last second', async t => {
    const events = Array.from({ length: 40 }, (_, i) => A.note(String(i), T0 + Math.floor(i / 3)));
    const relay = await startNost({ maxLimit: 7, seed: events });
    t.after(relay.close);
    const all = await ask(relay.url, { all: true });
    assert.deepEqual(new Set(all.events.map(({ id }) => id)), new Set(events.map(({ id }) => id)));
    assert.deepEqual([all.endings[0]!.end, all.endings[0]!.complete], ['eose', true]);
    const range = { since: T0 + 2, until: T0 + 9 };
    const some = await ask(relay.url, { all: true, filters: [range, { kinds: [7] }] });
    assert.equal(some.events.length, 24);
  });

  test('reports a second denser than the cap by name', async t => {
    const relay = await startNost({
      maxLimit: 5,
      seed: Array.from({ length: 9 }, (_, i) => A.note(String(i))),
    });
    t.after(relay.close);
    const { endings, events } = await ask(relay.url, { all: true });
    assert.deepEqual([endings[0]!.end, endings[0]!.complete, events.length], ['gap', false, 5]);
    assert.match(endings[0]!.reason, new RegExp(`created_at ${T0}`));
  });

  test('an event at the border of two pages is printed once, also with --no-dedupe', async t => {
    const relay = await startNost({ maxLimit: 2, seed: [3, 2, 1].map(i => A.note(String(i), T0 + i)) });
    t.after(relay.close);
    for (const dedupe of [true, false]) {
      const { events } = await ask(relay.url, { all: true, dedupe });
      assert.deepEqual(
        events.map(({ content }) => content),
        ['3', '2', '1'],
      );
    }
  });

  test('ends incomplete when the relay is lost between pages', async t => {
    const relay = await scripted(t, [REQ, step.flood(3), step.eose(), REQ, step.close(1000)]);
    const { endings } = await ask(relay.url, { all: true });
    assert.deepEqual([endings[0]!.end, endings[0]!.complete], ['disconnect', false]);
  });

  test('does not believe a relay that ignores `until`', async t => {
    const page = (reqs: string) => [
      step.expectFrame('REQ', { as: reqs }),
      step.flood(3, { created_at: 900 }),
      step.sendEvent(makeEvent(9, { created_at: 800 })),
      step.eose(),
    ];
    const ignoring = step.repeat(undefined, ...page('r'));
    const relay = await scripted(t, [ignoring]);
    const { endings } = await ask(relay.url, { all: true });
    assert.equal(endings[0]!.end, 'gap');
    assert.match(endings[0]!.reason, /until/);
    assert.equal(endings[0]!.complete, false);
  });

  test('halted on its way, it is what halted it, and not complete', async t => {
    const relay = await scripted(t, [REQ, step.flood(3), step.eose(), REQ, step.waitClose()]);
    const query = queryOf(relay.url, { all: true });
    for await (const _ of query.batches()) setTimeout(() => query.stop('timeout'), 20);
    assert.deepEqual([query.endings[0]!.end, query.endings[0]!.complete], ['timeout', false]);
  });
});

/** Waits of a test are short. */
const backoff = { first: 20, most: 20 };

/** A page request, and its answer. */
const page = (...answer: step.Step[]) => [
  step.expectFrame('REQ', { match: /"limit":500/ }),
  ...answer,
  step.eose(),
];

/** What every page request gets that is none of the others: nothing. */
const emptyPages = step.repeat(undefined, REQ, step.eose());

describe('a query too large for one request', () => {
  const authors = Array.from({ length: 600 }, (_, i) => i.toString(16).padStart(64, '0'));

  test('is several requests, one after the other, by the limits of the relay', async t => {
    const relay = await scripted(t, {
      http: step.info({ limitation: { max_message_length: 25_000 } }),
      perConnection: [[REQ, step.eose(), REQ, step.flood(1), step.eose(), step.waitClose()]],
    });
    const { endings, events } = await ask(relay.url, {
      filters: [{ authors: [...authors, makeEvent(0).pubkey] }],
    });
    assert.deepEqual([endings[0]!.end, endings[0]!.complete, events.length], ['eose', true, 1]);
    const requests = relay.received.filter(text => text.startsWith('["REQ"'));
    assert.equal(requests.length, 2);
    assert.ok(requests.every(text => text.length <= 25_000));
    assert.equal(relay.httpRequests, 1);
  });

  test('stays as several subscriptions in a stream, and is ready when each has said EOSE', async t => {
    const relay = await scripted(t, [
      step.expectFrame('REQ', { as: 'a' }),
      step.expectFrame('REQ', { as: 'b' }),
      step.eose('$b.sub'),
      step.eose('$a.sub'),
      step.flood(1),
      step.sendEvent(makeEvent(1), '$a.sub'),
      step.waitClose(),
    ]);
    let ready = 0;
    const filters = Array.from({ length: 150 }, (_, kind) => ({ kinds: [kind] }));
    const options = { stream: true, filters, maxEvents: 1, onReady: () => ready++ };
    const { events } = await ask(relay.url, options);
    assert.deepEqual([ready, events.length], [1, 1]);
  });

  test('is refused where the relay has too few subscriptions for it', async t => {
    const relay = await scripted(t, {
      http: step.info({ limitation: { max_message_length: 5000, max_subscriptions: 5 } }),
      perConnection: [[step.waitClose()]],
    });
    const { endings } = await ask(relay.url, { stream: true, filters: [{ authors }] });
    assert.equal(endings[0]!.end, 'refused');
    assert.match(endings[0]!.reason, /subscriptions, the relay has 5/);
  });

  test('a plain one asks for no document', async t => {
    const relay = await scripted(t, [REQ, step.eose(), step.waitClose()]);
    await ask(relay.url);
    assert.equal(relay.httpRequests, 0);
  });
});

describe('a stream', () => {
  test('comes back after a disconnect, and prints what was missed, each event once', async t => {
    const at = (seconds: number) => makeEvent(seconds, { created_at: T0 + seconds });
    const relay = await scripted(t, {
      perConnection: [
        [REQ, step.sendEvent(at(1)), step.eose(), step.sendEvent(at(2)), step.reset()],
        [
          step.expectFrame('REQ', { match: /"limit":1\}/, as: 'live' }),
          step.sendEvent(at(4)),
          step.eose(),
          step.expectFrame('REQ', { match: new RegExp(`"since":${T0 + 2 - OVERLAP_SECONDS}`) }),
          ...[4, 3, 2, 1].map(seconds => step.sendEvent(at(seconds))),
          step.eose(),
          step.sendEvent(at(5), '$live.sub'),
          emptyPages,
        ],
      ],
    });
    const { events, endings } = await ask(relay.url, { stream: true, maxEvents: 5, backoff });
    assert.deepEqual(events.map(({ created_at }) => created_at - T0).sort(), [1, 2, 3, 4, 5]);
    assert.equal(endings[0]!.end, 'limit');
    assert.equal(relay.connections.length, 2);
  });

  test('comes back after CLOSED that will pass, not after one that will not', async t => {
    const passing = [REQ, step.eose(), step.closed('rate-limited: slow'), step.waitClose()];
    const final = [REQ, step.closed('blocked: you'), step.waitClose()];
    const relay = await scripted(t, { perConnection: [passing, final] });
    const { endings } = await ask(relay.url, { stream: true, backoff });
    assert.deepEqual([endings[0]!.end, endings[0]!.complete], ['closed', false]);
    assert.equal(relay.connections.length, 2);
  });

  /** A relay that asks who reads, and is told. */
  const demand = (challenge: string) => [
    step.auth(challenge),
    REQ,
    step.closed('auth-required: x'),
    step.expectFrame('AUTH', { match: challenge }),
    step.ok(true),
    REQ,
  ];

  test('authenticates anew on each connection', async t => {
    const relay = await scripted(t, {
      perConnection: [
        [...demand('first'), step.eose(), step.end()],
        [...demand('second'), step.flood(1), step.eose(), emptyPages],
      ],
    });
    const authenticate = async (url: string, challenge: string) => A.auth(challenge, url, T0);
    const options = { stream: true, maxEvents: 1, backoff, connection: patience({ authenticate }) };
    assert.equal((await ask(relay.url, options)).events.length, 1);
  });

  test('a relay that forgets who reads is told again, on a new connection, and asked for what it kept back', async t => {
    const relay = await scripted(t, {
      perConnection: [
        [...demand('first'), step.eose(), step.closed('auth-required: it has expired'), step.waitClose()],
        [...demand('second'), step.eose(), REQ, step.flood(1), step.eose(), emptyPages],
      ],
    });
    const authenticate = async (url: string, challenge: string) => A.auth(challenge, url, T0);
    const lost: string[] = [];
    const { events } = await ask(relay.url, {
      ...{ stream: true, maxEvents: 1, backoff, connection: patience({ authenticate }) },
      onRetry: (_, reason) => lost.push(reason),
    });
    assert.equal(events.length, 1);
    assert.deepEqual(lost, ['the relay wants to know again who reads: auth-required: it has expired']);
  });

  test('a relay that answers no ping is left, and found again', async t => {
    const relay = await scripted(t, {
      perConnection: [
        [step.noPong(), REQ, step.eose(), step.waitClose()],
        [REQ, step.flood(1), step.eose(), emptyPages],
      ],
    });
    const clock = new TestClock(t, { intervals: true });
    const lost: string[] = [];
    const asking = ask(relay.url, {
      stream: true,
      maxEvents: 1,
      backoff,
      connection: patience({ relayTimeout: 1000 }),
      onRetry: (_, reason) => lost.push(reason),
    });
    await relay.until(({ received }) => received.length === 1);
    while (lost.length === 0) await clock.pass(1);
    await clock.pass(backoff.most);
    assert.deepEqual([(await asking).events.length, lost], [1, ['no pong within 1 s']]);
  });

  test('is not complete while its relay is away', async t => {
    const relay = await scripted(t, { perConnection: [[REQ, step.eose(), step.end()], [step.hang()]] });
    const query = queryOf(relay.url, { stream: true, backoff });
    void relay.until(({ connections }) => connections.length === 2).then(() => query.stop('timeout'));
    for await (const _ of query.batches());
    assert.deepEqual([query.endings[0]!.end, query.endings[0]!.complete], ['timeout', false]);
  });

  test('stops at once while it waits to try again', async t => {
    const relay = await scripted(t, [REQ, step.eose(), step.end()]);
    const query = queryOf(relay.url, {
      stream: true,
      backoff: { first: 3_600_000, most: 3_600_000, random: () => 0.9 },
      onRetry: () => setImmediate(() => query.stop('interrupted')),
    });
    for await (const _ of query.batches());
    assert.deepEqual([query.endings[0]!.end, query.endings[0]!.complete], ['interrupted', false]);
    assert.match(query.endings[0]!.reason, /lost/);
  });

  test('never answered by anybody, it ends as the first attempt did', async t => {
    const closing = await scripted(t, [REQ, step.end()]);
    const { endings } = await ask([NOBODY, closing.url], { stream: true, backoff });
    assert.deepEqual(endings.map(({ end }) => end).sort(), ['disconnect', 'unreachable']);
    assert.equal(closing.connections.length, 1);
  });

  test('a relay that was never there is tried again while another answers, and no longer', async t => {
    const good = await scripted(t, [REQ, step.eose(), step.expectFrame('never')]);
    const absent = await scripted(t, {
      perConnection: [[step.refuse(503)], [step.refuse(503)], [step.hang()]],
    });
    const query = queryOf([absent.url, good.url], { stream: true, backoff });
    void absent.until(({ connections }) => connections.length === 3).then(() => query.stop('timeout'));
    for await (const _ of query.batches());
    assert.deepEqual(Object.fromEntries(query.endings.map(({ relay, complete }) => [relay, complete])), {
      [absent.url]: false,
      [good.url]: true,
    });
    const leaving = await scripted(t, [REQ, step.eose(), step.delay(50), step.closed('restricted: go')]);
    const { endings } = await ask([NOBODY, leaving.url], { stream: true, backoff });
    assert.deepEqual(endings.map(({ end }) => end).sort(), ['closed', 'unreachable']);
  });

  test('with --all it pages through what is stored beside what comes', async t => {
    const relay = await startNost({
      maxLimit: 3,
      seed: Array.from({ length: 10 }, (_, i) => A.note(`${i}`, T0 + i)),
    });
    t.after(relay.close);
    const { events } = await ask(relay.url, { stream: true, all: true, maxEvents: 10 });
    assert.equal(new Set(events.map(({ id }) => id)).size, 10);
  });
});

describe('--new', () => {
  /** Before the clock of a test. */
  const start = T0 - 1000;
  const at = (seconds: number) => makeEvent(seconds, { created_at: start + seconds });

  test('leaves out what was stored, also after a disconnect, but not what was missed', async t => {
    const relay = await scripted(t, {
      perConnection: [
        [
          step.expectFrame('REQ', { match: /"limit":1\}/ }),
          step.sendEvent(at(9)),
          step.eose(),
          step.sendEvent(at(10)),
          step.end(),
        ],
        [
          step.expectFrame('REQ', { match: /"limit":1\}/ }),
          step.sendEvent(at(11)),
          step.eose(),
          step.expectFrame('REQ', { match: new RegExp(`"since":${start + 9},`) }),
          ...[11, 10, 9].map(seconds => step.sendEvent(at(seconds))),
          ...[step.eose(), step.ping()],
          emptyPages,
        ],
      ],
    });
    const query = queryOf(relay.url, { stream: true, onlyNew: true, backoff, idle: 20_000 });
    const clock = new TestClock(t);
    const found: number[] = [];
    const over = (async () => {
      for await (const { events } of query.batches())
        found.push(...events.map(({ created_at }) => created_at - start));
    })();
    while (relay.connections.length < 2) await clock.pass(1);
    await relay.until(({ connections }) => connections[1]?.pongs === 1);
    await clock.passUntilSettled(over);
    assert.deepEqual(found, [10, 11]);
  });

  test('a relay that does not honour the limit prints nothing old', async t => {
    const relay = await scripted(t, [
      REQ,
      step.flood(50),
      step.eose(),
      step.sendEvent(at(9)),
      step.waitClose(),
    ]);
    const { events } = await ask(relay.url, { stream: true, onlyNew: true, maxEvents: 1 });
    assert.equal(events[0]!.created_at, start + 9);
  });
});

describe('further attempts', () => {
  const failing = [
    [step.refuse(503)],
    [REQ, step.flood(1), step.reset()],
    [REQ, step.closed('rate-limited: slow down'), step.waitClose()],
    [REQ, step.flood(2), step.eose(), step.waitClose()],
  ];

  test('are made as often as allowed, and what was printed is not printed again', async t => {
    for (const dedupe of [true, false]) {
      const relay = await scripted(t, { perConnection: failing });
      const { endings, events } = await ask(relay.url, { retry: 3, backoff, dedupe });
      assert.deepEqual([endings[0]!.end, endings[0]!.complete, events.length], ['eose', true, 2]);
    }
  });

  test('end where they are not allowed, and where they would be in vain', async t => {
    const relay = await scripted(t, { perConnection: failing });
    const { endings } = await ask(relay.url, { retry: 2, backoff });
    assert.deepEqual([endings[0]!.end, relay.connections.length], ['closed', 3]);
    const refusing = await scripted(t, [REQ, step.closed('invalid: filter'), step.waitClose()]);
    await ask(refusing.url, { retry: 9, backoff });
    assert.equal(refusing.connections.length, 1);
  });

  test('go on with the page that was lost', async t => {
    const second = (seconds: number) => makeEvent(seconds, { created_at: T0 + seconds });
    const relay = await scripted(t, {
      perConnection: [
        [...page(step.sendEvent(second(9)), step.sendEvent(second(8))), REQ, step.end()],
        [
          step.expectFrame('REQ', { match: new RegExp(`"until":${T0 + 8}\\b`) }),
          step.sendEvent(second(8)),
          step.sendEvent(second(7)),
          step.eose(),
          emptyPages,
        ],
      ],
    });
    const { endings, events } = await ask(relay.url, { all: true, retry: 1, backoff });
    assert.deepEqual([endings[0]!.end, events.length], ['eose', 3]);
  });
});

test('a relay that had ended by itself keeps its ending when the query is stopped during its closing', async t => {
  const polite = await scripted(t, [step.ignoreClose(), REQ, step.eose(), step.delay(60_000)]);
  const query = queryOf([polite.url], { all: true });
  const stopping = polite
    .until(({ received }) => received.some(text => text.startsWith('["CLOSE"')))
    .then(() => query.stop('timeout'));
  for await (const _ of query.batches());
  await stopping;
  assert.deepEqual([query.endings[0]!.end, query.endings[0]!.complete], ['eose', true]);
});

test('a relay nobody can reach ends as unreachable, one not reached before the stop as what stopped it', async t => {
  const { endings } = await ask(NOBODY);
  assert.deepEqual([endings[0]!.end, endings[0]!.reason], ['unreachable', 'connection refused']);
  const hanging = await scripted(t, [step.hang()]);
  const query = queryOf(hanging.url);
  setTimeout(() => query.stop('timeout'), 30);
  for await (const _ of query.batches());
  assert.deepEqual([query.endings[0]!.end, query.endings[0]!.reason], ['timeout', '']);
});
