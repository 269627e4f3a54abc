// `nost article show`: an article as the Markdown file that publishes it.
import type { Context } from '../../context.ts';
import { READING_PLACE_FLAGS } from '../../flags/edit-flags.ts';
import { type FlagsOf, flags, on, text } from '../../flags/flag.ts';
import { KEY_FLAGS } from '../../flags/key-flags.ts';
import { NETWORK_FLAGS } from '../../flags/network-flags.ts';
import { meaningOf } from '../../flags/people.ts';
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
  ...READING_PLACE_FLAGS,
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
      spelling: '[who]',
      description:
        'naddr, nevent, note; or with -d npub, nprofile, hex, name@domain, an account (default: you)',
    },
  ],
  usage: '[code | who] [flags]',
  run,
});

const CODE = { name: 'CODE', hint: 'By its code: naddr1…. By its author: nost article show WHO -d NAME.' };

async function run(context: Context, { args, flags }: Invocation<ShowFlags>): Promise<void> {
  refuseRelays(args);
  const [code] = args;
  const word = code === undefined ? undefined : meaningOf(code, parsePersonOrEvent, CODE);
  await untilEnd(context.deadline, 'before the article was found', async end => {
    let key: Promise<CommandKey> | undefined;
    const openKey = () => {
      key ??= CommandKey.open(flags, context, false, end.signal);
      return key;
    };
    try {
      await showArticle(context, word, {
        flags,
        openKey,
        end,
        whichHint: whichHint(code, flags.draft ? ' --draft' : ''),
      });
    } catch (error) {
      if (!context.signal.aborted) throw error;
    } finally {
      await (await key?.catch(() => undefined))?.close();
    }
  });
}

/** A word that needs no quotes in a shell. */
const PLAIN = /^[\w.@:+-]+$/;

/** A word alone may have been meant as the identifier, or as the name of the file. */
function whichHint(word: string | undefined, draft: string): string {
  const lists = draft && ' --drafts';
  if (word === undefined || !PLAIN.test(word))
    return `nost article list${lists} | jq -r .d prints the identifiers of yours.`;
  const own = `One of yours: nost article show -d ${word.replace(/\.md$/i, '')}${draft}`;
  if (/\.md$/i.test(word)) return own;
  if (/^[0-9a-f]{64}$/i.test(word))
    return 'Hex stands for a person. An article by its id is given as note1…: nost encode note ID';
  const theirs = `nost article list ${word}${lists} | jq -r .d prints their identifiers.`;
  const isPerson = /^(?:nostr:)?n(?:pub|profile)1|@/i.test(word);
  return isPerson ? theirs : `${own}\n${theirs}`;
}
