// The message of `dm send`, before it is sealed: its text from a flag, a file or stdin, and what the flags say beside it.
import type { Context, InputContext } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { type EventFlags, type FlaggedEvent, readEventFlags } from '../../flags/event-flags.ts';
import { CHAT, type MessageOptions, messageTags } from '../../protocol/nip17.ts';
import { type Rumor, stringifyRumor } from '../../protocol/nip59.ts';
import type { Signer } from '../../signer/signer.ts';
import { checkFlagged, completeEvent, flagsFault, MissingContent } from '../events/draft.ts';
import { openInput } from '../events/event-input.ts';
import { readWhole } from '../private/texts.ts';

export interface MessageFlags
  extends Pick<EventFlags, 'content' | 'contentFile' | 'tag' | 'tagJson' | 'expires' | 'allowNsec'> {
  subject?: string | undefined;
  reply?: MessageOptions['parent'];
}

/** The longest message, in bytes: its wraps must be lines that every reader takes. */
export const MOST_BYTES = 7 * 2 ** 20;

/** Each receiver gets a wrap, and all are made before the first is sent. */
const MOST_IN_ALL = 4 * MOST_BYTES;

/** Whether the text is to be read from stdin. */
export function readsText({ content, contentFile }: MessageFlags): boolean {
  return content === undefined && (contentFile === undefined || contentFile === '-');
}

/** What the flags and stdin say. Throws `UsageError` and `IoError`. */
export async function readMessage(
  context: Context,
  flags: MessageFlags,
  input: InputContext,
  isTyped: boolean,
): Promise<FlaggedEvent> {
  const fromStdin = flags.content === undefined && flags.contentFile === undefined;
  const stdin = fromStdin
    ? openInput(context, isTyped, 'nothing to send: give -m TEXT, or a text on stdin')
    : undefined;
  const flagged = await readEventFlags(flags, input);
  if (!stdin) return flagged;
  const stop = () => stdin.destroy();
  input.signal.addEventListener('abort', stop);
  try {
    const text = await readWhole(stdin, { noun: 'the message', maxBytes: MOST_BYTES });
    const content = text.replace(/^\ufeff|\r?\n$/g, ''); // a mark, and the end of a line, are not of a text
    return content === '' ? flagged : { ...flagged, content };
  } finally {
    input.signal.removeEventListener('abort', stop);
  }
}

/** The rumor of a message. Throws `UsageError` for what must not be sent, such as a text that holds a secret key. */
export function rumorOfMessage(
  flagged: FlaggedEvent,
  { subject, reply, allowNsec = false }: MessageFlags,
  to: readonly string[],
  signer: Signer,
  now: number,
): Rumor {
  if (flagged.tags.some(([name]) => name === 'p'))
    throw new UsageError('a tag p says who gets the message: name them as WHO', { code: 'bad_value' });
  const tags = messageTags({ to, subject, parent: reply, tags: flagged.tags });
  try {
    const event: FlaggedEvent = { ...flagged, kind: CHAT, tags };
    checkFlagged(event);
    const rumor = completeEvent(event, signer, { allowNsec, now: () => now }, {});
    checkSize(Buffer.byteLength(stringifyRumor(rumor)), to.length);
    return rumor;
  } catch (error) {
    if (error instanceof MissingContent)
      throw new UsageError('the message has no text', {
        code: 'no_content',
        hint: "Give -m TEXT, or a text on stdin; an empty one is -m ''.",
      });
    throw flagsFault(error);
  }
}

function checkSize(bytes: number, receivers: number): void {
  const isTooMany = bytes * receivers > MOST_IN_ALL;
  if (bytes <= MOST_BYTES && !isTooMany) return;
  const most = bytes > MOST_BYTES ? MOST_BYTES : MOST_IN_ALL / receivers;
  const whom = bytes > MOST_BYTES ? '' : ` for ${receivers} receivers`;
  throw new UsageError(`the message is larger than ${Math.floor(most / 1024)} KiB${whom}`, {
    code: 'bad_content',
  });
}
