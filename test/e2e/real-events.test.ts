// The main job on real input: 2,515 real events go in by `nost publish`, and come out by `nost req --all`: into our
// relay and into the independent one. What is printed is checked by nostr-tools, which shares no code with us.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { verifyEvent } from 'nostr-tools/pure';
import type { Event } from '../../src/protocol/event.ts';
import { isExpired } from '../../src/protocol/nip40.ts';
import { startIndependent, startNost, type TestRelay } from '../support/relays.ts';
import { describeVectors, realEvents, VECTORS, vectorJson } from '../support/vectors.ts';

const NOST = join(import.meta.dirname, '../../bin/nost.js');
const CORPUS = join(VECTORS, 'events/real-events-permissive.jsonl');
const LIMIT = { timeout: 300_000 };

/** Other code verifies slowly: `npm run soak` has it verify all lines, `npm test` every so many. */
const thorough = process.env['NOST_SOAK'] !== undefined;
const SHARE = thorough ? 1 : 8;

interface Ended {
  code: number | null;
  lines: string[];
}

/** Runs `nost` to its end, with a file as stdin. */
function nost(args: string[], input?: string): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [NOST, ...args], { stdio: ['pipe', 'pipe', 'ignore'] });
    if (input === undefined) child.stdin.end();
    else createReadStream(input).pipe(child.stdin);
    let output = '';
    child.stdout.setEncoding('utf8').on('data', chunk => {
      output += chunk;
    });
    child.on('error', reject);
    child.on('close', code => resolve({ code, lines: output.split('\n').slice(0, -1) }));
  });
}

/** The independent relay's quirks, event by event; besides, it obeys kind 5 without keeping it, and knows no NIP-70. */
const LOST_THERE = {
  '33f5b4e6a38e107638c20f4536db35191d4b8651ba5a2cefec983b9ec2d65084':
    'replaced by a version that is deleted later',
  '35a3f3fddbbb314a56ad9a7c40d8b7fe54b048a7c1776c82cb762cd1943af9d9':
    'by a delegate (NIP-26): counts as the delegator’s',
};
const KEPT_THERE = {
  '7d1404110a662216fc0220198424008b5f2d193d0843c66c9b35a48c4944ee70': 'came after its deletion',
};

const idsOf = (lines: string[]) => new Set(lines.map(line => (JSON.parse(line) as Event).id));

describeVectors('2,515 real events, published and queried', () => {
  const events = realEvents();
  const survivors = vectorJson('relay/survivors-permissive.json');
  const removed = new Set<string>(survivors.removed_ids);
  const now = Math.floor(Date.now() / 1000);
  const isProtected = (event: Event) => survivors.with_protected_tag.includes(event.id);
  const kept = events.filter(event => !removed.has(event.id) && !isExpired(event, now));

  test('the vector says what we think it says', () => {
    assert.equal(events.length - removed.size, 2480);
  });

  const relays: TestRelay[] = [];
  before(async () => {
    relays.push(await startNost());
    if (thorough) relays.push(await startIndependent());
  });
  after(() => Promise.all(relays.map(relay => relay.close())));

  test('our relay keeps exactly the survivors, less the expired and the protected', LIMIT, async () => {
    const url = relays[0]!.url;
    const published = await nost(['publish', '--results', '-', url], CORPUS);
    assert.equal(published.lines.length, events.length, 'one result line for each event');
    const results = published.lines.map(line => JSON.parse(line));
    assert.deepEqual(new Set(results.map(({ id }) => id)), new Set(events.map(({ id }) => id)));
    assert.equal(published.code, 3, 'a bulk with refusals is partial');

    const { code, lines } = await nost(['req', '--all', url]);
    assert.equal(code, 0);
    assert.deepEqual(idsOf(lines), new Set(kept.filter(event => !isProtected(event)).map(({ id }) => id)));
    assert.equal(lines.length, idsOf(lines).size, 'each once');
    const byId = new Map(events.map(event => [event.id, event]));
    for (const line of lines) assert.deepEqual(JSON.parse(line), byId.get(JSON.parse(line).id));
    const false_ = lines.filter((line, i) => i % SHARE === 0 && !verifyEvent(JSON.parse(line)));
    assert.deepEqual(false_, [], 'a line verifies from its printed bytes');
  });

  if (!thorough) return; // the independent relay verifies slowly, too
  test('the independent relay keeps the same, its quirks apart', LIMIT, async () => {
    const url = relays[1]!.url;
    const published = await nost(['publish', '--results', '-', url], CORPUS);
    assert.equal(published.lines.length, events.length);
    const { code, lines } = await nost(['req', '--all', url]);
    assert.equal(code, 0);
    assert.equal(lines.length, idsOf(lines).size, 'each once');
    const expected = new Set(kept.filter(({ kind }) => kind !== 5).map(({ id }) => id));
    for (const id of Object.keys(LOST_THERE)) assert.ok(expected.delete(id), id);
    for (const id of Object.keys(KEPT_THERE)) expected.add(id);
    assert.deepEqual(idsOf(lines), expected);
  });
});
