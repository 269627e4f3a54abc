// Prints an article as the Markdown file that publishes it: front matter, and its text byte for byte. A draft is found
// among those that only their author can read, and among the old ones that everybody can.
import type { Context } from '../../context.ts';
import { Failure, SignerError, UsageError } from '../../errors.ts';
import type { Person } from '../../flags/people.ts';
import { type Event, type EventTemplate, tagValue } from '../../protocol/event.ts';
import { kindInfo, parseAddress } from '../../protocol/kind.ts';
import { ARTICLE, articleOf, formatMarkdown, OLD_DRAFT } from '../../protocol/nip23.ts';
import { DRAFT } from '../../protocol/nip37.ts';
import { quote } from '../../protocol/quote.ts';
import type { Signer } from '../../signer/signer.ts';
import type { CommandEnd } from '../command-end.ts';
import type { PersonOrEvent, Wanted } from '../lookup/wanted.ts';
import type { EditRunFlags } from '../people/edit.ts';
import { answeredOf, findNewest, type Newest } from '../people/newest.ts';
import { findPublished, unanswered } from '../people/reading.ts';
import { type Where, whereBy } from '../people/where.ts';
import { locateWhose } from '../people/whose.ts';
import type { CommandKey } from '../signing.ts';
import { ZapSearch } from '../zaps/search.ts';
import { isTakenBack, openDraft, whereDraftsAre } from './drafts.ts';

export interface ShowFlags extends EditRunFlags {
  d?: string | undefined;
  draft?: boolean | undefined;
}

/** Finds the key, once: to read what everybody may read takes none. The caller closes it. */
type OpenKey = () => Promise<CommandKey>;

interface Parts {
  flags: ShowFlags;
  openKey: OpenKey;
  end: CommandEnd;
  /** What helps where it is not said which article. */
  whichHint?: string | undefined;
}

/** What is to be shown: the newest of these addresses. */
interface Place {
  author: string;
  d: string;
  kinds: readonly number[];
}

const DRAFTS = [DRAFT, OLD_DRAFT];
const KINDS = [ARTICLE, ...DRAFTS];

/** `word` undefined: one's own. Throws `UsageError`, and `Failure` where there is none or it cannot be read. */
export async function showArticle(
  context: Context,
  word: PersonOrEvent | undefined,
  parts: Parts,
): Promise<void> {
  if (word && 'wanted' in word) await showByCode(context, word.wanted, parts);
  else await showByName(context, word?.person, parts);
}

async function showByCode(
  context: Context,
  wanted: Wanted,
  { flags: { d, draft, ...flags }, openKey, end }: Parts,
): Promise<void> {
  const { kind, pubkey, identifier } = parseAddress(wanted.key) ?? {};
  if (kind !== undefined) mustBeArticle(kind);
  if (d !== undefined) throw new UsageError('the code says which: leave out -d', { code: 'bad_arguments' });
  const key = flags.auth ? await openKey() : undefined;
  const where = await whereBy(context, flags, { end, hints: wanted.hints, key });
  if (kind !== undefined) {
    const kinds = draft && kind === ARTICLE ? DRAFTS : [kind];
    return showNewest(context, { author: pubkey!, d: identifier!, kinds }, where, openKey);
  }
  const event = await new ZapSearch(context, where).event(wanted);
  mustBeArticle(event.kind);
  await print(context, event, await opened(event, openKey), where);
}

async function showByName(
  context: Context,
  who: Person | undefined,
  { flags: { d, draft = false, ...flags }, openKey, end, whichHint }: Parts,
): Promise<void> {
  if (d === undefined)
    throw new UsageError('which article? Say it with -d NAME, or by its code', {
      code: 'bad_arguments',
      hint: whichHint,
    });
  const key = flags.auth || who === undefined ? await openKey() : undefined;
  const line = 'nost article show npub1… -d NAME';
  const { value: author, hints } = await locateWhose(who, { context, flags, signal: end.signal, key, line });
  const where = await whereBy(context, flags, { end, hints, key });
  await showNewest(context, { author, d, kinds: draft ? DRAFTS : [ARTICLE] }, where, openKey);
}

const IDENTIFIERS = 'Their identifiers: nost article list WHO | jq -r .d';

function mustBeArticle(kind: number): void {
  if (KINDS.includes(kind)) return;
  const name = kindInfo(kind)?.name;
  throw new UsageError(`it is of kind ${kind}${name === undefined ? '' : ` (${name})`}, no article`, {
    code: 'bad_code',
    hint: 'nost fetch prints events of any kind.',
  });
}

