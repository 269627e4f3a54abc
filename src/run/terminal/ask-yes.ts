// A question at the terminal that wants a yes, or a name typed; no answer at all (Ctrl-D) is a no.
import type { Context } from '../../context.ts';
import { SignerError } from '../../errors.ts';

type Asking = Pick<Context, 'keys' | 'deadline'>;

/** False for every other answer, and for none. Throws as `answerTo` does. */
export async function askYes(context: Asking, question: string): Promise<boolean> {
  return /^y(es)?$/i.test(await answerTo(context, question));
}

/**
 * What is typed, without the blanks around it; empty for no answer. Where the command is ended meanwhile throws
 * `SignerError`, and the failure of --timeout.
 */
export async function answerTo({ keys, deadline }: Asking, question: string): Promise<string> {
  try {
    return (await keys.promptLine(question, { signal: keys.signal })).trim();
  } catch (error) {
    const isUnanswered = error instanceof SignerError && error.code === 'prompt_aborted';
    if (!isUnanswered || keys.signal?.aborted) throw deadline.over(error, 'before the question was answered');
    return '';
  }
}
