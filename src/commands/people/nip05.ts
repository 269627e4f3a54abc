// `nost nip05`: the public key that a domain gives a name, and where that key is to be found.
import type { Context } from '../../context.ts';
import { type Failure, UsageError } from '../../errors.ts';
import { worstKind } from '../../exit-codes.ts';
import { type FlagsOf, flags, value } from '../../flags/flag.ts';
import { LOOKUP_FLAGS } from '../../flags/network-flags.ts';
import { keyOf, parsePerson } from '../../flags/people.ts';
import { formatNip05, InvalidNip05, type Nip05Name, parseNip05 } from '../../protocol/nip05.ts';
import { quote } from '../../protocol/quote.ts';
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
  exits: ['refused', 'unreachable', 'io', 'timeout'],
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
    const told = await Promise.all(
      names.map((name, i) => show(args[i]!, name, lookups, expected, context.stdout)),
    );
    if (context.signal.aborted) return;
    end.check('before every domain had answered');
    const faults = told.filter(fault => fault !== undefined);
    if (faults.length > 0) throw conclude(faults, names.length, context);
  });
}

/** Of a single name the failure says all; of several each that has no such key gets its line. */
function conclude(faults: readonly NoSuchName[], names: number, { log }: Context): Failure {
  if (names === 1) return faults[0]!;
  for (const { message } of faults) log.warn({ type: 'warning', message });
  const kind = worstKind(faults.map(fault => fault.kind))!;
  return new NoSuchName(kind, `${faults.length} of ${names} names have no such key`);
}

function parsed(text: string): Nip05Name {
  try {
    return parseNip05(text);
  } catch (error) {
    if (!(error instanceof InvalidNip05)) throw error;
    const isKey = /^(?:nostr:)?n(?:pub|profile)1|^[0-9a-f]{64}$/i.test(text);
    const hint = isKey
      ? `The name that a profile claims: nost fetch npub1… | jq -r .content`
      : 'A name looks like bob@example.com.';
    throw new UsageError(isKey ? `${quote(text)} is a key, not a name` : error.message, {
      code: 'bad_value',
      hint,
    });
  }
}

/** Prints one name's line; resolves to what is wrong with it. `expected`: whom it must belong to. */
async function show(
  text: string,
  name: Nip05Name,
  lookups: NameLookups,
  expected: string | undefined,
  stdout: Context['stdout'],
): Promise<NoSuchName | undefined> {
  try {
    const { pubkey, relays } = await lookups.find(name);
    await stdout.line(JSON.stringify({ name: formatNip05(name), pubkey, relays }));
    if (expected === undefined || expected === pubkey) return undefined;
    return new NoSuchName('refused', `${text} belongs to ${pubkey}, not to ${expected}`);
  } catch (error) {
    if (error instanceof NoSuchName) return error;
    throw error;
  }
}
