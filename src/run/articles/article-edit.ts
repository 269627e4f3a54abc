// Publishes an article, or a draft of one: a merge for `editNewest`. The file says what the head and the text are; what
// else the version has that is replaced stays, and the time of the first publication does.
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import type { Event, EventTemplate, Tag } from '../../protocol/event.ts';
import { ARTICLE, type Article, articleOf, articleTags } from '../../protocol/nip23.ts';
import { DRAFT, draftContent, draftTags } from '../../protocol/nip37.ts';
import { quote } from '../../protocol/quote.ts';
import { isoTime } from '../../protocol/time.ts';
import type { Signer } from '../../signer/signer.ts';
import { completeEvent, flagsFault } from '../events/draft.ts';
import { isUnchanged, tagChanges, textChanges, type Version } from '../people/changes.ts';
import type { Editing } from '../people/edit.ts';
import { editNewest } from '../people/edit-run.ts';
import { extendedWarning } from '../private/extended-warning.ts';
import { naddrOf } from './article-code.ts';
import { openDraft, whereDraftsAre } from './drafts.ts';

/** Prints the code of the article. Throws as `editNewest` does. */
export async function publishArticle(context: Context, article: Article, editing: Editing): Promise<void> {
  const signer = await editing.key.signer();
  const { publicKey: author } = signer;
  const { d } = article;
  mustBeSignable(context, article, signer, editing.flags.allowNsec);
  const noun = `long-form article ${quote(d)}`;
  let before: Event | undefined;
  await editNewest(
    context,
    {
      subject: { author, kind: ARTICLE, d },
      noun,
      merge: current => {
        before = current;
        const after = { tags: tagsOf(current, article, context.now()), content: article.text };
        tellGone(context, current, after);
        if (!current) tellUntitled(context, article);
        tellOdd(context, article);
        return after;
      },
      changes: (was, is) => changesOf(before && was, is),
      again: lookFirst({ kind: ARTICLE, pubkey: author, tags: [['d', d]] }),
      line: naddrOf,
    },
    { ...editing, flags: { ...editing.flags, create: true } },
  );
}

/** The same for a draft. Throws `Failure` where there is one that cannot be read: it is not written over. */
export async function publishDraft(context: Context, article: Article, editing: Editing): Promise<void> {
  const { flags, key } = editing;
  const signer = await key.signer();
  mustBeSignable(context, article, signer, flags.allowNsec);
  const where = await whereDraftsAre(context, editing.where, signer, flags);
  if (context.signal.aborted) return;
  const { d } = article;
  let [before, after]: [Version | undefined, Version] = [undefined, { tags: [], content: '' }];
  await editNewest(
    context,
    {
      subject: { author: signer.publicKey, kind: DRAFT, d },
      noun: `draft ${quote(d)}`,
      merge: async current => {
        const { template, fault } = current ? await openDraft(current, signer) : { template: undefined };
        if (fault !== undefined) throw unreadable(d, fault);
        before = template;
        after = { tags: articleTags(template?.tags, article), content: article.text };
        tellGone(context, template, after);
        const unsigned = unsignedOf(context, after, signer, flags.allowNsec);
        const tags = draftTags(current?.tags, { d, kind: ARTICLE });
        if (current && template && isUnchanged(template, after)) return { tags, content: current.content };
        const content = await signer.nip44Encrypt(signer.publicKey, draftContent(unsigned));
        extendedWarning(context, 'a draft')(content);
        return { tags, content };
      },
      changes: () => changesOf(before, after),
      again: lookFirst({ kind: DRAFT, pubkey: signer.publicKey, tags: [['d', d]] }),
      line: naddrOf,
    },
    { ...editing, where, flags: { ...flags, create: true } },
  );
}

/** A text is not merged: the file takes the place of what another client wrote. */
function lookFirst(address: Pick<Event, 'kind' | 'pubkey' | 'tags'>): string {
  return `See what it says: nost article show ${naddrOf(address, [])}\nThe same again puts your file in its place.`;
}

