import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Filter } from '../../../../src/protocol/filter.ts';
import type { Counts } from '../../../../src/relay/link/outcome.ts';
import { EventCheck, newPage } from '../../../../src/relay/query/checked.ts';
import type { Verifier } from '../../../../src/verify/verifier.ts';
import { makeEvent } from '../../../support/made-up-events.ts';
import { noble } from '../../../support/noble.ts';
import { A, T0, withBrokenSignature } from '../../../support/people.ts';

const noCounts = (): Counts => ({ events: 0, invalid: 0, duplicates: 0 });

function checkFor(filters: Filter[], verifier?: Verifier) {
  const [reasons, counts, page] = [[] as string[], noCounts(), newPage()];
  const onInvalid = (reason: string) => void reasons.push(reason);
  return { check: new EventCheck({ filters, verifier, counts, onInvalid }, { page }), reasons, counts, page };
}

/** What the check lets through, as plain objects. */
async function accepted(check: EventCheck, values: readonly unknown[]) {
  return (await check.accept(values)).map(event => event.toEvent());
}

describe('the check of a subscription', () => {
  test('lets true events through that were asked for, in their order', async () => {
    const { check, reasons, counts } = checkFor([{ kinds: [1] }], noble);
    const events = [A.note('b', T0 + 1), A.note('a', T0)];
    assert.deepEqual(await accepted(check, events), events);
    assert.deepEqual([counts, reasons], [noCounts(), []]);
  });

  test('drops and counts what is malformed, forged, or was not asked for, and says why', async () => {
    const { check, reasons, counts } = checkFor([{ kinds: [1] }], noble);
    const good = A.note('good');
    const values = [
      'x',
      { ...good, kind: '1' },
      { ...good, content: 'forged' },
      withBrokenSignature(good),
      A.sign({ kind: 7 }),
      good,
    ];
    assert.deepEqual(await accepted(check, values), [good]);
    assert.equal(counts.invalid, 5);
    assert.match(reasons.join('\n'), /JSON object/);
    assert.match(reasons.join('\n'), /kind must be/);
    assert.match(reasons.join('\n'), new RegExp(`wrong id: ${good.id}`));
    assert.match(reasons.join('\n'), new RegExp(`wrong signature: ${good.id}`));
    assert.match(reasons.join('\n'), /not asked for/);
  });

  test('takes as a sign of life only what was asked for, true and new', async () => {
    const told: [number, boolean][] = [];
    const onJudged = (count: number, isAlive: boolean) => void told.push([count, isAlive]);
    const options = { filters: [{ kinds: [1] }], verifier: noble, counts: noCounts(), onInvalid: () => {} };
    const check = new EventCheck({ ...options, onJudged });
    const good = A.note('good');
    const batches = [
      [good],
      [good, good],
      [withBrokenSignature(A.note('forged')), good],
      ['x', A.sign({ kind: 7 })],
      [good, A.note('other')],
    ];
    for (const batch of batches) await check.accept(batch);
    assert.deepEqual(told, [
      [1, true],
      [2, false],
      [2, false],
      [2, false],
      [2, true],
    ]);
  });

  describe('what is beyond the limit asked for', () => {
    const notes = [5, 4, 3, 2, 1].map(i => A.note(String(i), T0 + i));
    const limited = (limits: number[], how?: ConstructorParameters<typeof EventCheck>[1]) => {
      const counts = noCounts();
      const filters = limits.map(limit => ({ kinds: [1], limit }));
      return {
        counts,
        check: new EventCheck({ filters, verifier: undefined, counts, onInvalid: () => {} }, how),
      };
    };

    test('is dropped and counted; limits add up, repetitions do not', async () => {
      const { check, counts } = limited([1, 2]);
      assert.deepEqual(await accepted(check, [notes[0], notes[0], ...notes]), [
        notes[0],
        notes[0],
        ...notes.slice(0, 3),
      ]);
      assert.equal(counts.invalid, 2);
    });

    test('is taken in a page, whose limit is ours', async () => {
      const { check, counts } = limited([2], { page: newPage() });
      assert.deepEqual(await accepted(check, notes), notes);
      assert.equal(counts.invalid, 0);
    });

    test('is taken where the limit is ours, as in a stream with pages beside it', async () => {
      const { check, counts } = limited([1], { live: true, isLimitOurs: true });
      assert.deepEqual(await accepted(check, notes), notes);
      assert.equal(counts.invalid, 0);
    });

    test('is taken in a stream if it is as young as that, and after EOSE', async () => {
      const { check } = limited([1], { live: true });
      const live = A.note('live', Math.floor(Date.now() / 1000) + 5);
      assert.deepEqual(await accepted(check, [...notes, live]), [notes[0], live]);
      check.stored = false;
      assert.deepEqual(await accepted(check, [notes[1]]), [notes[1]]);
    });
  });

  test('hands the verifier only what is well-formed and asked for, whole batches at once', async () => {
    const batches: number[] = [];
    const verifier: Verifier = {
      engine: 'counting',
      batchSize: 3,
      verify: async events => {
        batches.push(events.length);
        return events.map(() => 'valid');
      },
    };
    const { check } = checkFor([{ kinds: [1] }], verifier);
    assert.equal(check.batchSize, 3);
    await check.accept([makeEvent(1), {}, makeEvent(2, { kind: 7 }), makeEvent(3)]);
    await check.accept([{}]);
    assert.deepEqual(batches, [2]);
  });

  test('without a verifier believes ids and signatures, but not shapes', async () => {
    const { check, counts } = checkFor([{}]);
    const forged = { ...makeEvent(1), id: 'ab'.repeat(32) };
    assert.equal((await check.accept([forged, null])).length, 1);
    assert.equal(counts.invalid, 1);
  });

  test('takes what matches any of several filters', async () => {
    const { check } = checkFor([{ kinds: [1] }, { kinds: [7] }]);
    const values = [1, 7, 9].map(kind => makeEvent(kind, { kind }));
    assert.deepEqual(
      (await check.accept(values)).map(({ kind }) => kind),
      [1, 7],
    );
  });

  test('what a relay makes of limit and search is its own affair', async () => {
    const { check } = checkFor([{ limit: 0, search: 'nothing like it' }]);
    assert.equal((await check.accept([makeEvent(1)])).length, 1);
  });

  test('a page counts all that came, and knows its oldest well-formed event, asked for or not', async () => {
    const { check, page } = checkFor([{ kinds: [1] }]);
    assert.deepEqual(page, { received: 0, oldest: undefined });
    await check.accept([makeEvent(0, { created_at: 50 }), {}]);
    await check.accept([makeEvent(1, { created_at: 30, kind: 7 })]);
    assert.deepEqual(page, { received: 3, oldest: 30 });
  });

  test('only known fields are kept', async () => {
    const { check } = checkFor([{}]);
    const [event] = await accepted(check, [{ ...makeEvent(1), extra: 1 }]);
    assert.deepEqual(Object.keys(event!), ['id', 'pubkey', 'created_at', 'kind', 'tags', 'content', 'sig']);
  });
});
