// The 200 groups of filters over 2,515 real events, asked on the wire: through the client's engine, and a handful
// through the program. A group can be asked when none of its events was replaced, deleted, expired or protected.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type Filter, selectEvents } from '../../src/protocol/filter.ts';
import { isExpired } from '../../src/protocol/nip40.ts';
import type { Verifier } from '../../src/verify/verifier.ts';
import { type NostRelay, startNost } from '../support/relays.ts';
import { describeVectors, realEvents, vectorJson } from '../support/vectors.ts';
import { ask } from '../support/wire.ts';

interface Group {
  filters: Filter[];
  count: number;
  ids: string[] | null;
  ids_sha256: string;
}

/** Signatures are proved elsewhere; here they would only cost time. */
const believing: Verifier = { engine: 'none', batchSize: 500, verify: events => events.map(() => 'valid') };

const NOST = join(import.meta.dirname, '../../bin/nost.js');

/** What `nost req` prints for these filters, without verification. */
async function nostReq(url: string, filters: readonly Filter[]): Promise<string[]> {
  const flags = filters.flatMap(filter => ['--filter', JSON.stringify(filter)]);
  const child = spawn(process.execPath, [NOST, 'req', '--no-verify', ...flags, url], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', chunk => {
    output += chunk;
  });
  const code = await new Promise(resolve => child.on('close', resolve));
  assert.equal(code, 0);
  return output
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line).id);
}

describeVectors('relay/filter-oracle.json on the wire', () => {
  const events = realEvents();
  const { cases } = vectorJson('relay/filter-oracle.json') as { cases: Group[] };
  const survivors = vectorJson('relay/survivors-permissive.json');
  const now = Math.floor(Date.now() / 1000);
  const gone = new Set<string>([
    ...survivors.removed_ids,
    ...survivors.with_protected_tag,
    ...events.filter(event => isExpired(event, now)).map(({ id }) => id),
  ]);
  // The oracle writes out only short answers; of the long ones it holds the count and a hash.
  const groups = cases.map(group => ({
    ...group,
    ids: group.ids ?? selectEvents(events, group.filters).map(({ id }) => id),
  }));
  const askable = groups.filter(({ ids }) => !ids.some(id => gone.has(id)));

  let relay: NostRelay;
  before(async () => {
    relay = await startNost({ seed: events, verifier: believing });
  });
  after(() => relay.close());

  test('most groups can be asked', () => {
    assert.ok(askable.length >= 120, `${askable.length} of ${cases.length}`);
    for (const { ids, ids_sha256 } of askable)
      assert.equal(hash('sha256', [...ids].sort().join('\n'), 'hex'), ids_sha256);
  });

  for (const [index, { filters, ids, count }] of askable.entries()) {
    // Our relay orders the union of several filters as it does one: newest first, ties lowest id first.
    test(`askable group ${index}: ${count} events, newest first, ties lowest id first`, async () => {
      const { events: found, endings } = await ask(relay.url, { filters });
      assert.deepEqual(
        found.map(({ id }) => id),
        ids,
      );
      const { end, complete, invalid, duplicates } = endings[0]!;
      assert.deepEqual(
        { end, complete, invalid, duplicates },
        { end: 'eose', complete: true, invalid: 0, duplicates: 0 },
      );
    });
  }

  test('--all finds the same sets', async () => {
    const single = askable
      .filter(({ filters }) => filters.every(({ limit }) => limit === undefined))
      .slice(0, 10);
    for (const { filters, ids } of single) {
      const { events: found, endings } = await ask(relay.url, { filters, all: true });
      assert.deepEqual(found.map(({ id }) => id).sort(), [...ids].sort());
      assert.equal(endings[0]!.end, 'eose');
    }
  });

  test('`nost req` prints the same', async () => {
    const some = [1, 2, 3].map(
      count => askable.find(({ filters, ids }) => filters.length === count && ids.length > 1)!,
    );
    const empty = askable.find(({ ids }) => ids.length === 0)!;
    const long = askable.reduce((a, b) => (b.count > a.count ? b : a));
    for (const { filters, ids } of [...some.filter(Boolean), empty, long])
      assert.deepEqual(await nostReq(relay.url, filters), ids);
  });
});
