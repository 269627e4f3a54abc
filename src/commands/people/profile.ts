// `nost profile`: who somebody says they are, and the fields of one's own profile.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { EDIT_FLAGS, PLACE_FLAGS, refuseEditFlags } from '../../flags/edit-flags.ts';
import { type FlagsOf, flags, list, on } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS } from '../../flags/network-flags.ts';
import { personOf } from '../../flags/people.ts';
import { verbatim } from '../../flags/values.ts';
import {
  editedProfile,
  formatProfile,
  type Profile,
  parseProfile,
  profileChanges,
  profileValue,
} from '../../protocol/nip24.ts';
import { quote } from '../../protocol/quote.ts';
import { type CommandEnd, untilEnd } from '../../run/command-end.ts';
import { refuseRelays } from '../../run/network/relay-words.ts';
import { checkClaims } from '../../run/people/claims.ts';
import { editNewest } from '../../run/people/edit-run.ts';
import { NOT_THERE, tellItems } from '../../run/people/item-notes.ts';
import { answeredOf } from '../../run/people/newest.ts';
import {
  fieldsOf,
  findProfile,
  lackingFields,
  mustBeTrue,
  noProfile,
  PROFILE,
  profileLine,
  tellOddFields,
} from '../../run/people/profile-run.ts';
import { unanswered } from '../../run/people/reading.ts';
import { type Where, whereBy } from '../../run/people/where.ts';
import { isOwn, keyWordsOf, locateWhose } from '../../run/people/whose.ts';
import { CommandKey, namesKey } from '../../run/signing.ts';
import { command, type Invocation } from '../command.ts';

/** Fields that completion offers. */
const USUAL = ['name', 'display_name', 'about', 'picture', 'banner', 'website', 'nip05', 'lud16', 'bot'];

const FLAGS = {
  ...flags('Profile', {
    set: list(
      '--set <field=value>',
      'write this field: name, about, picture, nip05, lud16 … (repeatable)',
      parseField,
    ),
    unset: list('--unset <field>', 'take this field out (repeatable)', verbatim, { suggestions: USUAL }),
    check: on('--check', 'ask the domains of nip05 and lud16 whether they are true; exit 1 if not'),
  }),
  ...EDIT_FLAGS,
  ...PLACE_FLAGS,
  ...KEY_FLAGS,
  ...NETWORK_FLAGS,
};

type ProfileFlags = FlagsOf<typeof FLAGS>;

