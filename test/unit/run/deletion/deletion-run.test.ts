import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { Failure } from '../../../../src/errors.ts';
import type { Event } from '../../../../src/protocol/event.ts';
import { CommandEnd } from '../../../../src/run/command-end.ts';
import { type DeleteFlags, deleteTargets } from '../../../../src/run/deletion/deletion-run.ts';
import { parseTarget } from '../../../../src/run/deletion/target.ts';
import { whereBy } from '../../../../src/run/people/where.ts';
import { memoryStore } from '../../../../src/server/store/table-store.ts';
import { commandWorld, keyOf, NETWORK } from '../../../support/command-context.ts';
import { A, B, T0 } from '../../../support/people.ts';
import { type NostOptions, startNost } from '../../../support/relays.ts';
import { ask } from '../../../support/wire.ts';

const NOW = T0 + 1000;

interface Settings {
  held: readonly Event[];
  codes: readonly string[];
  answer?: string;
  flags?: Partial<DeleteFlags>;
  relay?: NostOptions;
  /** What is written while the question waits. */
  meanwhile?: readonly Event[];
}

/** Deletes for A at one relay. */
async function deleteAt(t: TestContext, { held, codes, answer, flags, relay: options, meanwhile }: Settings) {
  const store = memoryStore();
  const relay = await startNost({ store, seed: held, ...options });
  t.after(() => relay.close());
  const { context, told, end } = commandWorld({
    now: () => NOW * 1000,
    ...(answer !== undefined && { answer }),
  });
  t.after(end);
  const { promptLine } = context.keys;
  context.keys.promptLine = async (...question) => {
    await store.add(meanwhile ?? []);
    return promptLine(...question);
  };
  const all: DeleteFlags = { ...NETWORK, relay: [relay.url], ...flags };
  const commandEnd = new CommandEnd(context.deadline);
  const where = await whereBy(context, all, { end: commandEnd });
  const fault = await deleteTargets(context, codes.map(parseTarget), {
    ...{ flags: all, where, key: keyOf(A), end: commandEnd },
  }).then(
    () => undefined,
    error => error,
  );
  const left = async (kinds: number[]) => (await ask(relay.url, { filters: [{ kinds }] })).events;
  return { fault, left, url: relay.url, ...told };
}

