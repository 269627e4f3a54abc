import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Filter } from '../../../../src/protocol/filter.ts';
import type { StreamEvent } from '../../../../src/protocol/stream-event.ts';
import { Intake, type Tally } from '../../../../src/relay/query/intake.ts';
import { noble } from '../../../../src/verify/noble.ts';
import type { Verifier } from '../../../../src/verify/verifier.ts';
import { makeEvent } from '../../../support/made-up-events.ts';
import { A, T0, withBrokenSignature } from '../../../support/people.ts';

const tallied = (): Tally => ({ events: 0, invalid: 0, duplicates: 0 });

function intakeFor(filter: Filter, verifier?: Verifier) {
  const reasons: string[] = [];
  const intake = new Intake({ filters: [filter], verifier, onInvalid: reason => reasons.push(reason) });
  return { intake, reasons };
}

const objects = (events: readonly StreamEvent[]) => events.map(event => event.toEvent());

describe('the intake', () => {
  test('lets true events through that were asked for, in their order', async () => {
    const { intake, reasons } = intakeFor({ kinds: [1] }, noble);
    const events = [A.note('b', T0 + 1), A.note('a', T0)];
    const tally = tallied();
    assert.deepEqual(objects(await intake.accept(events, tally)), events);
    assert.deepEqual([tally, reasons], [tallied(), []]);
  });

  test('drops and counts what is malformed, forged, or was not asked for, and says why', async () => {
    const { intake, reasons } = intakeFor({ kinds: [1] }, noble);
    const good = A.note('good');
    const values = [
      'x',
      { ...good, kind: '1' },
      { ...good, content: 'forged' },
      withBrokenSignature(good),
      A.sign({ kind: 7 }),
      good,
    ];
    const tally = tallied();
    assert.deepEqual(objects(await intake.accept(values, tally)), [good]);
    assert.equal(tally.invalid, 5);
    assert.match(reasons.join('\n'), /JSON object/);
    assert.match(reasons.join('\n'), /kind must be/);
    assert.match(reasons.join('\n'), new RegExp(`wrong id: ${good.id}`));
    assert.match(reasons.join('\n'), new RegExp(`wrong signature: ${good.id}`));
    assert.match(reasons.join('\n'), /not asked for/);
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
    const { intake } = intakeFor({ kinds: [1] }, verifier);
    assert.equal(intake.batchSize, 3);
    await intake.accept([makeEvent(1), {}, makeEvent(2, { kind: 7 }), makeEvent(3)], tallied());
    await intake.accept([{}], tallied());
    assert.deepEqual(batches, [2]);
  });

  test('without a verifier believes ids and signatures, but not shapes', async () => {
    const { intake } = intakeFor({});
    const forged = { ...makeEvent(1), id: 'ab'.repeat(32) };
    const tally = tallied();
    assert.equal((await intake.accept([forged, null], tally)).length, 1);
    assert.equal(tally.invalid, 1);
  });

  test('takes what matches any of several filters', async () => {
    const intake = new Intake({
      filters: [{ kinds: [1] }, { kinds: [7] }],
      verifier: undefined,
      onInvalid() {},
    });
    const values = [1, 7, 9].map(kind => makeEvent(kind, { kind }));
    assert.deepEqual(
      (await intake.accept(values, tallied())).map(({ kind }) => kind),
      [1, 7],
    );
  });

  test('what a relay makes of limit and search is its own affair', async () => {
    const { intake } = intakeFor({ limit: 0, search: 'nothing like it' });
    assert.equal((await intake.accept([makeEvent(1)], tallied())).length, 1);
  });

  test('a page counts all that came, and knows its oldest well-formed event, asked for or not', async () => {
    const { intake } = intakeFor({ kinds: [1] });
    assert.deepEqual(intake.page, { received: 0, oldest: undefined });
    await intake.accept([makeEvent(0, { created_at: 50 }), {}], tallied());
    await intake.accept([makeEvent(1, { created_at: 30, kind: 7 })], tallied());
    assert.deepEqual(intake.page, { received: 3, oldest: 30 });
  });

  test('only known fields are kept', async () => {
    const { intake } = intakeFor({});
    const [event] = objects(await intake.accept([{ ...makeEvent(1), extra: 1 }], tallied()));
    assert.deepEqual(Object.keys(event!), ['id', 'pubkey', 'created_at', 'kind', 'tags', 'content', 'sig']);
  });
});
