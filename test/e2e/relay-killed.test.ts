// The relay is killed (SIGKILL) and started again, time after time, in the middle of a stream and of the publishing it
// listens to: no event is missing in the end, and none is there twice. The small version runs always; with NOST_SOAK
// set there are thirty kills.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import type { Event } from '../../src/protocol/event.ts';
import { A, T0 } from '../support/people.ts';
import { RawClient } from '../support/raw-client.ts';

const NOST = join(import.meta.dirname, '../../bin/nost.js');
const RELAY = join(import.meta.dirname, '../support/durable-relay.ts');
const KILLS = process.env['NOST_SOAK'] ? 30 : 2;

/** More than the relay gives at once, so that what was missed takes several pages. */
const EVENTS_PER_LIFE = 50;
const MAX_LIMIT = 10;

/** The relay, each time a new process on the same port with the same events. */
class MortalRelay {
  url = '';
  readonly #file: string;
  #process: ChildProcess | undefined;

  constructor(file: string) {
    this.#file = file;
  }

  async start(): Promise<void> {
    const port = this.url === '' ? '0' : new URL(this.url).port;
    this.#process = spawn(process.execPath, ['--import', 'tsx', RELAY, this.#file, port, String(MAX_LIMIT)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [url] = await once(createInterface(this.#process.stdout!), 'line');
    this.url = url;
  }

  async kill(): Promise<void> {
    const gone = once(this.#process!, 'exit');
    this.#process!.kill('SIGKILL');
    await gone;
  }
}

/**
 * Publishes all of them at once and waits for the answers; returns those that got none. Kills the relay after so many
 * answers.
 */
async function publish(relay: MortalRelay, events: readonly Event[], killAfter: number): Promise<Event[]> {
  const client = await RawClient.connect(relay.url);
  for (const event of events) client.send(['EVENT', event]);
  const answered = new Set<string>();
  const wanted = Math.min(killAfter, events.length);
  while (answered.size < wanted) answered.add((await client.nextLike('OK'))[1]);
  if (wanted < events.length) await relay.kill();
  else client.close();
  await client.closed;
  for (const frame of client.received) answered.add(frame[1]);
  return events.filter(({ id }) => !answered.has(id));
}

/** `nost req --stream`, with the ids of what it printed. */
function stream(t: TestContext, url: string) {
  const child = spawn(process.execPath, [NOST, 'req', '--stream', '-v', url], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  const printed: string[] = [];
  const ready = new Promise<void>(resolve => {
    createInterface(child.stderr!).on('line', line => line.includes('ready') && resolve());
  });
  let look = () => {};
  createInterface(child.stdout!).on('line', line => {
    printed.push(JSON.parse(line).id);
    look();
  });
  const until = (holds: () => boolean) =>
    new Promise<void>(resolve => {
      look = () => holds() && resolve();
      look();
    });
  return { child, printed, ready, until };
}

test(`a stream outlives its relay, killed ${KILLS} times`, { timeout: 300_000 }, async t => {
  const folder = await mkdtemp(join(tmpdir(), 'nost-killed-'));
  t.after(() => rm(folder, { recursive: true }));
  const relay = new MortalRelay(join(folder, 'events.jsonl'));
  await relay.start();
  t.after(() => relay.kill());
  const { child, printed, ready, until } = stream(t, relay.url);
  await ready;
  const wanted: string[] = [];
  let unanswered: Event[] = [];
  for (let life = 0; life <= KILLS; life++) {
    const fresh = Array.from({ length: EVENTS_PER_LIFE }, (_, i) =>
      A.note(`life ${life}, event ${i}`, T0 + life * EVENTS_PER_LIFE + i),
    );
    wanted.push(...fresh.map(({ id }) => id));
    const killAfter = life === KILLS ? Number.POSITIVE_INFINITY : EVENTS_PER_LIFE / 2;
    unanswered = await publish(relay, [...unanswered, ...fresh], killAfter);
    if (life < KILLS) await relay.start();
  }
  assert.deepEqual(unanswered, []);
  await until(() => new Set(printed).size >= wanted.length);
  child.kill('SIGINT');
  await once(child, 'close');
  assert.deepEqual(printed.toSorted(), wanted.toSorted());
});