export const profile = command({
  examples: [
    {
      line: 'nost profile bob@example.com | jq -r .profile.about',
      about: 'what somebody says of themselves',
    },
    {
      line: "nost profile --set name=bob --set about='Hi.' --unset website",
      about: 'change these fields of yours, keep all others; asks first',
    },
    {
      line: 'nost profile --as me --set name=bob --create --yes',
      about: 'the first profile, from a script',
    },
  ],
  exits: ['refused', 'partial', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  flags: FLAGS,
  often: ['set', 'unset', 'create', 'yes', 'dryRun', 'check', 'relay', 'as'],
  args: [
    {
      spelling: '[who...]',
      description: 'npub, nprofile, hex, name@domain, or an account of yours; you, when left out',
    },
  ],
  usage: '[who] [flags]',
  run,
});

async function run(context: Context, { args, flags }: Invocation<ProfileFlags>): Promise<void> {
  refuseRelays(args);
  const [word, second] = args;
  if (second !== undefined)
    throw new UsageError(`one person at a time: ${quote(second)}`, {
      code: 'bad_arguments',
      ...(args.some(isChange) && { hint: SETTING }),
    });
  if (word?.includes('='))
    throw new UsageError(`${quote(word)} is no person`, { code: 'bad_arguments', hint: SETTING });
  const who = word === undefined ? undefined : personOf(word);
  const writes = flags.set !== undefined || flags.unset !== undefined;
  if (writes && flags.check)
    throw new UsageError('--check is about what is published already: leave out --set and --unset', {
      code: 'bad_arguments',
    });
  refuseBoth(flags);
  if (!writes) refuseEditFlags(flags, '--set or --unset');
  await untilEnd(context.deadline, 'before the profile was found', async end => {
    const needsKey = writes || flags.auth || namesKey(flags) || who === undefined;
    const key = needsKey ? await CommandKey.open(flags, context, false, end.signal) : undefined;
    try {
      const asking = {
        context,
        flags,
        signal: end.signal,
        key,
        line: writes ? undefined : 'nost profile npub1…',
      };
      const { value: author, hints } = await locateWhose(who, asking).catch(error => {
        throw toldOfChange(word, error);
      });
      const where = await whereBy(context, flags, { end, hints, key });
      if (key && writes) await write(context, flags, author, { where, key, end });
      else
        await show(
          context,
          { author, ifNone: isOwn(who) ? firstOf(keyWordsOf(who, flags)) : undefined },
          where,
          flags,
        );
    } finally {
      await key?.close();
    }
  });
}

const SETTING = 'A field is written by: nost profile --set FIELD=VALUE';

/** A word of who wants to change a field. */
function isChange(word: string): boolean {
  return /^(?:(?:un)?set|edit|update|change)$|=/i.test(word);
}

/** An account may be called so; where none is, the word was meant. */
function toldOfChange(word: string | undefined, error: unknown): unknown {
  const isMeant = error instanceof UsageError && word !== undefined && isChange(word);
  return isMeant ? new UsageError(error.message, { code: error.code, hint: SETTING }) : error;
}

/** Throws `UsageError` for a field that is to be written and to go. */
function refuseBoth({ set = [], unset = [] }: ProfileFlags): void {
  const both = set.find(([field]) => unset.includes(field));
  if (both)
    throw new UsageError(`${quote(both[0])} is set and taken out: give one of them`, { code: 'bad_value' });
}

async function show(
  context: Context,
  { author, ifNone }: { author: string; ifNone: string | undefined },
  where: Where,
  flags: ProfileFlags,
): Promise<void> {
  const newest = await findProfile(context, author, where, ifNone);
  if (context.signal.aborted) return;
  const { fields, fault } = fieldsOf(newest.event);
  const { end } = where;
  const checked =
    fields && flags.check
      ? await checkClaims(author, fields, { context, flags, signal: end.signal })
      : undefined;
  await context.stdout.line(profileLine(newest, fields, checked?.claims));
  (await end.flush(context.stdout))();
  if (answeredOf(newest).length === 0) throw await unanswered(context, newest, where);
  if (fault !== undefined) throw noProfile(fault);
  if (checked) mustBeTrue(checked, context);
}

function firstOf(key: string): string {
  return `The first one: nost profile --set name=NAME --create${key}`;
}

async function write(
  context: Context,
  flags: ProfileFlags,
  author: string,
  rest: { where: Where; key: CommandKey; end: CommandEnd },
): Promise<void> {
  const edit = { set: new Map(flags.set), unset: flags.unset ?? [] };
  const fields = (content: string): Profile => (content === '' ? new Map() : parseProfile(content));
  await editNewest(
    context,
    {
      subject: { author, kind: PROFILE },
      noun: 'profile',
      removes: flags.set === undefined,
      merge: current => {
        const { fields = new Map(), fault } = current ? fieldsOf(current) : {};
        if (fault !== undefined)
          throw noProfile(fault, 'To begin anew: nost publish -k profile -m \'{"name":"…"}\'.');
        tellOddFields(context, edit.set, fields);
        tellItems(context, NOT_THERE, lackingFields(edit.unset, fields));
        return { tags: current?.tags ?? [], content: formatProfile(editedProfile(fields, edit)) };
      },
      changes: (before, after) => profileChanges(fields(before.content), fields(after.content)),
    },
    { flags, ...rest },
  );
}

/** `name=bob`: a field, and its value as JSON. */
function parseField(text: string): [field: string, value: string] {
  const at = text.indexOf('=');
  if (at < 1) throw new Error(`${quote(text)} is no FIELD=VALUE, such as name=bob`);
  const field = text.slice(0, at);
  return [field, profileValue(field, text.slice(at + 1))];
}
