// `nost outbox`: where people read, write, and take private messages, as they say it themselves.
import type { Context } from '../../context.ts';
import { Failure, UsageError } from '../../errors.ts';
import { EDIT_FLAGS, PLACE_FLAGS, refuseEditFlags } from '../../flags/edit-flags.ts';
import { type FlagsOf, flags, list } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS } from '../../flags/network-flags.ts';
import { type Person, personOf } from '../../flags/people.ts';
import type { Tag } from '../../protocol/event.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import { editedInboxes, editedRelayList } from '../../protocol/nip65.ts';
import { normalizeRelayUrl, relayUrlsIn } from '../../protocol/relay-url.ts';
import { endingFailure } from '../../relay/link/outcome.ts';
import { type CommandEnd, untilEnd } from '../../run/command-end.ts';
import { findInboxes } from '../../run/dm/inboxes.ts';
import { INBOX_LIST, RELAY_LIST } from '../../run/lookup/relay-lists.ts';
import { refuseRelays } from '../../run/network/relay-words.ts';
import type { Version } from '../../run/people/changes.ts';
import { editNewest } from '../../run/people/edit-run.ts';
import { NOT_THERE, tellItems } from '../../run/people/item-notes.ts';
import { tellOutbox } from '../../run/people/newest.ts';
import { unanswered } from '../../run/people/reading.ts';
import { whereBy } from '../../run/people/where.ts';
import { isOwn, keyWordsOf, locateWhose } from '../../run/people/whose.ts';
import { CommandKey, namesKey } from '../../run/signing.ts';
import { command, type Invocation } from '../command.ts';

const relays = (spelling: string, description: string) =>
  list(`${spelling} <url>`, `${description} (repeatable)`, normalizeRelayUrl);

const FLAGS = {
  ...flags('Outbox', {
    setRead: relays('--set-read', 'read there, too'),
    setWrite: relays('--set-write', 'write there, too'),
    remove: relays('--remove', 'take this relay out of where you read and write, first of all'),
    setInbox: relays('--set-inbox', 'take private messages there, too (10050)'),
    removeInbox: relays('--remove-inbox', 'take no private messages there'),
  }),
  ...EDIT_FLAGS,
  ...PLACE_FLAGS,
  ...KEY_FLAGS,
  ...NETWORK_FLAGS,
};

type OutboxFlags = FlagsOf<typeof FLAGS>;

