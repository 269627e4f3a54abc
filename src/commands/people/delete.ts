// `nost delete`: asks relays to delete one's own events (NIP-09).
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { EDIT_FLAGS, PLACE_FLAGS } from '../../flags/edit-flags.ts';
import { EVENT_FLAGS } from '../../flags/event-flags.ts';
import { type FlagsOf, flags, on, text, value } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS } from '../../flags/network-flags.ts';
import { parseRequire } from '../../flags/values.ts';
import { untilEnd } from '../../run/command-end.ts';
import { deleteTargets, mustBeAskable } from '../../run/deletion/deletion-run.ts';
import { MOST_HINTED } from '../../run/deletion/target.ts';
import { addTargetsOf, targetsOfWords } from '../../run/deletion/target-input.ts';
import { openLines } from '../../run/events/event-input.ts';
import { refuseFiles, refuseRelays } from '../../run/network/relay-words.ts';
import { whereBy } from '../../run/people/where.ts';
import { CommandKey } from '../../run/signing.ts';
import { command, type Invocation } from '../command.ts';

const { yes, dryRun, results } = EDIT_FLAGS;

const FLAGS = {
  ...flags('Deletion', {
    reason: text('--reason <text>', 'why, for everybody to read'),
    check: on(
      '--check',
      'ask the relays again whether it is gone, and print that; exit 1 where it is not, 3 where it is at some',
    ),
    require: value('--require <n|all>', 'how many relays must take the request (default: 1)', parseRequire),
    yes,
    dryRun,
    results: {
      ...results,
      description: 'print the answer of each relay to the request, instead of the request',
    },
    allowNsec: EVENT_FLAGS.allowNsec,
  }),
  ...PLACE_FLAGS,
  ...KEY_FLAGS,
  ...NETWORK_FLAGS,
};

type DeleteFlags = FlagsOf<typeof FLAGS>;

export const deleteCommand = command({
  examples: [
    { line: "nost delete nevent1… --reason 'posted by mistake'", about: 'one event; asks first' },
    {
      line: 'nost delete naddr1… --yes --check | jq -c .gone',
      about: 'all versions of an article; then whether it is gone, for each relay',
    },
    {
      line: 'nost req -k 1 -a npub1… --until 1y wss://relay.example | nost delete - --yes',
      about: 'all that a query finds, in one request',
    },
  ],
  exits: ['refused', 'partial', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  flags: FLAGS,
  often: ['reason', 'check', 'require', 'yes', 'dryRun', 'results', 'relay', 'auth', 'as', 'secFile'],
  args: [
    {
      spelling: '<code...>',
      description:
        'nevent, note, naddr, a hex id, kind:pubkey:identifier, or a link that holds a code; - reads codes or events from stdin',
    },
  ],
  layout: 'rows',
  run,
});

async function run(context: Context, { args, flags }: Invocation<DeleteFlags>): Promise<void> {
  refuseRelays(args);
  refuseFiles(args, 'Codes or events in a file: nost delete - < FILE.');
  checkFlags(flags);
  const words = args.filter(word => word !== '-');
  const fromStdin = words.length < args.length;
  if (args.length - words.length > 1)
    throw new UsageError('stdin is read once: give one -', { code: 'two_stdins' });
  const targets = targetsOfWords(words);
  mustBeAskable(context, flags);
  await untilEnd(context.deadline, 'before everything was deleted', async end => {
    const key = await CommandKey.open(flags, context, fromStdin, end.signal);
    try {
      if (fromStdin) {
        await key.signer(); // before a long list is typed
        const source = openLines(context, true, '');
        end.signal.addEventListener('abort', () => source.destroy());
        await addTargetsOf(source, targets, context);
        end.check('before stdin ended');
        if (context.signal.aborted || targets.size === 0) return;
      }
      const { all } = targets;
      const hints = [...new Set(all.flatMap(target => target.hints))].slice(0, MOST_HINTED);
      const where = await whereBy(context, flags, { end, hints, key });
      await deleteTargets(context, all, { flags, where, key, end });
    } finally {
      await key.close();
    }
  });
}

/** Throws `UsageError` for flags that exclude each other, and a reason that no relay takes. */
function checkFlags({ check, results, dryRun, reason = '' }: DeleteFlags): void {
  if (check && results)
    throw new UsageError('--results and --check print other lines: give one of them', { code: 'bad_value' });
  if (dryRun && (check || results))
    throw new UsageError('--dry-run sends nothing: leave out --check and --results', { code: 'bad_value' });
  if (Buffer.byteLength(JSON.stringify(reason)) > MOST_OF_REASON)
    throw new UsageError(`the reason is longer than ${MOST_OF_REASON} bytes`, { code: 'bad_value' });
}

/** Bytes in JSON: the request must not become larger than relays take. */
const MOST_OF_REASON = 8 * 1024;
