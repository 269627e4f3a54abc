// `nost list`: the lists of people (NIP-51, NIP-02), and the items of one's own.
import type { Context } from '../../context.ts';
import { SignerError, UsageError } from '../../errors.ts';
import { EDIT_FLAGS, PLACE_FLAGS } from '../../flags/edit-flags.ts';
import { type FlagsOf, flags, on, text } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS } from '../../flags/network-flags.ts';
import { type FlaggedTag, personOf } from '../../flags/people.ts';
import { parsedBy } from '../../flags/values.ts';
import { kindInfo } from '../../protocol/kind.ts';
import { nearest } from '../../protocol/nearest.ts';
import { isSet, LISTS, listInfo, listName, listNames, TAG_OF_ITEM } from '../../protocol/nip51.ts';
import { quote } from '../../protocol/quote.ts';
import { type CommandEnd, untilEnd } from '../../run/command-end.ts';
import { inputOf } from '../../run/lookup/names.ts';
import { editList, type ListPlace } from '../../run/people/list-edit.ts';
import { locateItem, parseGoing, parseItem, readItemLines } from '../../run/people/list-items.ts';
import { showList } from '../../run/people/list-show.ts';
import { kindOf, LIST_ACTIONS, noList, refuseListCode } from '../../run/people/list-words.ts';
import { whereBy } from '../../run/people/where.ts';
import { isOwn, keyWordsOf, locateWhose } from '../../run/people/whose.ts';
import { CommandKey, namesKey } from '../../run/signing.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...flags('List', {
    d: text('-d <identifier>', 'which of your sets (d tag)'),
    private: on('--private', 'add items that only you can read; remove them from those alone'),
  }),
  ...EDIT_FLAGS,
  ...PLACE_FLAGS,
  ...KEY_FLAGS,
  ...NETWORK_FLAGS,
};

type ListFlags = FlagsOf<typeof FLAGS>;

const ACTIONS = LIST_ACTIONS;
type Action = (typeof ACTIONS)[number];

