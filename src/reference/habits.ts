// What to type instead of a command that does not exist: the habits that other programs teach, and typing slips. Only what
// exists is suggested, and nothing is run.
import { nearest } from '../protocol/nearest.ts';
import { lookUp } from './flag-habits.ts';

/** Words of nak and other programs, and the command that does it here. */
const COMMANDS: Readonly<Record<string, string>> = {
  event: 'publish',
  post: 'publish',
  note: 'publish',
  reply: 'publish -e ID',
  react: 'publish -k reaction -e ID',
  like: 'publish -k reaction -e ID',
  repost: 'publish -k repost -e ID',
  notes: 'req -k note',
  feed: 'req -k note',
  timeline: 'req -k note',
  search: 'req --search TEXT',
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
  whoami: 'key list',
  me: 'key list',
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
  'wallet show': 'wallet balance',
  'wallet list': 'wallet balance',
  'wallet ls': 'wallet balance',
  'wallet forget': 'wallet remove',
  'wallet pay': 'zap send',
  'wallet send': 'zap send',
  'zap pay': 'zap send',
  'zap show': 'zap list',
  'zap ls': 'zap list',
  'zap history': 'zap list',
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
  'article delete': 'delete naddr1…',
  'article remove': 'delete naddr1…',
  'article rm': 'delete naddr1…',
  'article unpublish': 'delete naddr1…',
  'article drafts': 'article list',
  'article ls': 'article list',
  whois: 'profile',
  metadata: 'profile',
  inbox: 'outbox',
  relays: 'outbox',
  followers: 'req -k follows -p WHO',
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
  del: 'delete',
  erase: 'delete',
  retract: 'delete',
  unpublish: 'delete',
  'gift wrap': 'wrap',
  'gift unwrap': 'unwrap',
  gift: 'wrap',
  'gift-wrap': 'wrap',
  message: 'dm send',
  msg: 'dm send',
  chat: 'dm send',
  messages: 'dm read',
  dms: 'dm read',
  read: 'dm read',
  'dm answer': 'dm send WHO --reply ID',
  'dm message': 'dm send',
  'dm new': 'dm send',
  'dm post': 'dm send',
  'dm reply': 'dm send WHO --reply ID',
  'dm write': 'dm send',
  'dm fetch': 'dm read',
  'dm get': 'dm read',
  'dm inbox': 'dm read',
  'dm list': 'dm read',
  'dm ls': 'dm read',
  'dm show': 'dm read',
  'dm stream': 'dm read',
  'dm view': 'dm read',
  'dm delete': 'delete',
  'dm remove': 'delete',
  'dm rm': 'delete',
  nip04: 'decrypt',
  nip44: 'encrypt',
  version: '--version',
  kind: 'help kind',
  kinds: 'help kinds',
  people: 'help people',
  topics: '--help',
};

/** The command that was meant by these words, or undefined; `names` are all there are. */
export function commandFor(words: readonly string[], names: readonly string[]): string | undefined {
  const [first = '', second] = words.map(word => word.toLowerCase());
  const isThere = (name: string | undefined) =>
    name !== undefined && (name.startsWith('-') || names.some(each => `${name} `.startsWith(`${each} `)));
  if (second === 'help' && names.some(name => name.startsWith(`${first} `))) return `help ${first}`;
  const meant = [`${first} ${second}`, first].map(words => lookUp(COMMANDS, words)).find(isThere);
  if (meant !== undefined) return meant;
  const family = names.filter(name => name.startsWith(`${first} `));
  if (second === undefined || family.length === 0) return nearest(first, firstWords(names));
  const guess = nearest(
    second,
    family.map(name => name.slice(first.length + 1)),
  );
  return guess === undefined ? inFamily(first, words.slice(1)) : `${first} ${guess}`;
}

/** What is done with words that begin no command of a family, where that is plain: `nost zap npub1… 21`. */
function inFamily(first: string, [second = '', third]: readonly string[]): string | undefined {
  if (first === 'zap') return third !== undefined && /^\d/.test(third) ? 'zap send WHO AMOUNT' : undefined;
  if (first === 'dm') return third === undefined ? undefined : "dm send WHO -m 'TEXT'";
  if (first !== 'article') return undefined;
  if (/\.(?:md|markdown|txt)$/i.test(second)) return 'article publish FILE.md';
  return misplacedWord(second)?.startsWith('decode ') ? 'article show CODE' : undefined;
}

/** A family of commands, `key`, is as good a guess as a command. */
function firstWords(names: readonly string[]): Set<string> {
  return new Set(names.map(name => name.split(' ')[0]!));
}

/** What is done with a code or a relay that stands in the place of a command. */
export function misplacedWord(word: string): string | undefined {
  if (/^(?:nostr:|https?:\/\/\S*)?n(?:pub|profile|ote|event|addr)1\w+$/i.test(word)) return `decode ${word}`;
  return /^wss?:\/\/\S+$/i.test(word) ? `req -l 10 ${word}` : undefined;
}
