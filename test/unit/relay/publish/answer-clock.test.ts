// The clock that bounds a publisher's wait for answers, on a clock of the test's own.
import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { AnswerClock, type Silence } from '../../../../src/relay/publish/answer-clock.ts';
import { eventually } from '../../../support/fake-transport.ts';

/** A clock with a limit of some milliseconds, and the silences it told of. */
function clockOf(t: TestContext, limit = 20) {
  const silences: Silence[] = [];
  const clock = new AnswerClock(limit, silence => silences.push(silence));
  t.after(() => clock.reset());
  return { clock, silences };
}

describe('the clock of answers', () => {
  test('tells of a silence, and of the second in a row as the last', async t => {
    const { clock, silences } = clockOf(t);
    clock.start();
    await eventually(() => silences.length === 1);
    clock.start();
    await eventually(() => silences.length === 2);
    assert.deepEqual(silences, [
      { notice: undefined, isLast: false },
      { notice: undefined, isLast: true },
    ]);
  });

  test('an answer between two silences makes them no row', async t => {
    const { clock, silences } = clockOf(t);
    clock.start();
    await eventually(() => silences.length === 1);
    clock.answered(false);
    clock.start();
    await eventually(() => silences.length === 2);
    assert.equal(silences[1]!.isLast, false);
  });

  test('a notice is told with the silence that follows it, once, and is no silence of its own', async t => {
    const { clock, silences } = clockOf(t);
    clock.start();
    clock.noticed('error: no', true);
    await eventually(() => silences.length === 1);
    clock.start();
    await eventually(() => silences.length === 2);
    assert.deepEqual(silences, [
      { notice: 'error: no', isLast: false },
      { notice: undefined, isLast: false },
    ]);
  });

  test('an answer after a notice takes it back', async t => {
    const { clock, silences } = clockOf(t);
    clock.start();
    clock.noticed('error: no', false);
    clock.answered(false);
    await eventually(() => silences.length === 1);
    assert.equal(silences[0]!.notice, undefined);
  });
});
