// `nost article show`: an article as the Markdown file that publishes it.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { PLACE_FLAGS } from '../../flags/edit-flags.ts';
import { type FlagsOf, flags, on, text } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS } from '../../flags/network-flags.ts';
import { parsedBy } from '../../flags/values.ts';
import { quote } from '../../protocol/quote.ts';
import { showArticle } from '../../run/articles/article-show.ts';
import { untilEnd } from '../../run/command-end.ts';
import { parsePersonOrEvent } from '../../run/lookup/wanted.ts';
import { refuseRelays } from '../../run/network/relay-words.ts';
import { CommandKey } from '../../run/signing.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...flags('Article', {
    d: text('-d <identifier>', 'which article of the person (d tag)'),
    draft: on('--draft', 'the draft: of your own also those that only you can read'),
  }),
  ...PLACE_FLAGS,
  ...KEY_FLAGS,
  ...NETWORK_FLAGS,
};

type ShowFlags = FlagsOf<typeof FLAGS>;

export const articleShow = command({
  examples: [
    { line: 'nost article show naddr1… > rye.md', about: 'a file that nost article publish takes' },
    { line: 'nost article show bob@example.com -d rye', about: 'by its author and its identifier' },
    { line: 'nost article show -d rye --draft --as me', about: 'a draft of your own' },
  ],
  exits: ['refused', 'auth', 'unreachable', 'signer', 'timeout'],
  flags: FLAGS,
  args: [
    {
      spelling: '[code]',
      description:
        'naddr, nevent, note; or with -d npub, nprofile, hex, name@domain, an account (default: you)',
    },
  ],
  usage: '[code | who] [flags]',
  run,
});

async function run(context: Context, { args, flags }: Invocation<ShowFlags>): Promise<void> {
  refuseRelays(args);
  const [code, another] = args;
  if (another !== undefined)
    throw new UsageError(`one article at a time: ${quote(another)}`, { code: 'bad_arguments' });
  const word = code === undefined ? undefined : parsedBy('CODE', parsePersonOrEvent)(code);
  await untilEnd(context.deadline, 'before the article was found', async end => {
    let key: Promise<CommandKey> | undefined;
    const openKey = () => {
      key ??= CommandKey.open(flags, context, false, end.signal);
      return key;
    };
    try {
      await showArticle(context, word, { flags, openKey, end });
    } catch (error) {
      if (!context.signal.aborted) throw error;
    } finally {
      await (await key?.catch(() => undefined))?.close();
    }
  });
}
