// What to type instead of a flag that a command does not have: what other programs teach, what belongs to another word of
// the line, and typing slips.
import { nearest } from '../protocol/nearest.ts';

/** Flags of nak, websocat and curl, and what does it here: the first of these that the command has. */
const FLAGS: Readonly<Record<string, string | readonly string[]>> = {
  '-a': '--author',
  '-c': ['-m', '--reason'],
  '-l': '--max-events',
  '-m': '--reason',
  '-p': ['--from', '--to'],
  '-r': '--relay',
  '-s': '--since',
  '-u': '--until',
  '--sec': '--sec-file',
  '--key': '--sec-file',
  '--nsec': '--sec-file',
  '--private-key': '--sec-file',
  '--message': ['--content', '--reason'],
  '--content': '--reason',
  '--text': '--content',
  '--limit': '--max-events',
  '--reply-to': '--reply',
  '--expiration': '--expires',
  '--ttl': '--expires',
  '--watch': '--stream',
  '--live': '--new',
  '--incoming': '--received',
  '--ts': '--created-at',
  '--paginate': '--all',
  '--bare': '--dry-run',
  '--follow': '--stream',
  '--fpa': '--auth',
  '--force-pre-auth': '--auth',
  '--max-time': '--timeout',
  '--max-messages': '--max-events',
  '--compressed': '--deflate',
  '-x': '--proxy',
  '--socks5': '--proxy',
  '--print-missing': '--ids',
  '--plugin': ['--exec', '--policy'],
  '-y': '--yes',
  '--force': '--yes',
  '--add': '--set-write',
  '--write': '--set-write',
  '--read': '--set-read',
  '--inbox': '--set-inbox',
  '--set-dm': '--set-inbox',
  '--unset-write': '--remove',
  '--remove-write': '--remove',
  '--unset-read': '--remove',
  '--remove-read': '--remove',
  '--unset-inbox': '--remove-inbox',
  '--identifier': '-d',
  '--slug': '-d',
  '--comment': '--content',
};

/** A text that other programs take on the line. */
const TEXT_FLAGS = ['-m', '--content', '--message', '--text'];

/** How commands that ask other relays, too, name one. */
const RELAY_FLAGS = ['-r', '--relay', '--relays'];

const ONE_WAY = 'One mirror goes one way, and a second one goes back: nost mirror B --to A';
const AS_SIDES = 'FROM and TO are given without flags, TO last: nost sync FROM TO; --both is for both ways.';

const PROFILE_FIELDS = 'name display_name display-name about picture banner website nip05 lud16 bot'.split(
  ' ',
);

const ADDING = 'What comes and goes is said by a word: nost list NAME add ITEM…, nost list NAME remove ITEM…';
/** Of an article. */
const HEAD = 'It stands above the text, between two lines ---: ';

const RECEIVERS = "Who gets it is a word without a flag: nost dm send WHO -m 'TEXT'";
const CONVERSATION = 'With whom is a word without a flag: nost dm read WHO';
const CODES = 'What goes is a word without a flag: nost delete nevent1… naddr1…';
const FOUND = 'What a query finds is deleted by: nost req … | nost delete -';
const AUTHOR = 'Whose is a word without a flag: nost article list WHO, nost article show WHO -d NAME';

const NAMED = 'The name is a word without a flag: nost wallet balance NAME';

const ZAP_WORDS = 'Both are words without a flag: nost zap send WHO AMOUNT';

/** The same answer for several flags. */
function each(flags: string, answer: string): Record<string, string> {
  return Object.fromEntries(flags.split(' ').map(flag => [flag, answer]));
}

const RELAYS = 'Relays are words without a flag, last on the line: wss://relay.example';
const TAKES_RELAYS = 'req publish count relay-info relay-ping relay-wait relay-check relay-test'.split(' ');

