// nost mirror over an outage: what waits for a relay that is down outlives the mirror, also where no relay has it any more;
// and a program decides what goes on, however often it dies.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Event } from '../../src/protocol/event.ts';
import { memoryStore } from '../../src/server/store/table-store.ts';
import { RawClient } from '../support/raw-client.ts';
import { startNost } from '../support/relays.ts';
import { until } from '../support/served.ts';
import { folderOf, idsAt, idsOf, notes, relayOf } from '../support/sync-world.ts';

const NOST = join(import.meta.dirname, '../../bin/nost.js');

/** A relay that comes and goes on one port; what it holds stays, unless it is another store. */
class Relay {
  readonly url: string;
  #running: Awaited<ReturnType<typeof startNost>>;
  #store = memoryStore();

  private constructor(running: Awaited<ReturnType<typeof startNost>>, store: ReturnType<typeof memoryStore>) {
    this.#running = running;
    this.#store = store;
    this.url = running.url;
  }

  static async start(t: TestContext): Promise<Relay> {
    const store = memoryStore();
    const relay = new Relay(await startNost({ store }), store);
    t.after(() => relay.stop());
    return relay;
  }

  stop(): Promise<void> {
    return this.#running.close();
  }

  async again(isEmpty = false): Promise<void> {
    if (isEmpty) this.#store = memoryStore();
    this.#running = await startNost({ store: this.#store, port: Number(new URL(this.url).port) });
  }
}

interface Mirror {
  child: ChildProcess;
  /** What it wrote to stderr. */
  told: () => string;
}

function mirror(t: TestContext, cwd: string, words: readonly string[]): Mirror {
  const child = spawn(process.execPath, [NOST, 'mirror', '-v', ...words], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, NOST_NO_INPUT: '1' },
  });
  t.after(() => child.kill('SIGKILL'));
  let told = '';
  child.stderr!.setEncoding('utf8').on('data', text => {
    told += text;
  });
  return { child, told: () => told };
}

async function end({ child }: Mirror, signal: NodeJS.Signals): Promise<void> {
  const gone = once(child, 'exit');
  child.kill(signal);
  await gone;
}

/** Resolves when a relay holds so many events. */
async function arrived(url: string, count: number): Promise<void> {
  for (let i = 0; (await idsAt(url)).length < count; i++) {
    assert.ok(i < 1200, `${url} does not hold ${count} events`);
    await new Promise(resolve => setTimeout(resolve, 50));
  }
}

async function publish(url: string, events: readonly Event[]): Promise<void> {
  const client = await RawClient.connect(url);
  for (const event of events) assert.equal((await client.publish(event))[2], true);
  await client.close();
}

test('what waits for a relay that is down comes after a kill, though its source has lost it', async t => {
  const folder = folderOf(t);
  const [from, to] = [await Relay.start(t), await Relay.start(t)];
  const words = ['--spool', 'spool', '--state', 'state', '--relay-timeout', '2s', from.url, '--to', to.url];
  const spool = join(folder, 'spool');
  const lines = () => readFileSync(spool, 'utf8').split('\n').length - 2;
  const events = notes(30);

  const first = mirror(t, folder, words);
  await publish(from.url, events.slice(0, 10));
  await until(() => first.told().includes('has all that'));
  await arrived(to.url, 10);
  await to.stop();
  await until(() => first.told().includes(`${to.url}: down: `));
  await publish(from.url, events.slice(10));
  await until(() => lines() === 20);
  assert.equal(statSync(spool).mode & 0o777, 0o600);
  await end(first, 'SIGKILL');

  await from.stop();
  await from.again(true);
  const second = mirror(t, folder, words);
  await until(() => second.told().includes(`${to.url}: down: `));
  await to.again();
  await until(() => statSync(spool).size === 0);
  assert.deepEqual(await idsAt(to.url), idsOf(events));
  await end(second, 'SIGTERM');
});

/** As for strfry; it dies at every fifth event, before it decides on it. */
const PLUGIN = `
import json, sys
for n, line in enumerate(sys.stdin, 1):
    if n == 5: sys.exit(3)
    question = json.loads(line)
    event = question['event']
    assert question['type'] == 'new' and question['sourceInfo'] == question['relay']
    spam = event['content'].endswith('3')
    print(json.dumps({'id': event['id'], 'action': 'reject' if spam else 'accept', 'msg': 'spam'}), flush=True)
`;

test('a program decides what goes on, and loses nothing by dying', async t => {
  const folder = folderOf(t);
  const events = notes(30);
  const from = await relayOf(t, events.slice(0, 20));
  const to = await relayOf(t, []);
  writeFileSync(join(folder, 'plugin.py'), PLUGIN);
  const run = mirror(t, folder, ['--exec', 'python3 plugin.py', '--status', 'status', from, '--to', to]);
  await until(() => run.told().includes('has all that'));
  await publish(from, events.slice(20));
  const good = events.filter(({ content }) => !content.endsWith('3'));
  await arrived(to, good.length);
  assert.deepEqual(await idsAt(to), idsOf(good));
  await until(() => run.told().split(': spam\n').length === 4);
  await end(run, 'SIGTERM');
  assert.equal(JSON.parse(readFileSync(join(folder, 'status'), 'utf8')).rejected, 3);
  assert.match(run.told(), /it ended with 3, asked about [0-9a-f]{64}; it is started again/);
});
