// A question at the terminal that only yes answers with yes.
import type { Context } from '../../context.ts';
import { SignerError } from '../../errors.ts';

/**
 * False for every other answer, and for none (Ctrl-D). Where the command is ended meanwhile throws `SignerError`, and the
 * failure of --timeout.
 */
export async function askYes(
  { keys, deadline }: Pick<Context, 'keys' | 'deadline'>,
  question: string,
): Promise<boolean> {
  try {
    const answer = await keys.promptLine(question, { signal: keys.signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    const isUnanswered = error instanceof SignerError && error.code === 'prompt_aborted';
    if (!isUnanswered || keys.signal?.aborted) throw deadline.over(error, 'before the question was answered');
    return false;
  }
}