/** What a draft holds. Throws `UsageError` for what must not be signed: it is to be published some day. */
function unsignedOf(
  { now, log }: Context,
  { tags, content }: Version,
  signer: Signer,
  allowNsec: boolean | undefined,
): EventTemplate & { pubkey: string } {
  const warn = (message: string) => log.warn({ type: 'warning', message });
  const options = { now: () => Math.floor(now() / 1000), warn, allowNsec };
  try {
    return completeEvent({ kind: ARTICLE, tags: [...tags], content }, signer, options, {});
  } catch (error) {
    throw flagsFault(error);
  }
}

/** Throws `UsageError` for what must not be signed, before a relay is asked: the identifier alone may be a secret. */
function mustBeSignable(
  { now }: Context,
  article: Article,
  signer: Signer,
  allowNsec: boolean | undefined,
): void {
  const content = article.text;
  const options = { now: () => Math.floor(now() / 1000), allowNsec };
  try {
    completeEvent({ kind: ARTICLE, tags: articleTags(undefined, article), content }, signer, options, {});
  } catch (error) {
    throw flagsFault(error);
  }
}

/**
 * With the time of the first publication: that of the file, else the one that is there. Where none is there it is the
 * present; of what was published without one, the time of the version that is replaced, if another takes its place.
 */
function tagsOf(current: Event | undefined, article: Article, now: number): Tag[] {
  const tags = articleTags(current?.tags, article);
  if (tags.some(([name, value]) => name === 'published_at' && value !== undefined)) return tags;
  if (current && isUnchanged(current, { tags, content: article.text })) return tags;
  const present = Math.floor(now / 1000);
  const publishedAt = Math.min(current?.created_at ?? present, present);
  return articleTags(current?.tags, { ...article, publishedAt });
}

/** Readers list articles by their titles; a heading in the text is none. */
function tellUntitled({ log }: Context, { title }: Article): void {
  if (title !== undefined) return;
  const message = 'the article has no title: write title: TITLE in its front matter';
  log.note({ type: 'item', message });
}

/** Seconds that clocks differ, and a day that begins earlier elsewhere. */
const AHEAD = 24 * 60 * 60;

/** What is published as it is written, and readers can do nothing with. */
function tellOdd({ log, now }: Context, { image = '', publishedAt = 0 }: Article): void {
  const warn = (message: string) => log.warn({ type: 'warning', message });
  if (image !== '' && !URL.canParse(image)) warn(`image is a URL, not ${quote(image)}`);
  if (publishedAt > now() / 1000 + AHEAD) warn(`published_at is in the future: ${isoTime(publishedAt)}`);
}

/** What the version before has, and the file does not: a script sees no changes. */
function tellGone({ log }: Context, was: Version | undefined, is: Version): void {
  if (!was || log.isTerminal) return;
  const [before, after] = [articleOf(was), articleOf(is)];
  const gone: string[] = [];
  for (const name of ['title', 'summary', 'image'] as const)
    if (before[name] !== undefined && after[name] === undefined) gone.push(`${name} ${quote(before[name])}`);
  const topics = before.topics.filter(topic => !after.topics.includes(topic));
  if (topics.length > 0)
    gone.push(
      `tags ${topics
        .slice(0, MOST_TOLD)
        .map(topic => quote(topic))
        .join(', ')}${topics.length > MOST_TOLD ? ` and ${topics.length - MOST_TOLD} more` : ''}`,
    );
  for (const what of gone) log.note({ type: 'item', message: `no longer there: ${what}` });
}

const MOST_TOLD = 10;

function changesOf(before: Version | undefined, after: Version): string[] {
  const { tags, content } = before ?? { tags: [], content: '' };
  const isNew = before ? [] : ['there is none of this identifier yet'];
  return [...isNew, ...tagChanges(tags, after.tags), ...textChanges(content, after.content)];
}

function unreadable(d: string, fault: string): Failure {
  return new Failure('refused', `the draft ${quote(d)} cannot be read: ${fault}`, {
    code: 'not_decrypted',
    hint: 'Nothing was written over it. Another identifier makes another draft: -d NAME',
  });
}
