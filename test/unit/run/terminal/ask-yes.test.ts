import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import type { Context } from '../../../../src/context.ts';
import { Deadline } from '../../../../src/deadline.ts';
import { SignerError } from '../../../../src/errors.ts';
import { answerTo, askYes } from '../../../../src/run/terminal/ask-yes.ts';

const answering = (
  answer: string | Error,
  aborted = false,
  deadline = new Deadline(new AbortController().signal),
) =>
  ({
    deadline,
    keys: {
      signal: aborted ? AbortSignal.abort() : new AbortController().signal,
      promptLine: async () => {
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
  }) as unknown as Pick<Context, 'keys' | 'deadline'>;
const unanswered = new SignerError('the question was not answered', { code: 'prompt_aborted' });

test('yes is yes, and everything else is no', async () => {
  for (const yes of ['y', 'YES', ' yes\n']) assert.equal(await askYes(answering(yes), '?'), true);
  for (const no of ['', 'n', 'yess', 'oh yes']) assert.equal(await askYes(answering(no), '?'), false);
});

test('Ctrl-D is no; the end of the command is no answer, and another fault is itself', async () => {
  assert.equal(await askYes(answering(unanswered), '?'), false);
  await assert.rejects(askYes(answering(unanswered, true), '?'), unanswered);
  const fault = new SignerError('no terminal', { code: 'no_terminal' });
  await assert.rejects(askYes(answering(fault), '?'), fault);
});

test('what is typed comes without blanks, Ctrl-D as nothing: then nothing is removed or shown', async () => {
  assert.equal(await answerTo(answering(' purse \n'), '?'), 'purse');
  assert.equal(await answerTo(answering(unanswered), '?'), '');
  await assert.rejects(answerTo(answering(unanswered, true), '?'), unanswered);
});

test('--timeout that passes while it waits is told as that', async () => {
  const deadline = new Deadline(new AbortController().signal);
  deadline.start(1);
  await once(deadline.signal, 'abort');
  await assert.rejects(askYes(answering(unanswered, true, deadline), '?'), {
    message: '--timeout passed before the question was answered',
    kind: 'timeout',
  });
});
