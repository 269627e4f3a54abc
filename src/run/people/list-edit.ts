// Adds items to a list of one's own, or removes them: a merge for `editNewest`. What is there already is not added again,
// what is not there is told, and a content that cannot be read is never written over.
import type { Context } from '../../context.ts';
import { Failure, UsageError } from '../../errors.ts';
import { sanitizeJson } from '../../output/sanitize.ts';
import type { Event, Tag } from '../../protocol/event.ts';
import { isHex32 } from '../../protocol/hex.ts';
import { kindInfo } from '../../protocol/kind.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import {
  identified,
  isSet,
  itemKey,
  type ListInfo,
  lackingItems,
  listName,
  withoutItems,
} from '../../protocol/nip51.ts';
import { quote } from '../../protocol/quote.ts';
import { holdsConnection, holdsNsec } from '../../signer/secret-text.ts';
import type { Signer } from '../../signer/signer.ts';
import { tagChanges, type Version } from './changes.ts';
import type { Edit, Editing } from './edit.ts';
import { editNewest } from './edit-run.ts';
import { NOT_THERE, tellItems } from './item-notes.ts';
import { type ListParts, type OpenedList, openList, sealItems } from './private-items.ts';

/** Which list of a person. */
export interface ListPlace {
  list: ListInfo;
  /** Of a set. */
  d: string | undefined;
}

export interface ListEdit extends ListPlace {
  verb: 'add' | 'remove';
  items: readonly Tag[];
  /** --private: add them there, or remove them from there alone. */
  isPrivate: boolean;
}

/** `list of mutes`, `set "bakers" (follow-set)`. */
export function nounOf({ list: { kind }, d }: ListPlace): string {
  if (isSet(kind)) return `set ${quote(d ?? '')} (${kindInfo(kind)!.name})`;
  return `list of ${listName(kind).replaceAll('-', ' ')}`;
}

/** Writes the list with all the items in one event. Throws as `editNewest` does. */
export async function editList(context: Context, edit: ListEdit, editing: Editing): Promise<void> {
  const { list, d } = edit;
  const { publicKey: author } = await editing.key.signer();
  const merging = new Merging(context, edit);
  await editNewest(
    context,
    {
      subject: { author, kind: list.kind, d },
      noun: nounOf(edit),
      removes: edit.verb === 'remove',
      merge: (current, signer) => merging.merge(current, signer),
      changes: () => merging.changes(),
    } satisfies Edit,
    editing,
  );
}

class Merging {
  readonly #context: Context;
  readonly #edit: ListEdit;
  #before: ListParts = { open: [], hidden: [] };
  #after: ListParts = { open: [], hidden: [] };

  constructor(context: Context, edit: ListEdit) {
    this.#context = context;
    this.#edit = edit;
  }

  async merge(current: Event | undefined, signer: Signer): Promise<Version> {
    const { list, d, verb, items } = this.#edit;
    if (verb === 'add') refuseSecrets(items, signer);
    const before = await openList(list, current, signer);
    const after = verb === 'add' ? this.#added(before) : this.#removed(before);
    this.#before = before;
    this.#after = after;
    const content = current?.content ?? '';
    const { hidden } = after;
    return {
      tags: identified(after.open, d),
      content:
        hidden === undefined || hidden === before.hidden
          ? content
          : await sealItems(this.#context, hidden, content, signer),
    };
  }

  /** In lines for people; private items as they are, for who may read them is looking. */
  changes(): string[] {
    const [before, after] = [this.#before, this.#after];
    const hidden = tagChanges(before.hidden ?? [], after.hidden ?? []);
    return [...tagChanges(before.open, after.open), ...hidden.map(line => `${line} (private)`)];
  }

  #added(before: OpenedList): ListParts {
    const { items, isPrivate, list } = this.#edit;
    const isHidden = isPrivate || list.private === 'always';
    const { open, hidden } = before;
    if (isHidden && hidden === undefined) throw unreadable(before);
    this.#tellUnread(before);
    const [here, there] = isHidden ? [hidden!, open] : [open, hidden ?? []];
    const lacking = lackingItems(here, items);
    const fresh = lackingItems(there, lacking);
    const known = common(here, items);
    const others = differing(here, known);
    this.#tell(
      'already there',
      known.filter(item => !others.includes(item)),
    );
    this.#tell('already there, and not as given (remove it first, to change it)', others);
    const where = isHidden
      ? 'already there, for everybody to see (remove it first, to hide it)'
      : 'already there, among the private items';
    this.#tell(where, common(there, lacking));
    if (fresh.length === 0) return before;
    return isHidden ? { open, hidden: [...here, ...fresh] } : { open: [...here, ...fresh], hidden };
  }