describe('a deletion', () => {
  const note = A.note('fresh\nrye', T0 + 5);
  const article = A.sign({ kind: 30023, tags: [['d', 'x']], created_at: T0 + 6 });
  const address = `30023:${A.publicKey}:x`;

  test('at a terminal shows what goes and where to, says that it is a request, and asks', async t => {
    const { fault, stderr, stdout, left, url } = await deleteAt(t, {
      held: [note, article],
      codes: [note.id, address],
      answer: 'y',
      flags: { reason: 'old' },
    });
    assert.equal(fault, undefined);
    const lines = stderr.split('\n');
    assert.match(lines[0]!, /^- note1\w+ kind 1 \(note\) of 2023-11-14 22:13:25 "fresh\\nrye" at ws:/);
    assert.match(
      lines[1]!,
      /^- kind 30023 \(article\) "x", all versions; the newest of 2023-11-14 22:13:26 "" at ws:/,
    );
    assert.deepEqual(lines.slice(2, 4), ['reason: old', `the request goes to ${url}`]);
    assert.match(lines[4]!, /^notice: This is a request \(NIP-09\): relays and readers may keep/);
    assert.equal(lines[5], 'Ask relays to delete these 2? [y/N] ');
    const request: Event = JSON.parse(stdout);
    assert.deepEqual([request.content, request.created_at], ['old', NOW]);
    assert.deepEqual(await left([1, 5, 30023]), [request]);
  });

  for (const answer of ['', 'n', 'yy'])
    test(`is not made when the answer is "${answer}"`, async t => {
      const { fault, left, stdout } = await deleteAt(t, { held: [note], codes: [note.id], answer });
      assert.ok(fault instanceof Failure);
      assert.deepEqual([fault.code, stdout], ['not_confirmed', '']);
      assert.deepEqual(await left([1, 5]), [note]);
    });

  test('leaves what was written while the question waited', async t => {
    const newer = A.sign({ kind: 30023, tags: [['d', 'x']], created_at: NOW + 1 });
    const { fault, left } = await deleteAt(t, {
      held: [article],
      codes: [address],
      answer: 'y',
      meanwhile: [newer],
    });
    assert.equal(fault, undefined);
    assert.deepEqual(await left([30023]), [newer]);
  });

  test('of a version dated ahead names it by its id, and leaves what is written after the request', async t => {
    const ahead = A.sign({ kind: 30023, tags: [['d', 'x']], created_at: NOW + 600 });
    const list = (created_at: number) => A.sign({ kind: 10002, created_at });
    const { left } = await deleteAt(t, {
      held: [ahead, list(T0)],
      codes: [address, `10002:${A.publicKey}:`],
      answer: 'y',
      meanwhile: [list(NOW + 1)],
    });
    assert.deepEqual(await left([30023, 10002]), [list(NOW + 1)]);
    assert.equal((await left([5]))[0]!.created_at, NOW);
  });

  test('finds what has no identifier behind a page of others', async t => {
    const bare = A.sign({ kind: 30023, created_at: T0 });
    const others = Array.from({ length: 25 }, (_, i) =>
      A.sign({ kind: 30023, tags: [['d', `${i}`]], created_at: T0 + 1 + i }),
    );
    const { stdout, left } = await deleteAt(t, {
      held: [bare, ...others],
      codes: [`30023:${A.publicKey}:`],
      flags: { yes: true },
      relay: { maxLimit: 10 },
    });
    assert.deepEqual(JSON.parse(stdout).tags[0], ['e', bare.id]);
    assert.equal((await left([30023])).length, 10);
  });

  test('by the id of a version leaves the others', async t => {
    const { left, stderr } = await deleteAt(t, { held: [article], codes: [article.id], answer: 'yes' });
    assert.match(stderr, /kind 30023 \(article\), this version alone, of 2023/);
    const [request] = await left([5]);
    assert.deepEqual(request!.tags, [
      ['e', article.id],
      ['k', '30023'],
    ]);
  });

  test('with --dry-run is printed, and sent nowhere', async t => {
    const { stdout, stderr, left } = await deleteAt(t, {
      held: [note],
      codes: [note.id],
      flags: { dryRun: true },
    });
    assert.deepEqual(JSON.parse(stdout).tags, [
      ['e', note.id],
      ['k', '1'],
    ]);
    assert.match(stderr, /it would go to ws:/);
    assert.deepEqual(await left([1, 5]), [note]);
  });

  test('of one among others that is not ours is none', async t => {
    const theirs = B.note('x');
    const { fault, left } = await deleteAt(t, {
      held: [note, theirs],
      codes: [note.id, theirs.id],
      flags: { yes: true },
    });
    assert.deepEqual([fault.code, fault.kind], ['not_deletable', 'usage']);
    assert.deepEqual((await left([1, 5])).length, 2);
  });

  test('of hundreds is few requests, though the relay hands out few events at a time', async t => {
    const held = Array.from({ length: 510 }, (_, i) => A.note(`${i}`, T0 + i));
    const { fault, stdout, left } = await deleteAt(t, {
      held,
      codes: held.map(({ id }) => id),
      flags: { yes: true, check: true },
      relay: { maxLimit: 250 },
    });
    assert.equal(fault, undefined);
    const lines = stdout
      .split('\n')
      .slice(0, -1)
      .map(line => JSON.parse(line));
    assert.deepEqual(
      [lines.length, lines.every(({ gone, kept }) => gone === true && kept === true)],
      [510, true],
    );
    assert.deepEqual(await left([1]), []);
    assert.deepEqual((await left([5])).map(({ tags }) => tags.length).sort(), [11, 501]);
  });

  test('asks a relay that hands out hardly anything not for ever', async t => {
    const held = Array.from({ length: 400 }, (_, i) => A.note(`${i}`, T0 + i));
    const { fault, left } = await deleteAt(t, {
      held,
      codes: held.map(({ id }) => id),
      flags: { yes: true, connectTimeout: 100, relayTimeout: 50 },
      relay: { maxLimit: 10 },
    });
    assert.match(fault.kind, /^(timeout|unreachable)$/); // on a busy machine it is not reached in so short a time
    assert.deepEqual(await left([5]), []);
  });
});
