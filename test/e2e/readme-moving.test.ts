// The recipes of README that move events into something else, each with the real thing: a crontab line, PostgreSQL, NATS.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, describe, type TestContext, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import type { Event } from '../../src/protocol/event.ts';
import { MAX_PAYLOAD, type NatsServer, noNats, startNats } from '../support/nats.ts';
import { A, B, T0 } from '../support/people.ts';
import { noPostgres, Postgres } from '../support/postgres.ts';
import { RawClient } from '../support/raw-client.ts';
import { NPUB } from '../support/readme-recipes.ts';
import { bash, newHome, section, type Told } from '../support/readme-world.ts';
import { type NostRelay, startNost } from '../support/relays.ts';

/** In CI what is missing is a failure. */
const skipped = (reason: string | false) => (process.env['CI'] ? false : reason);

const idsOf = (events: readonly Event[]) => events.map(({ id }) => id).sort();

async function relayOf(t: TestContext, seed: readonly Event[] = []): Promise<NostRelay> {
  const relay = await startNost({ seed });
  t.after(() => relay.close());
  return relay;
}

async function publish(url: string, events: readonly Event[]): Promise<void> {
  const client = await RawClient.connect(url);
  for (const event of events) assert.equal((await client.publish(event))[2], true);
  await client.close();
}

async function stored(url: string): Promise<Event[]> {
  const client = await RawClient.connect(url);
  const events = await client.query({});
  await client.close();
  return events;
}

test('a crontab line keeps a backup night after night, and sync brings it back', async t => {
  const [path, line] = section('cron').trim().split('\n');
  const [, command] = /^\d+ \d+ \* \* \* {2}([^%]+)$/.exec(line!)!;
  assert.match(path!, /^PATH=[\w/:]+$/);
  const home = newHome();
  const mine = [1, 2, 3].map(i => A.note(`mine ${i}`, T0 + i));
  const [relay, b] = [await relayOf(t, [mine[0]!, B.note('of another')]), await relayOf(t)];
  const words = command!.replace('npub1…', NPUB).replace('wss://relay.example', relay.url);
  const night = async () => {
    const { code, stdout, stderr } = await bash(words, home);
    assert.deepEqual([code, stdout, stderr], [0, '', '']); // else cron would send a mail
  };

  await night();
  await publish(relay.url, mine.slice(1));
  await night();
  const kept = readFileSync(join(home, 'backup.jsonl'), 'utf8').trim().split('\n');
  assert.deepEqual(idsOf(kept.map(each => JSON.parse(each))), idsOf(mine));

  const back = await bash(`nost sync -q ./backup.jsonl ${b.url}`, home);
  assert.equal(back.code, 0, back.stderr);
  assert.deepEqual(idsOf(await stored(b.url)), idsOf(mine));
});

test('the unit of systemd mirrors without a terminal, and the program of --exec decides', async t => {
  const [, command] = /^ExecStart=(nost .+)$/m.exec(section('unit'))!;
  const [short, long] = [A.note('short', T0), A.note('x'.repeat(1001), T0 + 1)];
  const [a, b, c] = [await relayOf(t, [short]), await relayOf(t, [long]), await relayOf(t)];
  const words = command!
    .replace('wss://a.example', a.url)
    .replace('wss://b.example', b.url)
    .replace('wss://c.example', c.url);
  const home = newHome();
  writeFileSync(join(home, 'short.py'), section('plugin'), { mode: 0o755 });
  const { code, stdout, stderr } = await bash(`${words} --exec ./short.py --timeout 10s`, home);
  assert.deepEqual([code, stdout, stderr], [0, '', '']);
  assert.deepEqual(idsOf(await stored(c.url)), [short.id]);
  const { rejected, targets } = JSON.parse(readFileSync(join(home, 'status.json'), 'utf8'));
  assert.deepEqual([rejected, targets[0].accepted, targets[0].spooled], [1, 1, 0]);
});