  #removed(before: OpenedList): ListParts {
    const { items, isPrivate } = this.#edit;
    if (isPrivate && before.hidden === undefined) throw unreadable(before);
    const open = isPrivate ? before.open : withoutItems(before.open, items);
    const hidden = before.hidden && withoutItems(before.hidden, items);
    const searched = [...(isPrivate ? [] : before.open), ...(before.hidden ?? [])];
    const missing = lackingItems(searched, items);
    if (before.hidden === undefined && open.length === before.open.length) throw unreadable(before);
    this.#tellUnread(before);
    this.#tell(NOT_THERE, missing);
    return { open, hidden: hidden?.length === before.hidden?.length ? before.hidden : hidden };
  }

  #tellUnread({ hidden, fault }: OpenedList): void {
    if (hidden !== undefined) return;
    const message = `the private items cannot be read (${fault}), and stay as they are`;
    this.#context.log.warn({ type: 'warning', message });
  }

  #tell(what: string, items: readonly Tag[]): void {
    tellItems(this.#context, what, items.map(shownItem));
  }
}

/** Those of the items that say more than what they are, such as a petname, and stand there otherwise. */
function differing(tags: readonly Tag[], items: readonly Tag[]): Tag[] {
  const told = items.filter(([name = '', ...rest]) => rest.length > (WITH_RELAY.includes(name) ? 2 : 1));
  if (told.length === 0) return [];
  const there = new Set(tags.map(tag => JSON.stringify(tag)));
  return told.filter(item => !there.has(JSON.stringify(item)));
}

/** Tags with a relay as their third element, which a code adds. */
const WITH_RELAY = ['p', 'e', 'a'];

/** Those of the items that are among the tags, each once. */
function common(tags: readonly Tag[], items: readonly Tag[]): Tag[] {
  const known = new Set(tags.map(itemKey));
  return lackingItems([], items).filter(item => known.has(itemKey(item)));
}

/** As people write it. */
function shownItem(tag: Tag): string {
  const [name, value = ''] = tag;
  if (name === 'p' && isHex32(value)) return encodeEntity({ type: 'npub', pubkey: value });
  if (name === 'e' && isHex32(value)) return encodeEntity({ type: 'note', id: value });
  return sanitizeJson(JSON.stringify(tag));
}

/** Throws `UsageError`, which quotes nothing, for a secret key among the items. Private ones are no place for it, either. */
function refuseSecrets(items: readonly Tag[], signer: Signer): void {
  const texts = items.flat();
  if (texts.some(text => holdsNsec(text) || signer.isRevealedBy(text)))
    throw new UsageError('a secret key stands among the items', { code: 'bad_value' });
  if (texts.some(holdsConnection))
    throw new UsageError('a URI with the secret of a wallet or a signer stands among the items', {
      code: 'bad_value',
    });
}

function unreadable({ fault }: OpenedList): Failure {
  return new Failure('refused', `the private items cannot be read: ${fault}`, {
    code: 'not_decrypted',
    hint: 'Nothing was written over them. Public items can be added.',
  });
}
