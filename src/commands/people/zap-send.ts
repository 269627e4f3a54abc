// `nost zap send`: a zap for a person or an event, as an invoice to be paid, or paid by a wallet (NIP-57, NIP-47).
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { EVENT_FLAGS } from '../../flags/event-flags.ts';
import { type FlagsOf, flags, list, on, text, value } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS } from '../../flags/network-flags.ts';
import { parsedBy } from '../../flags/values.ts';
import { normalizeRelayUrl } from '../../protocol/relay-url.ts';
import { parseDuration, parseWait } from '../../protocol/time.ts';
import { parseAmount } from '../../run/zaps/amount.ts';
import { parseWho, toldOfWho } from '../../run/zaps/who.ts';
import { sendZap } from '../../run/zaps/zap-send.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...flags('Zap', {
    content: text('-m, --content <text>', 'a comment, which everybody can read'),
    relay: list(
      '--relay <url>',
      'look here, and have the receipt published here (repeatable; default: NOST_RELAYS)',
      normalizeRelayUrl,
    ),
    pay: on('--pay', 'pay with a wallet, instead of printing the invoice (see nost wallet add)'),
    wallet: text('--wallet <wallet>', 'with this wallet, where there are several'),
    wait: value(
      '--wait <duration>',
      'how long to wait for the receipt; 0: not at all (with --pay the time of --relay-timeout; else 0)',
      parseWaitOrNone,
    ),
    allowNsec: EVENT_FLAGS.allowNsec,
  }),
  ...KEY_FLAGS,
  ...NETWORK_FLAGS,
};

export const zapSend = command({
  examples: [
    {
      line: 'nost zap send npub1… 21',
      about: 'print an invoice for 21 sat, checked; a QR code at a terminal',
    },
    {
      line: "nost zap send nevent1… 21sat -m 'great' --pay",
      about: 'pay it with your wallet, and wait for the receipt',
    },
    {
      line: 'nost zap send bob@example.com 1000msat --pay --wallet small',
      about: 'with one of several wallets',
    },
  ],
  exits: ['refused', 'partial', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  often: ['content', 'relay', 'pay', 'wallet', 'wait', 'as', 'secFile', 'secFd', 'promptSec', 'allowNsec'],
  flags: FLAGS,
  args: [
    {
      spelling: '<who>',
      description: 'npub, nprofile, hex, name@domain or an account of yours; or note, nevent, naddr',
    },
    { spelling: '<amount>', description: '21 or 21sat; 1000msat' },
  ],
  run,
});

function parseWaitOrNone(text: string): number {
  return /^0[a-z]*$/.test(text) ? parseDuration(text) : parseWait(text);
}

/** An account may be called so, too: then it stands before an amount. */
function isAmount(word: string): boolean {
  return /^\d{1,16}(?:m?sats?)?$/i.test(word);
}

async function run(context: Context, { args, flags }: Invocation<FlagsOf<typeof FLAGS>>): Promise<void> {
  const [who, amount] = args;
  if (args.length !== 2 || who === undefined || amount === undefined)
    throw new UsageError('say who is zapped, and how much', {
      code: 'bad_arguments',
      hint: 'nost zap send npub1… 21',
    });
  if (isAmount(who) && !isAmount(amount))
    throw new UsageError('the amount stands before the person', {
      code: 'bad_arguments',
      hint: `The person stands first: nost zap send npub1… ${who}`,
    });
  const amountMsat = parsedBy('AMOUNT', parseAmount)(amount);
  await sendZap(context, parseWho(who), amountMsat, flags).catch(error => {
    throw toldOfWho(who, error);
  });
}
