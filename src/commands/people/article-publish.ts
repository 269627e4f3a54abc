// `nost article publish`: a Markdown file as an article, new or a new version (NIP-23), or as a draft of one (NIP-37).
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { EDIT_FLAGS, PLACE_FLAGS } from '../../flags/edit-flags.ts';
import { EVENT_FLAGS } from '../../flags/event-flags.ts';
import { type FlagsOf, flags, list, on, text } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS } from '../../flags/network-flags.ts';
import { verbatim } from '../../flags/values.ts';
import { publishArticle, publishDraft } from '../../run/articles/article-edit.ts';
import { readArticle } from '../../run/articles/markdown-file.ts';
import { untilEnd } from '../../run/command-end.ts';
import { whereBy } from '../../run/people/where.ts';
import { CommandKey } from '../../run/signing.ts';
import { command, type Invocation } from '../command.ts';

const { require, yes, dryRun } = EDIT_FLAGS;

const FLAGS = {
  ...flags('Article', {
    draft: on('--draft', 'publish a draft that only you can read (NIP-37)'),
    d: text('-d <identifier>', 'identifier (d tag), instead of that of the file'),
    ignore: list('--ignore <field>', 'leave this field of the front matter out (repeatable)', verbatim),
    allowNsec: EVENT_FLAGS.allowNsec,
  }),
  ...flags('Writing', {
    require,
    yes,
    dryRun,
    results: on('--results', 'print the answer of each relay, instead of the code of the article'),
  }),
  relay: PLACE_FLAGS.relay,
  auth: {
    ...PLACE_FLAGS.auth,
    description:
      'authenticate to the relays you named when they ask, and with --draft to your private relays (NIP-42)',
  },
  ...KEY_FLAGS,
  ...NETWORK_FLAGS,
};

type PublishFlags = FlagsOf<typeof FLAGS>;

export const articlePublish = command({
  examples: [
    { line: 'nost article publish rye.md --as me', about: 'shows what changes, and asks; prints the naddr' },
    { line: 'nost article publish rye.md --yes', about: 'from a script' },
    { line: 'nost article publish rye.md --draft', about: 'for nobody else yet' },
    {
      line: 'pandoc -t commonmark rye.docx | nost article publish - -d rye --yes',
      about: 'from another program, without front matter',
    },
  ],
  exits: ['refused', 'partial', 'auth', 'unreachable', 'signer', 'io', 'timeout'],
  flags: FLAGS,
  often: ['draft', 'd', 'ignore', 'require', 'yes', 'dryRun', 'relay', 'auth', 'as', 'secFile'],
  args: [
    {
      spelling: '<file>',
      description:
        'Markdown, or - for stdin; above it, between two lines ---: title, summary, image, tags, published_at, d',
    },
  ],
  usage: '<file> [flags]',
  run,
});

async function run(context: Context, { args, flags }: Invocation<PublishFlags>): Promise<void> {
  const [word, another] = args as [string, string?];
  if (another !== undefined)
    throw new UsageError('one file at a time, and relays are given with --relay', { code: 'bad_arguments' });
  await untilEnd(context.deadline, 'before the article was published', async end => {
    const key = await CommandKey.open(flags, context, word === '-', end.signal);
    try {
      const { d, ignore: ignored = [], draft: isDraft = false, allowNsec = false } = flags;
      const given = { signal: end.signal, d, ignored, isDraft, allowNsec };
      const article = await readArticle(context, word, given);
      const where = await whereBy(context, flags, { end, key });
      const publish = isDraft ? publishDraft : publishArticle;
      await publish(context, article, { flags: { ...flags, allowNsec }, where, key, end });
    } finally {
      await key.close();
    }
  });
}
