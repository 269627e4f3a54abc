// The private items of a list: in the content, encrypted by its author for himself (NIP-51; NIP-44, in old lists NIP-04).
// What cannot be read is a reason, not an error: it must stay as it is.
import type { Context } from '../../context.ts';
import type { Event, Tag } from '../../protocol/event.ts';
import { isLegacyPayload } from '../../protocol/nip04.ts';
import { InvalidPayload } from '../../protocol/nip44.ts';
import { InvalidItems, type ListInfo, parsePrivateItems } from '../../protocol/nip51.ts';
import type { Signer } from '../../signer/signer.ts';
import { extendedWarning } from '../private/extended-warning.ts';

/** The tags of a list. */
export interface ListParts {
  /** Those that everybody sees. */
  open: readonly Tag[];
  /** Those in the content; undefined where that cannot be read. */
  hidden: readonly Tag[] | undefined;
}

export interface OpenedList extends ListParts {
  /** Why the content cannot be read. */
  fault?: string;
}

/** The parts of a list; one that is not there yet is empty. */
export async function openList(
  list: ListInfo,
  event: Pick<Event, 'tags' | 'content'> | undefined,
  signer: Signer,
): Promise<OpenedList> {
  const { tags: open = [], content = '' } = event ?? {};
  if (list.private === 'never' || content === '') return { open, hidden: [] };
  try {
    return { open, hidden: parsePrivateItems(await decrypted(content, signer)) };
  } catch (error) {
    if (error instanceof InvalidPayload || error instanceof InvalidItems)
      return { open, hidden: undefined, fault: error.message };
    throw error;
  }
}

function decrypted(content: string, signer: Signer): Promise<string> {
  return isLegacyPayload(content)
    ? signer.nip04Decrypt(signer.publicKey, content)
    : signer.nip44Decrypt(signer.publicKey, content);
}

/** The content that holds these items; `before` is the one it replaces. */
export async function sealItems(
  context: Context,
  items: readonly Tag[],
  before: string,
  signer: Signer,
): Promise<string> {
  if (isLegacyPayload(before))
    context.log.note({
      type: 'item',
      message: 'the private items were in the old form (NIP-04), and are written in that of NIP-44',
    });
  if (items.length === 0) return '';
  const content = await signer.nip44Encrypt(signer.publicKey, JSON.stringify(items));
  extendedWarning(context, 'a list with private items')(content);
  return content;
}
