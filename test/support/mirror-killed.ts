// A mirror between two relays on disk, while events are published: each of the three is killed (SIGKILL) in turn and started
// again. At the end the target holds what the source holds.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Event } from '../../src/protocol/event.ts';
import { eventually } from './mirror-world.ts';
import { numbers } from './mutations.ts';
import { A } from './people.ts';
import { idsIn, newFolder, Running } from './served-store.ts';
import { streamed } from './streamed.ts';
import { publishing } from './wire.ts';

/** Milliseconds between two events: 50 a second. */
const EVERY_MS = 20;

/** A program that can be killed, and started again with the same words. */
class Mortal {
  running: Running;
  /** What all its lives printed on stderr. */
  readonly logs: string[] = [];
  readonly #t: TestContext;
  readonly #words: readonly string[];

  constructor(t: TestContext, words: readonly string[]) {
    this.#t = t;
    this.#words = words;
    this.running = this.#start();
  }

  #start(): Running {
    const running = new Running(this.#words);
    this.#t.after(() => running.child.kill('SIGKILL'));
    return running;
  }

  async kill(): Promise<void> {
    this.running.child.kill('SIGKILL');
    this.logs.push((await this.running.ended).stderr);
  }

  start(): void {
    this.running = this.#start();
  }

  async end(): Promise<void> {
    this.running.child.kill('SIGTERM');
    this.logs.push((await this.running.ended).stderr);
  }
}

/** A relay on disk, on a port that stays its own. */
async function relayAt(t: TestContext, folder: string): Promise<{ relay: Mortal; url: string }> {
  const first = new Running(['serve', '--port', '0', '--store', folder]);
  await first.printed(1);
  const url = first.lines[0]!;
  first.child.kill('SIGTERM');
  await first.ended;
  return { relay: new Mortal(t, ['serve', '--port', new URL(url).port, '--store', folder]), url };
}

/** Publishes an event after the other until it is stopped. */
function publishTo(t: TestContext, url: string): { stop: () => Promise<void>; sent: Event[] } {
  const { bulk } = publishing([url], { staysConnected: true, backoff: { first: 20, most: 100 } });
  const sent: Event[] = [];
  const random = numbers(7);
  const timer = setInterval(() => {
    const past = random() % 4 === 0 ? 400 * 86_400 : 0; // some have times of long ago
    const event = A.note(`event ${sent.length}`, Math.floor(Date.now() / 1000) - past);
    sent.push(event);
    void bulk.offer(streamed(event));
  }, EVERY_MS);
  const stop = async () => {
    clearInterval(timer);
    await bulk.close('enough');
  };
  t.after(stop);
  return { stop, sent };
}

/** Kills so many times; returns how many events the target holds at the end. */
export async function killInTurn(t: TestContext, kills: number, seed: number): Promise<number> {
  const folder = newFolder(t);
  const [state, status] = [join(folder, 'state.json'), join(folder, 'status.json')];
  const source = await relayAt(t, join(folder, 'source'));
  const target = await relayAt(t, join(folder, 'target'));
  const files = ['--state', state, '--status', status, '--log-format', 'json'];
  const mirror = new Mortal(t, ['mirror', ...files, source.url, '--to', target.url]);
  const publisher = publishTo(t, source.url);
  const random = numbers(seed);
  await eventually(() => publisher.sent.length > 30 && existsSync(status), 20);
  for (let i = 0; i < kills; i++) {
    const victim = [source.relay, target.relay, mirror][i % 3]!;
    await victim.kill();
    JSON.parse(readFileSync(status, 'utf8')); // it is whole, whenever that was
    await wait(random() % 400);
    victim.start();
    await wait(600 + (random() % 600));
  }
  await publisher.stop();
  await eventually(() => isWhole(mirror), 100, 60_000);
  for (const mortal of [mirror, source.relay, target.relay]) await mortal.end();
  const [had, has] = await Promise.all([idsIn(join(folder, 'source')), idsIn(join(folder, 'target'))]);
  assert.deepEqual([...has].sort(), [...had].sort(), 'the target holds what the source holds');
  checkStatus(status, state, had.size);
  checkLog(mirror.logs);
  return has.size;
}

/** Asks the mirror how it is: it is at rest when nothing is missing or waits. */
function isWhole(mirror: Mortal): boolean {
  if (!mirror.running.stderr.includes('"type":"live"')) return false; // before that the signal would end it
  mirror.running.child.kill('SIGUSR2');
  const told = mirror.running.stderr
    .split('\n')
    .filter(line => line.startsWith('{"type":"mirror"'))
    .slice(-2)
    .map(line => JSON.parse(line));
  return (
    told.length === 2 &&
    told.every(
      ({ sources, targets }) =>
        sources[0].state === 'live' && targets[0].state === 'up' && targets[0].queued === 0,
    )
  );
}

function checkStatus(status: string, state: string, count: number): void {
  const { sources, targets } = JSON.parse(readFileSync(status, 'utf8'));
  const [{ accepted, duplicates, sent, refused, queued }] = targets;
  assert.deepEqual([refused, queued], [0, 0]);
  assert.equal(sent, accepted + duplicates, 'each sending was answered');
  assert.ok(accepted <= count, 'no event was accepted twice');
  assert.ok(sources[0].since > 0);
  assert.ok(JSON.parse(readFileSync(state, 'utf8')).sources[sources[0].relay].since > 0);
}

/** Each loss is told once, and so is each return. */
function checkLog(logs: readonly string[]): void {
  for (const log of logs) {
    const lines = log
      .split('\n')
      .filter(Boolean)
      .map(line => JSON.parse(line));
    const about = lines.map(({ type }) => type).filter(type => /^target_(down|up)$/.test(type));
    for (const [i, type] of about.entries()) assert.notEqual(type, about[i - 1], log);
    assert.deepEqual(
      lines.filter(({ type }) => type === 'error' || type === 'refused'),
      [],
    );
  }
}
