// `nost outbox`: where people read, write, and take private messages, as they say it themselves.
import type { Context } from '../../context.ts';
import { Failure, UsageError } from '../../errors.ts';
import { worstKind } from '../../exit-codes.ts';
import { type FlagsOf, flags, list } from '../../flags/flag.ts';
import { NETWORK_FLAGS } from '../../flags/network-flags.ts';
import { locate, parsePerson } from '../../flags/people.ts';
import { parsedBy } from '../../flags/values.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import { normalizeRelayUrl } from '../../protocol/relay-url.ts';
import { endingFailure } from '../../relay/link/outcome.ts';
import { untilEnd } from '../../run/command-end.ts';
import { inputOf } from '../../run/lookup/names.ts';
import { findRelayLists } from '../../run/lookup/relay-lists.ts';
import { refuseRelays } from '../../run/network/relay-words.ts';
import { nothing } from '../../run/query-run.ts';
import { relaysIfAny } from '../../run/relays.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...flags('Outbox', {
    relay: list('--relay <url>', 'ask this relay (repeatable; default: NOST_RELAYS)', normalizeRelayUrl),
  }),
  ...NETWORK_FLAGS,
};

type OutboxFlags = FlagsOf<typeof FLAGS>;

export const outbox = command({
  examples: [
    { line: 'nost outbox npub1… | jq -r .write[]', about: 'the relays somebody writes to' },
    { line: 'nost outbox bob@example.com | jq -r .inbox[]', about: 'where private messages reach him' },
  ],
  exits: ['refused', 'unreachable', 'timeout'],
  flags: FLAGS,
  args: [{ spelling: '<who...>', description: 'npub, nprofile, hex, name@domain, or an account of yours' }],
  run,
});

async function run(context: Context, { args, flags }: Invocation<OutboxFlags>): Promise<void> {
  refuseRelays(args);
  refuseList(args);
  const who = args.map(parsedBy('WHO', parsePerson));
  await untilEnd(context.deadline, 'before the lists were found', async end => {
    const own = await relaysIfAny(flags.relay ?? [], context, flags);
    const asking = inputOf(context, end.signal, flags);
    const people = await Promise.all(who.map(person => locate(person, asking)));
    const relays = [...new Set([...own, ...people.flatMap(({ hints }) => hints)])];
    if (relays.length === 0) throw nobodyToAsk();
    const keys = [...new Set(people.map(({ value }) => value))];
    const { lists, endings } = await findRelayLists(context, keys, relays, {
      flags,
      end,
      named: new Set(own),
    });
    if (context.signal.aborted) return;
    let missing = 0;
    for (const pubkey of keys) {
      const found = lists.get(pubkey);
      if (found) await context.stdout.line(JSON.stringify({ pubkey, ...found }));
      else {
        missing++;
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
    const failures = endings.map(endingFailure).filter(kind => kind !== undefined);
    if (missing === keys.length && failures.length === endings.length)
      throw await nothing(endings, worstKind(failures)!, {}, context);
    if (missing > 0)
      throw new Failure('refused', `no relay list was found for ${missing} of ${keys.length} people`, {
        code: 'not_found',
      });
  });
}

/** nak has the person behind this word. */
function refuseList([first, ...people]: readonly string[]): void {
  if (first !== 'list' || people.length === 0) return;
  throw new UsageError('"list" has no place here', {
    code: 'bad_arguments',
    hint: `Did you mean: nost outbox ${people.join(' ')}`,
  });
}

function nobodyToAsk(): UsageError {
  return new UsageError('there is no relay to ask', {
    code: 'no_relay',
    hint: 'Give --relay URL, or set NOST_RELAYS="wss://relay.example".',
  });
}
