// `req --outbox` for many authors over many relays, some of them dead: few connections, one REQ for each, everybody
// covered or named.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { deadUrl, startCounted } from '../support/counted-relay.ts';
import { numbers } from '../support/mutations.ts';
import { peopleOf } from '../support/people.ts';

const NOST = join(resolve(import.meta.dirname, '../..'), 'bin/nost.js');
const [AUTHORS, RELAYS, DEAD] = [500, 60, 10];

test('500 authors over 60 relays, ten of them dead', async t => {
  const next = numbers(20261128);
  const authors = peopleOf(AUTHORS);
  const notes = new Map(authors.map(author => [author.publicKey, author.sign()]));
  const alive = await Promise.all(
    Array.from({ length: RELAYS - DEAD }, () => startCounted(t, [...notes.values()])),
  );
  const dead = Array.from({ length: DEAD }, deadUrl);
  const urls = [...alive.map(({ url }) => url), ...dead];
  const lists = authors.map(author => {
    const chosen = Array.from({ length: 4 }, () => urls[next() % urls.length]!);
    return author.sign({ kind: 10002, tags: chosen.map(url => ['r', url]) });
  });
  const reachable = lists.filter(({ tags }) => tags.some(([, url]) => !dead.includes(url!)));
  const index = await startCounted(t, lists);

  const words = [...notes.keys()].flatMap(pubkey => ['-a', pubkey]);
  const child = spawn(process.execPath, [
    NOST,
    ...['req', '--outbox', '--allow-private', '-k', '1', '--connect-timeout', '5s', ...words, index.url],
  ]);
  const [stdout, stderr, [status]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);

  const printed = new Set(
    stdout
      .trim()
      .split('\n')
      .map(line => JSON.parse(line).pubkey),
  );
  const named = Number(/(\d+) authors could not be asked for/.exec(stderr)?.[1] ?? 0);
  assert.equal(printed.size + named, AUTHORS);
  assert.ok(printed.size >= reachable.length * 0.99, `${printed.size} of ${reachable.length}`);
  assert.equal(status, named === 0 ? 0 : 3);
  assert.equal(index.connections <= 2, true);
  for (const { connections, reqs } of alive) {
    assert.ok(connections <= 1);
    assert.ok(reqs.length <= 1, `${reqs.length} REQs`);
  }
  const asked = alive.flatMap(({ reqs }) => reqs.flatMap(({ authors }) => authors));
  assert.ok(asked.length <= 3 * AUTHORS, `${asked.length} authors were asked for`);
});