export const outbox = command({
  examples: [
    { line: "nost outbox npub1… | jq -r '.write[]'", about: 'the relays somebody writes to' },
    { line: "nost outbox bob@example.com | jq -r '.inbox[]'", about: 'where private messages reach him' },
    {
      line: 'nost outbox --set-write wss://relay.example --remove wss://old.example',
      about: 'change your own list, keep all else; asks first',
    },
  ],
  exits: ['refused', 'partial', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  flags: FLAGS,
  often: ['setRead', 'setWrite', 'remove', 'setInbox', 'create', 'yes', 'dryRun', 'relay', 'as'],
  args: [
    {
      spelling: '[who...]',
      description: 'npub, nprofile, hex, name@domain, or an account of yours; you, when left out',
    },
  ],
  run,
});

async function run(context: Context, { args, flags }: Invocation<OutboxFlags>): Promise<void> {
  refuseRelays(args, WHERE_RELAYS_GO);
  refuseList(args);
  const who = args.map(personOf);
  const edits = editsOf(flags);
  if (edits.length === 0) refuseEditFlags(flags, '--set-write, --set-read, --set-inbox or --remove');
  await untilEnd(context.deadline, 'before the lists were found', async end => {
    const needsKey = edits.length > 0 || flags.auth || namesKey(flags) || who.length === 0;
    const key = needsKey ? await CommandKey.open(flags, context, false, end.signal) : undefined;
    try {
      if (key && edits.length > 0) await write(context, who, flags, { edits, key, end });
      else await show(context, who, flags, { key, end });
    } finally {
      await key?.close();
    }
  });
}

interface Opened {
  key: CommandKey | undefined;
  end: CommandEnd;
}

/** Prints the lists of people. Throws the failure that what is missing amounts to. */
async function show(context: Context, who: readonly Person[], flags: OutboxFlags, { key, end }: Opened) {
  const asking = { context, flags, signal: end.signal, key, line: LINE };
  const named = who.length === 0 ? [undefined] : who;
  const located = await Promise.all(named.map(person => locateWhose(person, asking)));
  const keys = [...new Set(located.map(({ value }) => value))];
  const hints = located.flatMap(person => person.hints);
  const where = await whereBy(context, flags, { end, hints, key });
  const { lists, endings } = await findInboxes(context, keys, where, { located });
  if (context.signal.aborted) return;
  tellOthers(
    context,
    endings.map(({ relay }) => relay).filter(relay => ![...where.own, ...hints].includes(relay)),
    keys,
  );
  const failures = endings.map(endingFailure).filter(kind => kind !== undefined);
  const isAnswered = failures.length < endings.length;
  let missing = 0;
  for (const pubkey of keys) {
    const found = lists(pubkey);
    if (found) await context.stdout.line(JSON.stringify({ pubkey, ...found }));
    else {
      missing++;
      if (!isAnswered && end.inTime === '') continue; // the relays that failed are told
      const npub = encodeEntity({ type: 'npub', pubkey });
      context.log.warn({
        type: 'not_found',
        pubkey,
        message: `no relay list of ${npub} was found${end.inTime}`,
      });
      await context.room();
    }
  }
  (await end.flush(context.stdout))();
  if (context.signal.aborted) return;
  end.check('before the lists were found');
  if (missing === keys.length && !isAnswered) throw await unanswered(context, { endings }, where);
  if (missing > 0)
    throw new Failure('refused', `no relay list was found for ${missing} of ${keys.length} people`, {
      code: 'not_found',
      ...(named.length === 1 && isOwn(named[0]) && { hint: `${FIRST}${keyWordsOf(named[0], flags)}` }),
    });
}

/** Relays that are named one by one. */
const MOST_NAMED = 5;

/** Which relays were asked because people write there. */
function tellOthers(context: Context, relays: readonly string[], [author, ...others]: readonly string[]) {
  if (relays.length === 0) return;
  if (others.length === 0) return tellOutbox(context, author!, relays);
  const more = relays.length > MOST_NAMED ? ` and ${relays.length - MOST_NAMED} more` : '';
  const message = `also asked, where they write: ${relays.slice(0, MOST_NAMED).join(' ')}${more}`;
  context.log.note({ type: 'asked', relays, message });
}

const LINE = 'nost outbox npub1…';

const FIRST = 'The first one: nost outbox --set-write wss://relay.example --create';

/** One for each list that is to change. */
function editsOf({ setRead, setWrite, remove, setInbox, removeInbox }: OutboxFlags): ListEdit[] {
  const edits: ListEdit[] = [];
  if (setRead || setWrite || remove) {
    const edit = { remove: remove ?? [], read: setRead ?? [], write: setWrite ?? [] };
    const removes = !setRead && !setWrite;
    edits.push({
      kind: RELAY_LIST,
      noun: 'relay list',
      removes,
      tags: tags => editedRelayList(tags, edit),
      missing: tags => lacking(tags, 'r', edit.remove),
    });
  }
  if (setInbox || removeInbox) {
    const edit = { remove: removeInbox ?? [], add: setInbox ?? [] };
    const removes = !setInbox;
    edits.push({
      kind: INBOX_LIST,
      noun: 'list of inboxes',
      removes,
      tags: tags => editedInboxes(tags, edit),
      missing: tags => lacking(tags, 'relay', edit.remove),
    });
  }
  return edits;
}

interface ListEdit {
  kind: number;
  noun: string;
  removes: boolean;
  tags(tags: readonly Tag[]): Tag[];
  /** Those that are to go, and are not there. */
  missing(tags: readonly Tag[]): string[];
}

function lacking(tags: readonly Tag[], name: string, relays: readonly string[]): string[] {
  const there = relayUrlsIn(tags.filter(tag => tag[0] === name).map(([, url = '']) => url));
  return relays.filter(relay => !there.includes(relay));
}

/** One list after the other: what stops the first stops both. */
async function write(
  context: Context,
  [who, another]: readonly Person[],
  flags: OutboxFlags,
  { edits, key, end }: { edits: readonly ListEdit[]; key: CommandKey; end: CommandEnd },
): Promise<void> {
  if (another !== undefined)
    throw new UsageError('the lists of one person are written at a time', { code: 'bad_arguments' });
  const asking = { context, flags, signal: end.signal, key, line: undefined };
  const { value: author, hints } = await locateWhose(who, asking);
  const where = await whereBy(context, flags, { end, hints, key });
  for (const { kind, noun, removes, tags, missing } of edits) {
    const merge = (current?: Version) => {
      const before = current?.tags ?? [];
      tellItems(context, NOT_THERE, missing(before));
      return { tags: tags(before), content: current?.content ?? '' };
    };
    await editNewest(
      context,
      { subject: { author, kind }, noun, removes, merge },
      { flags, where, key, end },
    );
  }
}

const WHERE_RELAYS_GO =
  'To ask it: --relay URL. To have it in your list: --set-write URL, --set-read URL or --set-inbox URL.';

/** nak has the person behind this word. */
function refuseList([first, ...people]: readonly string[]): void {
  if (first !== 'list' || people.length === 0) return;
  throw new UsageError('"list" has no place here', {
    code: 'bad_arguments',
    hint: `Did you mean: nost outbox ${people.join(' ')}`,
  });
}
