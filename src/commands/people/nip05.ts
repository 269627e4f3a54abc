// `nost nip05`: the public key that a domain gives a name, and where that key is to be found.
import type { Context } from '../../context.ts';
import { Failure, UsageError } from '../../errors.ts';
import { worstKind } from '../../exit-codes.ts';
import type { FailureKind } from '../../failure-codes.ts';
import { type FlagsOf, flags, value } from '../../flags/flag.ts';
import { LOOKUP_FLAGS } from '../../flags/network-flags.ts';
import { keyOf, parsePerson } from '../../flags/people.ts';
import { formatNip05, InvalidNip05, type Nip05Name, parseNip05 } from '../../protocol/nip05.ts';
import { untilEnd } from '../../run/command-end.ts';
import { NameLookups } from '../../run/lookup/name-lookups.ts';
import { inputOf } from '../../run/lookup/names.ts';
import { NoSuchName } from '../../run/lookup/nip05.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...flags('Flags', {
    verify: value(
      '--verify <key>',
      'exit 1 unless the name belongs to this key: hex, npub or own account',
      parsePerson,
    ),
  }),
  ...LOOKUP_FLAGS,
};

type Nip05Flags = FlagsOf<typeof FLAGS>;

export const nip05 = command({
  examples: [
    { line: 'nost nip05 bob@example.com', about: 'the key of a name' },
    { line: 'nost nip05 bob@example.com --verify npub1…', about: 'whether it is his; exit 1 if not' },
  ],
  exits: ['refused', 'unreachable', 'timeout'],
  flags: FLAGS,
  args: [{ spelling: '<name...>', description: 'name@domain, or a domain alone' }],
  run,
});

async function run(context: Context, { args, flags }: Invocation<Nip05Flags>): Promise<void> {
  const names = args.map(parsed);
  await untilEnd(context.deadline, 'before every domain had answered', async end => {
    const input = inputOf(context, end.signal, flags);
    const expected = flags.verify && (await keyOf(flags.verify, input));
    const lookups = new NameLookups(context, flags, end.signal);
    const faults = await Promise.all(
      names.map((name, i) => show(args[i]!, name, lookups, expected, context, end.signal)),
    );
    if (context.signal.aborted) return;
    end.check('before every domain had answered');
    const kinds = faults.filter(kind => kind !== undefined);
    if (kinds.length > 0)
      throw new Failure(worstKind(kinds)!, 'not every name belongs to a key as asked', {
        code: 'no_such_name',
      });
  });
}

function parsed(text: string): Nip05Name {
  try {
    return parseNip05(text);
  } catch (error) {
    if (!(error instanceof InvalidNip05)) throw error;
    throw new UsageError(error.message, { code: 'bad_value', hint: 'A name looks like bob@example.com.' });
  }
}

/** Prints one name's line; returns what went wrong. `expected`: whom it must belong to. */
async function show(
  text: string,
  name: Nip05Name,
  lookups: NameLookups,
  expected: string | undefined,
  { stdout, log }: Context,
  signal: AbortSignal,
): Promise<FailureKind | undefined> {
  try {
    const { pubkey, relays } = await lookups.find(name);
    await stdout.line(JSON.stringify({ name: formatNip05(name), pubkey, relays }));
    if (expected === undefined || expected === pubkey) return undefined;
    log.warn({ type: 'warning', message: `${text} belongs to ${pubkey}, not to ${expected}` });
    return 'refused';
  } catch (error) {
    if (!(error instanceof NoSuchName)) throw error;
    if (!signal.aborted) log.warn({ type: 'warning', message: error.message });
    return error.kind;
  }
}
