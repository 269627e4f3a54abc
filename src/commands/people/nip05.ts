// `nost nip05`: the public key that a domain gives a name, and where that key is to be found.
import type { Context } from '../../context.ts';
import { Failure, UsageError } from '../../errors.ts';
import { worstKind } from '../../exit-codes.ts';
import type { FailureKind } from '../../failure-codes.ts';
import { type FlagsOf, flags, value } from '../../flags/flag.ts';
import { parsePubkey } from '../../flags/identifiers.ts';
import { NETWORK_FLAGS } from '../../flags/network-flags.ts';
import { InvalidNip05, type Nip05Name, parseNip05 } from '../../protocol/nip05.ts';
import { untilEnd } from '../../run/command-end.ts';
import { lookUpName, NoSuchName } from '../../run/lookup/nip05.ts';
import { command, type Invocation } from '../command.ts';

const { relaysFile: _, retry: __, deflate: ___, ...NETWORK } = NETWORK_FLAGS;

const FLAGS = {
  ...flags('Flags', {
    verify: value('--verify <key>', 'exit 1 unless the name belongs to this key: hex or npub', parsePubkey),
  }),
  ...NETWORK,
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
    const faults = await Promise.all(
      names.map((name, i) => show(args[i]!, name, flags, context, end.signal)),
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

/** Prints one name's line; returns what went wrong. */
async function show(
  text: string,
  name: Nip05Name,
  flags: Nip05Flags,
  context: Context,
  signal: AbortSignal,
): Promise<FailureKind | undefined> {
  try {
    const { pubkey, relays } = await lookUpName(name, { ...flags, retry: 0 }, context, signal);
    await context.stdout.line(JSON.stringify({ name: `${name.local}@${name.domain}`, pubkey, relays }));
    if (flags.verify === undefined || flags.verify === pubkey) return undefined;
    context.log.warn({ type: 'warning', message: `${text} belongs to ${pubkey}, not to ${flags.verify}` });
    return 'refused';
  } catch (error) {
    if (!(error instanceof NoSuchName)) throw error;
    if (!signal.aborted) context.log.warn({ type: 'warning', message: error.message });
    return error.kind;
  }
}
