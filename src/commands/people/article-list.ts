// `nost article list`: the articles of a person, and one's own drafts.
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { READING_PLACE_FLAGS } from '../../flags/edit-flags.ts';
import { type FlagsOf, flags, on } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS } from '../../flags/network-flags.ts';
import { personOf } from '../../flags/people.ts';
import { quote } from '../../protocol/quote.ts';
import { listArticles } from '../../run/articles/article-list.ts';
import { untilEnd } from '../../run/command-end.ts';
import { refuseRelays } from '../../run/network/relay-words.ts';
import { whereBy } from '../../run/people/where.ts';
import { isOwn, locateWhose } from '../../run/people/whose.ts';
import { CommandKey, namesKey } from '../../run/signing.ts';
import { command, type Invocation } from '../command.ts';

const FLAGS = {
  ...flags('Articles', {
    drafts: on('--drafts', 'list drafts, too: of your own also those that only you can read'),
  }),
  ...READING_PLACE_FLAGS,
  ...KEY_FLAGS,
  ...NETWORK_FLAGS,
};

type ListFlags = FlagsOf<typeof FLAGS>;

export const articleList = command({
  examples: [
    {
      line: 'nost article list npub1… | jq -r \'"\\(.title)\\t\\(.naddr)"\'',
      about: 'the titles and codes of all, the newest first',
    },
    { line: 'nost article list --drafts --as me', about: 'your own, with what is not published yet' },
  ],
  exits: ['refused', 'partial', 'auth', 'unreachable', 'signer', 'timeout'],
  flags: FLAGS,
  args: [
    { spelling: '[who]', description: 'npub, nprofile, hex, name@domain, or an account (default: you)' },
  ],
  layout: 'rows',
  usage: '[who] [flags]',
  run,
});

async function run(context: Context, { args, flags }: Invocation<ListFlags>): Promise<void> {
  refuseRelays(args);
  const [word, another] = args;
  if (another !== undefined)
    throw new UsageError(`one person at a time: ${quote(another)}`, { code: 'bad_arguments' });
  const who = word === undefined ? undefined : personOf(word);
  await untilEnd(context.deadline, 'before every article was there', async end => {
    const needsKey = isOwn(who) || flags.auth || namesKey(flags);
    const key = needsKey ? await CommandKey.open(flags, context, false, end.signal) : undefined;
    try {
      const asking = { context, flags, signal: end.signal, key, line: 'nost article list npub1…' };
      const { value: author, hints } = await locateWhose(who, asking);
      const where = await whereBy(context, flags, { end, hints, key });
      const { drafts = false } = flags;
      const signer = drafts && (isOwn(who) || namesKey(flags)) ? await key?.signer() : undefined;
      const own = signer?.publicKey === author ? signer : undefined;
      await listArticles(context, { author, signer: own, drafts, flags, where, key });
    } finally {
      await key?.close();
    }
  });
}
