// The names of lists, as people write them, and what is said of a word that is none.
import { UsageError } from '../../errors.ts';
import { hintsIn, parseAddressOf } from '../../flags/identifiers.ts';
import { parseAddress, parseKinds } from '../../protocol/kind.ts';
import { nearest } from '../../protocol/nearest.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import { isSet, LISTS, listInfo, listName, listNames } from '../../protocol/nip51.ts';
import { quote } from '../../protocol/quote.ts';

/** What is done with a list. */
export const LIST_ACTIONS = ['show', 'add', 'remove'] as const;

/** The kind of the list that a word names; it may be a kind that is no list. Throws `UsageError` for other words. */
export function kindOf(word: string): number {
  try {
    const [kind, ...others] = parseKinds(word, 1);
    if (others.length === 0) return kind!;
  } catch {
    // said below, with the names of lists
  }
  if (/^followers?$/i.test(word))
    throw new UsageError(`${quote(word)} is no list: nobody writes down who follows them`, {
      code: 'bad_arguments',
      hint: 'Whose lists name somebody: nost req -k follows -p WHO. Whom they follow: nost list follows show WHO',
    });
  const meant = listMeantBy(word);
  throw noList(
    word,
    `${quote(word)} is no list${meant === undefined ? '' : `; did you mean ${quote(meant)}?`}`,
  );
}

/** What other programs call lists, where it is not nearly their name. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  friends: 'follows',
  block: 'mutes',
  blocks: 'mutes',
  dms: 'dm-relays',
  inbox: 'dm-relays',
  inboxes: 'dm-relays',
};

function listMeantBy(word: string): string | undefined {
  const lower = word.toLowerCase();
  if (Object.hasOwn(OTHER_NAMES, lower)) return OTHER_NAMES[lower];
  const names = LISTS.flatMap(({ kind }) => listNames(kind));
  return nearest(word, names) ?? names.find(name => name.split('-').includes(lower));
}

/** A word that needs no quotes in a shell. */
const PLAIN = /^[\w.@:+-]+$/;

/** How the list is shown that a code or an address names; undefined for other words. */
function lineFor(word: string): string | undefined {
  try {
    const { kind, pubkey, identifier: d } = parseAddress(parseAddressOf(word))!;
    if (!listInfo(kind)) return undefined;
    const relays = hintsIn(word);
    const who = encodeEntity(
      relays.length > 0 ? { type: 'nprofile', pubkey, relays } : { type: 'npub', pubkey },
    );
    const which = isSet(kind) ? ` -d ${PLAIN.test(d) ? d : 'NAME'}` : '';
    return `nost list ${listName(kind)} show ${who}${which}`;
  } catch {
    return undefined; // it is told what is wrong with the word
  }
}

/** Throws `UsageError` for the code of a list in the place of a person. */
export function refuseListCode(word: string | undefined): void {
  const line = word === undefined ? undefined : lineFor(word);
  if (line === undefined) return;
  throw new UsageError(`${quote(word)} is a list, not a person`, {
    code: 'bad_arguments',
    hint: `To see it: ${line}`,
  });
}

/** The error for a word that is no list, with what may be meant. */
export function noList(word: string, message: string): UsageError {
  const line = lineFor(word);
  if (line !== undefined)
    return new UsageError(`${quote(word)} is the code of a list, not a name`, {
      code: 'bad_arguments',
      hint: `To see it: ${line}`,
    });
  const isAction = LIST_ACTIONS.some(action => action === word);
  const hint = isAction
    ? `The name of the list stands before: nost list follows ${word} …`
    : isPerson(word)
      ? 'The list of a person: nost list follows show WHO'
      : 'nost list prints their names.';
  return new UsageError(message, { code: 'bad_arguments', hint });
}

function isPerson(word: string): boolean {
  return /^(?:nostr:)?n(?:pub|profile)1|^[0-9a-f]{64}$|@/i.test(word);
}