/** Texts that a database, a shell or a splitter of lines could take for something else. */
const ODD = [
  'back\\slash \\n \\. \\\\',
  `it's "quoted" $$ $1 & ; '); drop table events; --`,
  'line\nbreak\r\n\ttab \u2028 \u2029 \u0085',
  'nul \0 twice \0\0, and none: \\u0000 \\\0 \\\\u0000',
  `:x :"y" :'z' \\q \u007f \u0001 é 😀`,
  '\\',
  '',
  "'",
  'x'.repeat(100_000),
];

const LAST = A.note('the last second', Number.MAX_SAFE_INTEGER, [['t', 'nostr']]);

const SEED = [
  ...ODD.map((content, i) => A.note(content, T0 + i, [['t', content], [], ['p', '', content]])),
  LAST,
  A.sign({ kind: 0, content: '{}', created_at: T0 }),
];
/** They fit into a pipe. */
const SMALL = Array.from({ length: 30 }, (_, i) => A.note(`small ${i}`, T0 + 100 + i));
const LIVE = A.note('live', T0 + 200);
/** Older than all that was there when it came. */
const LATE = A.note('late', T0 - 1000);

function stateIn(home: string): string {
  const path = join(home, 'mirror.json');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

async function eventually(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 60_000;
  while (!(await holds())) {
    assert.ok(Date.now() < end, `never came about: ${what}`);
    await setTimeout(20);
  }
}

/** A recipe that runs until it is killed. */
class Running {
  readonly #stop = new AbortController();
  readonly #told: Promise<Told>;
  #over: Told | undefined;

  constructor(t: TestContext, script: string, home: string, env: Readonly<Record<string, string>>) {
    this.#told = bash(script, home, env, { patience: 180_000, kill: this.#stop.signal });
    void this.#told.then(told => {
      this.#over = told;
    });
    t.after(() => this.kill());
  }

  /** Waits for something, as long as it runs. */
  until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    return eventually(what, () => {
      assert.equal(this.#over, undefined, JSON.stringify(this.#over));
      return holds();
    });
  }

  /** All of it at once. */
  kill(): Promise<Told> {
    this.#stop.abort();
    return this.#told;
  }
}

