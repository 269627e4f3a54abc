// What to type instead of a command or a flag that does not exist: the habits that other programs teach, and typing
// slips. Only what exists is suggested, and nothing is run.
import { nearest } from '../protocol/nearest.ts';

/** Words of nak and other programs, and the command that does it here. */
const COMMANDS: Readonly<Record<string, string>> = {
  event: 'publish',
  post: 'publish',
  send: 'publish',
  query: 'req',
  subscribe: 'req',
  relay: 'relay-info',
  info: 'relay-info',
  nip11: 'relay-info',
  filter: 'match',
  negentropy: 'sync',
  copy: 'sync',
  backup: 'sync',
  restore: 'sync',
  upload: 'sync',
  download: 'sync',
  router: 'mirror',
  stream: 'mirror',
  replicate: 'mirror',
  compare: 'diff',
  generate: 'keygen',
  keys: 'key list',
  accounts: 'key list',
  login: 'key import',
  'key generate': 'keygen',
  'key gen': 'keygen',
  'key new': 'keygen',
  'key create': 'keygen',
  'key public': 'decode',
  'key ls': 'key list',
  'key add': 'key import',
  'key delete': 'key remove',
  'key rm': 'key remove',
  'key default': 'key use',
  'wallet connect': 'wallet add',
  'wallet import': 'wallet add',
  'wallet delete': 'wallet remove',
  'wallet rm': 'wallet remove',
  'wallet ls': 'wallet list',
  'wallet show': 'wallet list',
  wallets: 'wallet list',
  'wallet forget': 'wallet remove',
  'wallet pay': 'zap send',
  'wallet send': 'zap send',
  'zap pay': 'zap send',
  'zap show': 'zap list',
  'zap ls': 'zap list',
  'zap balance': 'wallet balance',
  pay: 'zap send',
  tip: 'zap send',
  zaps: 'zap list',
  balance: 'wallet balance',
  articles: 'article list',
  blog: 'article publish',
  longform: 'article publish',
  'article add': 'article publish',
  'article create': 'article publish',
  'article draft': 'article publish',
  'article edit': 'article publish',
  'article new': 'article publish',
  'article post': 'article publish',
  'article send': 'article publish',
  'article update': 'article publish',
  'article fetch': 'article show',
  'article get': 'article show',
  'article print': 'article show',
  'article read': 'article show',
  'article view': 'article show',
  'article drafts': 'article list',
  'article ls': 'article list',
  whois: 'profile',
  metadata: 'profile',
  inbox: 'outbox',
  follow: 'list follows add',
  unfollow: 'list follows remove',
  follows: 'list follows',
  contacts: 'list follows',
  mute: 'list mutes add',
  unmute: 'list mutes remove',
  mutes: 'list mutes',
  bookmark: 'list bookmarks add',
  bookmarks: 'list bookmarks',
  rm: 'delete',
  remove: 'delete',
  unpublish: 'delete',
  'gift wrap': 'wrap',
  'gift unwrap': 'unwrap',
  gift: 'wrap',
  'gift-wrap': 'wrap',
  dm: 'wrap',
  nip04: 'decrypt',
  nip44: 'encrypt',
  version: '--version',
  kind: 'help kind',
  kinds: 'help kinds',
  people: 'help people',
  topics: '--help',
};

/** Flags of nak, websocat and curl, and what does it here: the first of these that the command has. */
const FLAGS: Readonly<Record<string, string | readonly string[]>> = {
  '-a': '--author',
  '-c': '-m',
  '-p': ['--from', '--to'],
  '-r': '--relay',
  '-s': '--since',
  '-u': '--until',
  '--sec': '--sec-file',
  '--key': '--sec-file',
  '--nsec': '--sec-file',
  '--private-key': '--sec-file',
  '--message': '--content',
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

const ONE_WAY = 'One mirror goes one way, and a second one goes back: nost mirror B --to A';
const AS_SIDES = 'FROM and TO are given without flags, TO last: nost sync FROM TO; --both is for both ways.';

const PROFILE_FIELDS = 'name display_name display-name about picture banner website nip05 lud16 bot'.split(
  ' ',
);

const ADDING = 'What comes and goes is said by a word: nost list NAME add ITEM…, nost list NAME remove ITEM…';
/** Of an article. */
const HEAD = 'It stands above the text, between two lines ---: ';

const ZAP_WORDS = 'Both are words without a flag: nost zap send WHO AMOUNT';

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
    '--published-at': `${HEAD}published_at: 2026-11-29`,
  },
  'article show': { '--drafts': 'A draft is shown by: nost article show -d NAME --draft' },
  'article list': { '--draft': 'Drafts are listed, too, by: nost article list --drafts' },
  'zap send': { '--amount': ZAP_WORDS, '--to': ZAP_WORDS },
  diff: {
    '--both': 'Each side is compared with each other: nost diff A B C',
    '--to': 'Sides are given without flags: nost diff A B C',
    '--from': 'Sides are given without flags: nost diff A B C',
  },
};

/** What comes by stdin in a command that has none of these flags. */
const BY_STDIN: Readonly<Record<string, string>> = {
  encrypt: "The text is read from stdin: printf %s 'TEXT' | nost encrypt --to WHO",
  decrypt: "The payload is read from stdin: printf %s 'PAYLOAD' | nost decrypt --from WHO",
};

/** What to type where a command has no such flag, and does it without one. */
export function withoutFlag(flag: string, command: string): string | undefined {
  if (TEXT_FLAGS.includes(flag)) return lookUp(BY_STDIN, command);
  return lookUp(lookUp(WITHOUT_FLAG, command) ?? {}, flag);
}

/** The command that was meant by these words, or undefined; `names` are all there are. */
export function commandFor(words: readonly string[], names: readonly string[]): string | undefined {
  const [first = '', second] = words.map(word => word.toLowerCase());
  const isThere = (name: string | undefined) =>
    name !== undefined &&
    (name.startsWith('-') || [name, name.split(' ')[0]!].some(each => names.includes(each)));
  if (second === 'help' && names.some(name => name.startsWith(`${first} `))) return `help ${first}`;
  const meant = [`${first} ${second}`, first].map(words => lookUp(COMMANDS, words)).find(isThere);
  if (meant !== undefined) return meant;
  const family = names.filter(name => name.startsWith(`${first} `));
  if (second === undefined || family.length === 0) return nearest(first, firstWords(names));
  const guess = nearest(
    second,
    family.map(name => name.slice(first.length + 1)),
  );
  return guess === undefined ? undefined : `${first} ${guess}`;
}

/** A family of commands, `key`, is as good a guess as a command. */
function firstWords(names: readonly string[]): Set<string> {
  return new Set(names.map(name => name.split(' ')[0]!));
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

function lookUp<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

/** What is done with a code or a relay that stands in the place of a command. */
export function misplacedWord(word: string): string | undefined {
  if (/^(?:nostr:|https?:\/\/\S*)?n(?:pub|profile|ote|event|addr)1\w+$/i.test(word)) return `decode ${word}`;
  return /^wss?:\/\/\S+$/i.test(word) ? `req -l 10 ${word}` : undefined;
}