export const list = command({
  examples: [
    { line: 'nost list follows show npub1… | jq -r .value', about: 'whom somebody follows' },
    { line: 'nost list follows add npub1… bob@example.com', about: 'follow these two; asks first' },
    {
      line: "nost list mutes add --private npub1… '#spam' word:casino",
      about: 'a person, a hashtag and a word, muted so that only you can see it',
    },
    {
      line: 'nost list follow-sets add -d bakers --create --yes - < keys.txt',
      about: 'a new set of people, from a file',
    },
    { line: 'nost list', about: 'the names of the lists, and what they hold' },
  ],
  exits: ['refused', 'partial', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  flags: FLAGS,
  often: ['d', 'private', 'create', 'yes', 'dryRun', 'relay', 'as'],
  args: [
    {
      spelling: '[name]',
      description:
        'follows, mutes, bookmarks … or the number of their kind; without it the names are printed',
      suggestions: LISTS.map(({ kind }) => listName(kind)),
    },
    { spelling: '[action]', description: 'show (default), add or remove', suggestions: ACTIONS },
    {
      spelling: '[items...]',
      description:
        "npub1…, name@domain, note1…, nevent1…, naddr1…, '#tag', word:TEXT, a URL, NAME=VALUE;MORE, the tag as JSON, or - for lines on stdin; for show: whose (default: yours)",
    },
  ],
  layout: 'rows',
  usage: '[name] [show [who] | add <items...> | remove <items...>] [flags]',
  run,
});

async function run(context: Context, { args, flags }: Invocation<ListFlags>): Promise<void> {
  const [name, word = 'show', ...words] = args;
  if (name === undefined) return printNames(context);
  refuseListCode(word === 'show' ? words[0] : word);
  const place = placeOf(name, flags);
  const action = actionOf(word, listName(place.list.kind));
  if (action === 'show') await show(context, place, words, flags);
  else await edit(context, place, { action, words }, flags);
}

async function printNames({ stdout }: Context): Promise<void> {
  await stdout.lines(
    LISTS.map(({ kind, holds, private: hidden }) =>
      JSON.stringify({
        name: listName(kind),
        kind,
        names: listNames(kind),
        holds: [...new Set(holds.map(type => TAG_OF_ITEM[type]))],
        private: hidden !== 'never',
        set: isSet(kind),
      }),
    ),
  );
}

/** Throws `UsageError` for a word that is no list, and where -d is missing or has no place. */
function placeOf(word: string, { d, private: isPrivate }: ListFlags): ListPlace {
  const kind = kindOf(word);
  const list = listInfo(kind);
  if (!list)
    throw noList(word, `kind ${kind}${kindInfo(kind) ? ` (${kindInfo(kind)!.name})` : ''} is no list`);
  const name = listName(kind);
  if (isSet(kind) && d === undefined)
    throw new UsageError(`there may be many ${name}: say which with -d NAME`, {
      code: 'bad_arguments',
      hint: `Their names: nost req -k ${kind} -a WHO | jq -r '.tags[] | select(.[0] == "d")[1]'`,
    });
  if (!isSet(kind) && d !== undefined)
    throw new UsageError(`there is one list of ${name}: leave out -d`, { code: 'bad_arguments' });
  if (isPrivate && list.private === 'never')
    throw new UsageError(`${name} has no private items`, { code: 'bad_arguments' });
  return { list, d };
}

/** What other programs call it. */
const CALLED: Readonly<Record<Action, readonly string[]>> = {
  show: ['ls', 'list', 'get', 'print', 'of'],
  add: ['follow', 'mute', 'pin', 'append', 'put', 'set'],
  remove: ['rm', 'del', 'delete', 'unfollow', 'unmute', 'unpin', 'unset'],
};

function actionOf(word: string, name: string): Action {
  const action = ACTIONS.find(each => each === word);
  if (action !== undefined) return action;
  const meant = ACTIONS.find(each => CALLED[each].includes(word)) ?? nearest(word, ACTIONS) ?? 'show';
  throw new UsageError(`${quote(word)} is none of ${ACTIONS.join(', ')}`, {
    code: 'bad_arguments',
    hint: `Did you mean: nost list ${name} ${meant}${meant === 'show' ? ' WHO' : ' …'}`,
  });
}

async function show(
  context: Context,
  place: ListPlace,
  [word, another]: readonly string[],
  flags: ListFlags,
): Promise<void> {
  if (flags.private || flags.create || flags.dryRun)
    throw new UsageError('--private, --create and --dry-run are for add and remove', {
      code: 'bad_arguments',
      hint: 'The private items alone: nost list NAME | jq -c "select(.private)"',
    });
  if (another !== undefined)
    throw new UsageError(`one person at a time: ${quote(another)}`, { code: 'bad_arguments' });
  const who = word === undefined ? undefined : personOf(word);
  await withKey(context, flags, false, async (key, end) => {
    const line = `nost list ${listName(place.list.kind)} show npub1…`;
    const asking = { context, flags, signal: end.signal, key, line };
    const { value: author, hints } = await locateWhose(who, asking);
    const isGiven = who === undefined || namesKey(flags);
    const pubkey = isGiven || isOwn(who) ? await publicKeyOf(key, isGiven) : undefined;
    const own = pubkey === undefined ? undefined : { pubkey, signer: () => key.signer() };
    const where = await whereBy(context, flags, { end, hints, key });
    const ifNone = isOwn(who) ? `${firstOf(place)}${keyWordsOf(who, flags)}` : undefined;
    const unread = isOwn(who) ? keyWordsOf(who, flags) : '';
    await showList(context, place, { author, own, where, ifNone, unread });
  });
}

/** Who signs. An account of one's own may be shown without a key that can be used. */
async function publicKeyOf(key: CommandKey, isNeeded: boolean): Promise<string | undefined> {
  try {
    return await key.publicKey();
  } catch (error) {
    if (isNeeded || !(error instanceof SignerError)) throw error;
    return undefined;
  }
}

function firstOf({ list, d }: ListPlace): string {
  const set = d === undefined ? '' : ' -d NAME';
  return `The first one: nost list ${listName(list.kind)} add${set} ITEM… --create`;
}

async function edit(
  context: Context,
  place: ListPlace,
  { action, words }: { action: 'add' | 'remove'; words: readonly string[] },
  flags: ListFlags,
): Promise<void> {
  const name = listName(place.list.kind);
  if (words.length === 0)
    throw new UsageError(`what is to ${action === 'add' ? 'come into' : 'go from'} ${name}?`, {
      code: 'bad_arguments',
      hint: `nost list ${name} ${action} ITEM…, or - to read items from stdin`,
    });
  if (flags.create && action === 'remove')
    throw new UsageError('--create is for add: there is nothing to remove from a new list', {
      code: 'bad_arguments',
    });
  const parse = (word: string) => (action === 'add' ? parseItem : parseGoing)(word, place.list);
  if (words.indexOf('-') !== words.lastIndexOf('-'))
    throw new UsageError('stdin is read once: give one -', { code: 'two_stdins' });
  const given = words.map(word => (word === '-' ? word : parsedBy('ITEM', parse)(word)));
  await withKey(context, flags, given.includes('-'), async (key, end) => {
    await key.signer(); // before a long list is typed
    const input = inputOf(context, end.signal, flags);
    const read = async (item: FlaggedTag | '-') =>
      item === '-'
        ? (await readItemLines(input)).map(([number, line]) => parsedBy(`line ${number}`, parse)(line))
        : [item];
    const flagged = (await Promise.all(given.map(item => read(item as FlaggedTag | '-')))).flat();
    const items = await Promise.all(flagged.map(item => locateItem(item, place.list, input)));
    const where = await whereBy(context, flags, { end, key });
    const isPrivate = flags.private === true;
    await editList(context, { ...place, verb: action, items, isPrivate }, { flags, where, key, end });
  });
}

async function withKey(
  context: Context,
  flags: ListFlags,
  readsStdin: boolean,
  use: (key: CommandKey, end: CommandEnd) => Promise<void>,
): Promise<void> {
  await untilEnd(context.deadline, 'before the list was found', async end => {
    const key = await CommandKey.open(flags, context, readsStdin, end.signal);
    try {
      await use(key, end);
    } finally {
      await key.close();
    }
  });
}