describe('into PostgreSQL', { skip: skipped(noPostgres) }, () => {
  let postgres: Postgres;
  before(async () => {
    postgres = await Postgres.start();
  });
  after(() => postgres?.close());

  /** The rows; 0 as long as there is no table. */
  const count = () => {
    const [isThere] = postgres.query("select to_regclass('events') is not null");
    return isThere === 't' ? Number(postgres.query('select count(*) from events')[0]) : 0;
  };
  const held = () => postgres.query('select row_to_json(events) from events').map(line => JSON.parse(line));
  const run = (t: TestContext, relay: NostRelay, home: string) =>
    new Running(t, section('postgres').replace('wss://relay.example', relay.url), home, postgres.env);

  test('each event is one row, as it was signed, seen at once, whatever is run again', async t => {
    const [relay, home] = [await relayOf(t, SEED), newHome()];
    const first = run(t, relay, home);
    await first.until('the backlog', () => count() === SEED.length);
    await publish(relay.url, [LIVE]);
    await first.until('what comes live', () => count() === SEED.length + 1);
    await first.kill();
    await publish(relay.url, [LATE]);
    const second = run(t, relay, home);
    await second.until('what came meanwhile', () => count() === SEED.length + 2);
    await second.kill();

    const all = [...SEED, LIVE, LATE];
    const rows = held();
    assert.deepEqual(rows.map(({ event }) => event).sort(), all.map(event => JSON.stringify(event)).sort());
    const withoutNul = JSON.parse(JSON.stringify(all), (_, value) =>
      typeof value === 'string' ? value.replaceAll('\0', '') : value,
    );
    const byId = new Map(withoutNul.map(({ sig, ...fields }: Event) => [fields.id, fields]));
    for (const { event, ...fields } of rows) assert.deepEqual(fields, byId.get(fields.id));
    const isTagged = `tags @> '[["t","nostr"]]'`;
    const plan = postgres.query(`set enable_seqscan = off; explain select id from events where ${isTagged}`);
    assert.match(plan.join('\n'), /events_tags/);

    const b = await relayOf(t);
    const back = section('postgres-back').replace('wss://b.example', b.url);
    const { code, stderr } = await bash(back, home, postgres.env);
    assert.equal(code, 0, stderr);
    assert.deepEqual(idsOf(await stored(b.url)), [LAST.id]);
  });

  test('what was not in the table when PostgreSQL crashed comes with the next run', async t => {
    postgres.query('truncate events');
    const [relay, home] = [await relayOf(t, [LATE]), newHome()];
    const first = run(t, relay, home);
    await first.until('the first row', () => count() === 1);
    await postgres.lock('events');
    await publish(relay.url, SMALL);
    const waiting = "select count(*) from pg_locks where mode = 'RowExclusiveLock' and not granted";
    await first.until('a row that waits', () => postgres.query(waiting)[0] === '1');
    // All of them are in the pipe, and were taken as far as the mirror can know.
    await first.until('a checkpoint', () => stateIn(home).includes(String(SMALL.at(-1)!.created_at)));
    await postgres.stop({ crash: true });
    await first.kill();
    await postgres.resume();
    const second = run(t, relay, home);
    await second.until('all rows', () => count() === SMALL.length + 1);
    await second.kill();
    assert.deepEqual(idsOf(held()), idsOf([...SMALL, LATE]));
  });
});

describe('into NATS', { skip: skipped(noNats) }, () => {
  let nats: NatsServer;
  before(async () => {
    nats = await startNats();
  });
  after(() => nats?.close());

  test('the stream has each event once, and each of three consumers gets all of them', async t => {
    const [relay, home] = [await relayOf(t, SEED), newHome()];
    writeFileSync(join(home, 'to-nats.mjs'), section('nats'));
    symlinkSync(resolve(import.meta.dirname, '../../node_modules'), join(home, 'node_modules'));
    const command = /run as: (.*)/.exec(section('nats'))![1]!.replace('wss://relay.example', relay.url);
    const run = () => new Running(t, command, home, { NATS_URL: nats.url });
    const connection = await connect({ servers: nats.url });
    t.after(() => connection.close());
    const manager = await jetstreamManager(connection);
    const count = () =>
      manager.streams.info('nostr').then(
        ({ state }) => state.messages,
        () => 0,
      );

    const first = run();
    await first.until('the backlog', async () => (await count()) === SEED.length);
    const tooLarge = A.note('x'.repeat(MAX_PAYLOAD));
    await publish(relay.url, [tooLarge, LIVE]);
    await first.until('what comes after an event too large', async () => (await count()) === SEED.length + 1);
    nats.freeze();
    await publish(relay.url, SMALL);
    const { stderr } = await first.kill();
    assert.ok(stderr.includes(`too large for NATS: ${tooLarge.id}\n`), stderr);
    nats.thaw();
    await publish(relay.url, [LATE]);
    const all = [...SEED, ...SMALL, LIVE, LATE];
    const second = run();
    await second.until('what is left', async () => (await count()) === all.length);
    await second.kill();

    const stream = jetstream(connection);
    for (const name of ['archive', 'search', 'alerts']) {
      const consumer = await stream.consumers.get('nostr', name);
      assert.equal((await consumer.info()).num_pending, all.length);
      const lines: string[] = [];
      for await (const message of await consumer.fetch({ max_messages: all.length })) {
        lines.push(message.string());
        message.ack();
      }
      assert.deepEqual(lines.sort(), all.map(event => JSON.stringify(event)).sort());
    }
  });
});
