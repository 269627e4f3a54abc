import assert from 'node:assert/strict';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import { Deadline } from '../../src/deadline.ts';
import { SignerError, UsageError } from '../../src/errors.ts';

async function passed(): Promise<Deadline> {
  const deadline = new Deadline(new AbortController().signal);
  deadline.start(1);
  await once(deadline.signal, 'abort');
  return deadline;
}

describe('the end of a command from outside', () => {
  test('is a signal, whose name is the reason', () => {
    const interruption = new AbortController();
    const deadline = new Deadline(interruption.signal);
    interruption.abort('SIGTERM');
    assert.equal(deadline.signal.reason, 'SIGTERM');
    assert.equal(deadline.hasPassed, false);
    assert.doesNotThrow(() => deadline.check('before the end'));
  });

  test('is --timeout, which ends with 124', async () => {
    const deadline = await passed();
    assert.equal(deadline.signal.reason.kind, 'timeout');
    assert.equal(deadline.left, 0);
    assert.throws(() => deadline.check('before the end'), { message: '--timeout passed before the end' });
  });

  test('without --timeout is as far as can be', () =>
    assert.equal(new Deadline(new AbortController().signal).left, Number.POSITIVE_INFINITY));

  test('goes over what only came of it, and over nothing else', async () => {
    const deadline = await passed();
    const [prompt, usage] = [new SignerError('x', { code: 'prompt_aborted' }), new UsageError('x')];
    assert.equal((deadline.over(prompt) as UsageError).kind, 'timeout');
    assert.equal((deadline.over(new Error('x')) as UsageError).kind, 'timeout');
    assert.equal(deadline.over(usage), usage);
    assert.match(String(deadline.over(deadline.signal.reason, 'before the end')), /passed before the end$/);
    assert.equal(new Deadline(new AbortController().signal).over(prompt), prompt);
  });
});
