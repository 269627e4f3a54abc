// Prints the items of a list, one in each line: those that everybody sees, then with their author's key the private ones.
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import type { Tag } from '../../protocol/event.ts';
import { isHex32 } from '../../protocol/hex.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import { itemsOf } from '../../protocol/nip51.ts';
import type { Signer } from '../../signer/signer.ts';
import { type ListPlace, nounOf } from './list-edit.ts';
import { answeredOf } from './newest.ts';
import { openList } from './private-items.ts';
import { findPublished, unanswered } from './reading.ts';
import type { Where } from './where.ts';

export interface Showing {
  author: string;
  /** Whose key may be used, and that key: it is asked for when there is something to decrypt. */
  own?: { pubkey: string; signer(): Promise<Signer> } | undefined;
  where: Where;
  /** What to type where there is none. */
  ifNone?: string | undefined;
  /** What names the author's key, where it is an account of one's own: ` --as bob`. */
  unread?: string | undefined;
}

/**
 * Throws `Failure` as `findPublished` does, and after the printing when no relay
 * answered to the end, and when private items of one's own cannot be read.
 */
export async function showList(
  context: Context,
  place: ListPlace,
  { author, own, where, ifNone, unread }: Showing,
): Promise<void> {
  const { list, d } = place;
  const subject = { author, kind: list.kind, d };
  const newest = await findPublished(context, subject, { noun: nounOf(place), ifNone }, where);
  if (context.signal.aborted) return;
  const { event } = newest;
  const isOwn = own?.pubkey === author;
  const hasHidden = list.private !== 'never' && event.content !== '';
  const { open, hidden, fault } =
    isOwn && hasHidden
      ? await openList(list, event, await own.signer())
      : { open: event.tags, hidden: [], fault: undefined };
  const lines = [
    ...itemsOf(open, list).map(tag => itemLine(tag, false)),
    ...itemsOf(hidden ?? [], list).map(tag => itemLine(tag, true)),
  ];
  await context.stdout.lines(lines);
  (await where.end.flush(context.stdout))();
  if (!isOwn && hasHidden)
    context.log.note({
      type: 'item',
      message: `there are private items, too; the key of their author shows them${unread ? `:${unread}` : ''}`,
    });
  if (answeredOf(newest).length === 0) throw await unanswered(context, newest, where);
  if (fault !== undefined)
    throw new Failure('refused', `the private items cannot be read: ${fault}`, { code: 'not_decrypted' });
}

/** The tags whose third element is a relay that has the thing. */
const WITH_RELAY = ['p', 'e', 'a'];

function itemLine(tag: Tag, isPrivate: boolean): string {
  const [type = '', value = '', more = '', petname = ''] = tag;
  return JSON.stringify({
    type,
    value,
    ...(type === 'p' && isHex32(value) && { npub: encodeEntity({ type: 'npub', pubkey: value }) }),
    ...(WITH_RELAY.includes(type) && more !== '' && { relay: more }),
    ...(type === 'p' && petname !== '' && { petname }),
    private: isPrivate,
    tag,
  });
}
