// The recipes of README that move events into something else, each with the real thing: a crontab line, PostgreSQL, NATS.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Event } from '../../src/protocol/event.ts';
import { A, B, T0 } from '../support/people.ts';
import { RawClient } from '../support/raw-client.ts';
import { NPUB } from '../support/readme-recipes.ts';
import { bash, newHome, section } from '../support/readme-world.ts';
import { type NostRelay, startNost } from '../support/relays.ts';

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
  const client = await RawClient.connect(b.url);
  assert.deepEqual(idsOf(await client.query({})), idsOf(mine));
  await client.close();
});