/** What is done without such a flag, by the command that does not have it. */
const WITHOUT_FLAG: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  sync: {
    '--dir': AS_SIDES,
    '--to': AS_SIDES,
    '-o': AS_SIDES,
    '--output': AS_SIDES,
  },
  mirror: {
    '--from': 'What is followed is given without a flag: nost mirror A B --to C',
    '--dir': ONE_WAY,
    '--both': ONE_WAY,
    '-o': 'Into a file: nost mirror A --to - >> events.jsonl',
    '--output': 'Into a file: nost mirror A --to - >> events.jsonl',
    '--limit-rate': 'sync has a rate, mirror has none: nost sync --limit-rate 50/s FROM TO',
    '--dry-run': 'What a target lacks is counted by: nost sync --dry-run FROM TO',
    '--prove': 'Whether all is there is told by: nost diff A B',
  },
  profile: Object.fromEntries(
    PROFILE_FIELDS.map(field => [
      `--${field}`,
      `A field is written by: nost profile WHO --set ${field.replace('-', '_')}=VALUE`,
    ]),
  ),
  list: {
    '--add': ADDING,
    '--remove': ADDING,
    '--petname': "A petname stands in the item: nost list follows add 'p=npub1…;;bob'",
  },
  'article publish': {
    '--create': 'A new article needs no --create: nost article publish FILE.md',
    '--file': 'The file is a word without a flag: nost article publish FILE.md',
    '--title': `${HEAD}title: …`,
    '--summary': `${HEAD}summary: …`,
    '--image': `${HEAD}image: …`,
    '--tag': `${HEAD}tags: [one, two]`,
    '-t': `${HEAD}tags: [one, two]`,
    '--tags': `${HEAD}tags: [one, two]`,
    ...each('--published-at --published_at --date', `${HEAD}published_at: 2026-11-29`),
  },
  'article show': {
    ...each('-a --author', AUTHOR),
    '--drafts': 'A draft is shown by: nost article show -d NAME --draft',
  },
  'article list': {
    ...each('-a --author', AUTHOR),
    '--draft': 'Drafts are listed, too, by: nost article list --drafts',
  },
  'dm send': {
    ...each('-p --to --cc --recipient --with', RECEIVERS),
    ...each('-k --kind', "It is a text. What is of another kind: nost wrap -k KIND -m 'TEXT' --to WHO"),
    '--file': 'Its text: nost dm send WHO --content-file FILE',
    '-e': 'What is answered: nost dm send WHO --reply ID',
    ...each('-y --yes', 'Nothing is asked here: leave it out.'),
  },
  'dm read': {
    ...each('-a --author -p --to --with --conversation', CONVERSATION),
    '--from': `${CONVERSATION}; --received leaves out what you wrote`,
    '--unread': 'Relays do not know what you have read. --since 1d is a time, --new what comes from now on.',
    '--all': 'All are read without a flag; -n has the newest alone.',
    '--format': "One line each: nost dm read | jq -r '[.pubkey, .content] | @tsv'",
  },
  delete: {
    ...each(
      '-d --identifier',
      "An article goes by its code: nost article list | jq -r '[.d, .naddr] | @tsv'",
    ),
    ...each('-e -i --id --event --address --naddr', CODES),
    ...each('-a --author --all -k --kind -t --tag --since --until -l --limit', FOUND),
  },
  'wallet add': each('--name --wallet', NAMED),
  'wallet balance': each('--name --wallet', NAMED),
  'wallet remove': each('--name --wallet', NAMED),
  'zap send': { '--amount': ZAP_WORDS, '--to': ZAP_WORDS },
  diff: {
    '--both': 'Each side is compared with each other: nost diff A B C',
    '--to': 'Sides are given without flags: nost diff A B C',
    '--from': 'Sides are given without flags: nost diff A B C',
  },
};

/** What comes by stdin in a command that has none of these flags. */
const BY_STDIN: Readonly<Record<string, string>> = {
  'article publish': 'The text is a file, or stdin: nost article publish - -d NAME',
  encrypt: "The text is read from stdin: printf %s 'TEXT' | nost encrypt --to WHO",
  decrypt: "The payload is read from stdin: printf %s 'PAYLOAD' | nost decrypt --from WHO",
};

/** What to type where a command has no such flag, and does it without one. */
export function withoutFlag(flag: string, command: string): string | undefined {
  if (TEXT_FLAGS.includes(flag)) return lookUp(BY_STDIN, command);
  if (RELAY_FLAGS.includes(flag) && TAKES_RELAYS.includes(command)) return RELAYS;
  return lookUp(lookUp(WITHOUT_FLAG, command) ?? {}, flag);
}

/** The flag that was meant, or undefined; `names` are those of the command. */
export function flagFor(flag: string, names: readonly string[]): string | undefined {
  const meant = [lookUp(FLAGS, flag) ?? []].flat().find(name => names.includes(name));
  if (meant !== undefined) return meant;
  return flag.startsWith('--') ? nearest(flag.slice(2), longNames(names))?.replace(/^/, '--') : undefined;
}

function longNames(names: readonly string[]): string[] {
  return names.flatMap(name => (name.startsWith('--') ? [name.slice(2)] : []));
}

/** What a table of words has. */
export function lookUp<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