async function showNewest(context: Context, place: Place, where: Where, openKey: OpenKey): Promise<void> {
  const { author, d, kinds } = place;
  if (!kinds.includes(ARTICLE)) return showDraft(context, place, where, openKey);
  const noun = `long-form article ${quote(d)}`;
  const newest = await findPublished(
    context,
    { author, kind: ARTICLE, d },
    { noun, ifNone: IDENTIFIERS },
    where,
  );
  if (context.signal.aborted) return;
  await print(context, newest.event, newest.event, where);
  if (answeredOf(newest).length === 0) throw await unanswered(context, newest, where);
}

/** Drafts that only their author can read are looked for with the author's key, the old ones by everybody; the newest counts. */
async function showDraft(
  context: Context,
  { author, d, kinds }: Place,
  where: Where,
  openKey: OpenKey,
): Promise<void> {
  const signer = kinds.includes(DRAFT) ? await ownSigner(author, openKey) : undefined;
  const readable = signer ? kinds : kinds.filter(kind => kind !== DRAFT);
  if (readable.length === 0) throw unreadable();
  const place = signer ? await whereDraftsAre(context, where, signer) : where;
  const found: Newest[] = [];
  for (const kind of readable)
    found.push(await findNewest(context, { author, kind, d }, place, found.length > 0));
  if (context.signal.aborted) return;
  where.end.check('before the draft was found');
  const [newest] = found
    .flatMap(({ event }) => (event && !isTakenBack(event) ? [event] : []))
    .sort((a, b) => b.created_at - a.created_at);
  if (newest) await print(context, newest, await opened(newest, openKey), place);
  const endings = found.flatMap(each => each.endings);
  if (answeredOf({ endings }).length === 0) throw await unanswered(context, { endings }, place);
  if (newest) return;
  throw new Failure('refused', `no relay that answered has a draft ${quote(d)}`, {
    code: 'not_found',
    hint: signer ? undefined : `${ONLY_AUTHOR}${await accountLine(author, context)}`,
  });
}

const ONLY_AUTHOR =
  'Only their author can read drafts, with the key; the old ones (30024) can be read by all.';

/** The account that has the key of the author, as a line of its own. */
async function accountLine(author: string, { keys }: Context): Promise<string> {
  const { accountNameOf } = await import('../../signer/chosen.ts');
  const account = await accountNameOf(author, keys);
  return account === undefined ? '' : `\nIts key: --as ${account}`;
}

/** The key of the author; undefined where there is none, or that of somebody else. */
async function ownSigner(author: string, openKey: OpenKey): Promise<Signer | undefined> {
  const key = await openKey();
  try {
    return (await key.publicKey()) === author ? await key.signer() : undefined;
  } catch (error) {
    if (error instanceof SignerError && error.code === 'no_key') return undefined;
    throw error;
  }
}

/** The article in an event that may be a draft of one. */
async function opened(event: Event, openKey: OpenKey): Promise<EventTemplate> {
  if (event.kind !== DRAFT) return event;
  const signer = await ownSigner(event.pubkey, openKey);
  if (!signer) throw unreadable();
  const { template, fault } = await openDraft(event, signer);
  if (template) return template;
  const why = fault === undefined ? 'was taken back' : `cannot be read: ${fault}`;
  throw new Failure('refused', `the draft ${why}`, { code: 'not_decrypted' });
}

function unreadable(): Failure {
  return new Failure('refused', 'only its author can read a draft', {
    code: 'not_decrypted',
    hint: 'Name the key of its author: --as ACCOUNT or --sec-file FILE.',
  });
}

/** `inner` is what a draft holds. */
async function print(context: Context, event: Event, inner: EventTemplate, { end }: Where): Promise<void> {
  const { stdout, log } = context;
  const article = articleOf(inner);
  const file = formatMarkdown(article);
  const isCut = stdout.isTerminal && !file.endsWith('\n'); // the prompt would follow the text on its line
  await stdout.text([Buffer.from(isCut ? `${file}\n` : file)]);
  (await end.flush(stdout))();
  const d = tagValue(event, 'd') ?? '';
  if (article.d !== d) {
    const message = `the draft is ${quote(d)}, its article ${quote(article.d)}: with -d, the file is published as that draft again`;
    log.note({ type: 'item', message });
  }
  const published = tagValue(inner, 'published_at');
  if (published === undefined || article.publishedAt !== undefined) return;
  const message = `published_at is ${quote(published)}, no time: the front matter is without it, and an edit keeps it`;
  log.warn({ type: 'warning', message });
}
