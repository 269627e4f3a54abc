// The faults of a relay change by lines while it runs.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { InvalidFault, parseFault } from '../../../../src/server/faults/fault.ts';
import { FaultPlan } from '../../../../src/server/faults/plan.ts';

const planOf = (...texts: string[]) => new FaultPlan({ faults: texts.map(parseFault) });

describe('a line', () => {
  test('sets a fault, and replaces the one of the same name and scope', () => {
    const plan = planOf('cut=1', 'no-eose');
    assert.equal(plan.change(' set  cut=2 '), 'set cut=2');
    assert.equal(plan.change('set cut=3@kind=1'), 'set cut=3@kind=1');
    assert.deepEqual(plan.texts, ['no-eose', 'cut=2', 'cut=3@kind=1']);
    assert.equal(plan.change('set notice=a b'), 'set "notice=a b"');
  });

  test('clears all, or those of one name', () => {
    const plan = planOf('cut=1', 'cut=2@1', 'no-eose');
    assert.equal(plan.change('clear cut'), 'cleared 2 of 3');
    assert.deepEqual(plan.texts, ['no-eose']);
    assert.equal(plan.change('clear'), 'cleared 1 of 1');
    assert.ok(plan.isEmpty);
    assert.equal(plan.change('clear'), 'cleared 0 of 0');
  });

  test('lists them', () => {
    const plan = planOf('cut=1', 'notice=a b');
    assert.equal(plan.change('list'), 'faults: cut=1 "notice=a b"');
    assert.equal(planOf().change('list'), 'faults: none');
  });

  for (const [line, message] of [
    ['', /unknown word ""/],
    ['sett no-eose', /did you mean "set"\?/],
    ['no-eose', /write "set no-eose"/],
    ['eose-delay=5s', /write "set eose-delay=5s"/],
    ['please', /write set FAULT, clear, clear NAME or list/],
    ['set', /unknown fault ""/],
    ['set no-eos', /did you mean "no-eose"\?/],
    ['clear no-eos', /did you mean "no-eose"\?/],
    ['list all', /list stands alone/],
  ] as const)
    test(`${JSON.stringify(line)} changes nothing, and says why`, () => {
      const plan = planOf('cut=1');
      assert.throws(
        () => plan.change(line),
        error => error instanceof InvalidFault && message.test(error.message),
      );
      assert.deepEqual(plan.texts, ['cut=1']);
    });

  test('of any text is obeyed or refused, never more', () => {
    const words = fc.constantFrom(
      'set',
      'clear',
      'list',
      'cut',
      'garbage',
      '=',
      '@',
      '@kind=',
      '1',
      '0.5',
      ' ',
      '\\',
      '\n',
    );
    const line = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(words).map(all => all.join('')),
    );
    const plan = planOf();
    fc.assert(
      fc.property(line, text => {
        try {
          return typeof plan.change(text) === 'string';
        } catch (error) {
          return error instanceof InvalidFault;
        }
      }),
    );
  });

  test('cannot set more and more', () => {
    const plan = planOf();
    for (let kind = 0; kind < 100; kind++) plan.change(`set dup@kind=${kind}`);
    assert.throws(() => plan.change('set dup@kind=100'), /at most 100 faults/);
  });
});

test('of several faults with one name the last that applies counts', () => {
  const plan = planOf('cut=1', 'cut=2@kind=7', 'cut=3@1');
  const cutFor = (kinds: number[], connection: number) =>
    plan.find('cut', { filters: [{ kinds }] }, connection)?.value;
  assert.deepEqual([cutFor([1], 1), cutFor([7], 1), cutFor([7], 2), cutFor([1], 2)], [3, 3, 2, 1]);
});
