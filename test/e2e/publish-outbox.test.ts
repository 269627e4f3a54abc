// `publish --outbox` of a bulk by many authors over many relays, some of them dead: every event goes to its own relays and
// to no other, each list is looked up once, and one connection is made to each relay.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import type { Event } from '../../src/protocol/event.ts';
import { deadUrl, startCounted } from '../support/counted-relay.ts';
import { numbers } from '../support/mutations.ts';
import { peopleOf } from '../support/people.ts';

const NOST = join(resolve(import.meta.dirname, '../..'), 'bin/nost.js');
const [AUTHORS, EVENTS, RELAYS, DEAD] = [200, 2000, 30, 3];

async function publish(
  events: readonly Event[],
  words: readonly string[],
): Promise<{ stdout: string; stderr: string; status: number }> {
  const child = spawn(process.execPath, [NOST, 'publish', '--outbox', '--allow-private', ...words]);
  child.stdin.end(events.map(event => `${JSON.stringify(event)}\n`).join(''));
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  return { stdout, stderr, status };
}

test('2000 events by 200 authors over 30 relays, three of them dead', async t => {
  const next = numbers(20261129);
  const authors = peopleOf(AUTHORS);
  const keys = authors.map(({ publicKey }) => publicKey);
  const alive = await Promise.all(Array.from({ length: RELAYS - DEAD }, () => startCounted(t)));
  const dead = Array.from({ length: DEAD }, deadUrl);
  const urls = [...alive.map(({ url }) => url), ...dead];
  const pick = () => urls[next() % urls.length]!;
  const [writes, reads] = [keys.map(() => [pick(), pick(), pick()]), keys.map(() => [pick()])];
  const at = 1_700_000_000;
  const lists = authors.map((author, i) => {
    const tags = [...writes[i]!.map(url => ['r', url, 'write']), ...reads[i]!.map(url => ['r', url, 'read'])];
    return author.sign({ kind: 10002, created_at: at, tags });
  });
  const index = await startCounted(t, lists);
  const wanted = new Map<string, Set<string>>();
  const events = Array.from({ length: EVENTS }, (_, i) => {
    const [author, reader] = [i % AUTHORS, next() % AUTHORS];
    const template = { kind: 1, created_at: at + i, tags: [['p', keys[reader]!]], content: `${i}` };
    const event = authors[author]!.sign(template);
    wanted.set(event.id, new Set([...writes[author]!, ...(author === reader ? [] : reads[reader]!)]));
    return event;
  });

  const { stdout, stderr, status } = await publish(events, ['--connect-timeout', '5s', '-', index.url]);

  const printed = stdout
    .trim()
    .split('\n')
    .map(line => JSON.parse(line).id);
  const reachable = events.filter(({ id }) => [...wanted.get(id)!].some(url => !dead.includes(url)));
  assert.deepEqual(
    printed,
    reachable.map(({ id }) => id),
    stderr,
  );
  assert.equal(status, reachable.length === EVENTS ? 0 : 3, stderr);
  for (const { url, taken, connections } of alive) {
    const own = events.filter(({ id }) => wanted.get(id)!.has(url));
    assert.deepEqual(new Set(taken), new Set(own.map(({ id }) => id)));
    assert.equal(taken.length, own.length);
    assert.ok(connections <= 1);
  }
  assert.deepEqual(index.taken, []);
  const asked = index.reqs.flatMap(({ authors }) => authors);
  assert.equal(asked.length, new Set(asked).size, 'nobody is looked up twice');
  for (const url of dead) assert.ok(stderr.includes(url), `${url} is told`);
});

test('no more relays than a hundred in all and twenty for one event; who is left out is named', async t => {
  const authors = peopleOf(130);
  const lists = authors.map((author, i) =>
    author.sign({ kind: 10002, tags: [['r', `wss://r${i}.example`]] }),
  );
  const index = await startCounted(t, lists);
  const people = authors.slice(1, 41).map(({ publicKey }) => ['p', publicKey]);
  const events = [authors[0]!.sign({ tags: people }), ...authors.map(author => author.sign())];

  const { stderr, status } = await publish(events, ['--dry-run', '--log-format', 'json', '-', index.url]);

  const lines = stderr
    .trim()
    .split('\n')
    .map(line => JSON.parse(line));
  const routes = lines.filter(({ type }) => type === 'route').map(({ relays }): string[] => relays);
  const uncovered = lines.filter(({ type }) => type === 'uncovered');
  assert.equal(status, 0);
  assert.equal(routes.length, events.length);
  assert.equal(routes[0]!.length, 20);
  assert.equal(new Set(routes.flat()).size, 100);
  assert.deepEqual(routes.at(-1), [index.url]);
  assert.equal(uncovered.filter(({ pubkey }) => pubkey !== undefined).length, 20);
  assert.equal(uncovered.at(-1).more, 40 - 19 + (130 - 99) - 20);
});
