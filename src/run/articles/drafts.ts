// Drafts of articles (NIP-37): encrypted by their author for himself, and kept where his list of private relays says. What
// cannot be read is a reason, not an error.
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { type Event, type EventTemplate, tagValue } from '../../protocol/event.ts';
import { ARTICLE } from '../../protocol/nip23.ts';
import { DRAFT, InvalidDraftContent, PRIVATE_RELAYS, parseDraftContent } from '../../protocol/nip37.ts';
import { InvalidPayload } from '../../protocol/nip44.ts';
import { listInfo } from '../../protocol/nip51.ts';
import { relayUrlsIn } from '../../protocol/relay-url.ts';
import type { Signer } from '../../signer/signer.ts';
import { AskableRelays } from '../lookup/askable-relays.ts';
import { MOST_OF_AUTHOR } from '../lookup/outbox-routes.ts';
import type { EditRunFlags } from '../people/edit.ts';
import { findNewest } from '../people/newest.ts';
import { openList } from '../people/private-items.ts';
import { checkReading } from '../people/reading.ts';
import type { Where } from '../people/where.ts';

export interface OpenedDraft {
  /** The event in it; undefined where there is none, for the draft was taken back, or cannot be read. */
  template: EventTemplate | undefined;
  /** Why it cannot be read. */
  fault?: string;
  /** Whether it is readable, and of another kind. */
  isOther?: boolean;
}

/** "A blanked .content field signals that the draft has been deleted." The old ones may be without a text. */
export function isTakenBack({ kind, content }: Pick<Event, 'kind' | 'content'>): boolean {
  return kind === DRAFT && content === '';
}

/** What is in a draft. An article that has no identifier yet has that of its draft. */
export async function openDraft(
  draft: Pick<Event, 'kind' | 'tags' | 'content'>,
  signer: Signer,
): Promise<OpenedDraft> {
  if (isTakenBack(draft)) return { template: undefined };
  try {
    const template = parseDraftContent(await signer.nip44Decrypt(signer.publicKey, draft.content));
    if (template.kind === ARTICLE) return { template: named(template, tagValue(draft, 'd') ?? '') };
    return { template: undefined, fault: `it is of kind ${template.kind}`, isOther: true };
  } catch (error) {
    if (error instanceof InvalidPayload || error instanceof InvalidDraftContent)
      return { template: undefined, fault: error.message };
    throw error;
  }
}

function named(template: EventTemplate, d: string): EventTemplate {
  if (d === '' || template.tags.some(([name]) => name === 'd')) return template;
  return { ...template, tags: [['d', d], ...template.tags] };
}

/**
 * Where one's own drafts are: at the relays that the line names, else at those of one's list of private relays, else where
 * one writes. With `edit` the list must have been read as everything must that is written upon, and all of it be readable;
 * throws `Failure` then.
 */
export async function whereDraftsAre(
  context: Context,
  where: Where,
  signer: Signer,
  edit?: EditRunFlags,
): Promise<Where> {
  if (where.isNamed) return where;
  const subject = { author: signer.publicKey, kind: PRIVATE_RELAYS };
  const newest = await findNewest(context, subject, where, edit === undefined);
  where.end.check('before the list of private relays was found');
  if (context.signal.aborted) return where;
  if (edit) {
    const { length } = newest.endings; // it may be asked of fewer than the draft is
    const require = typeof edit.require === 'number' ? Math.min(edit.require, length) : edit.require;
    const noun = 'list of private relays';
    await checkReading(
      context,
      newest,
      { subject, noun },
      { where, flags: { ...edit, require, create: true } },
    );
  }
  if (!newest.event) return where;
  const { open, hidden, fault } = await openList(listInfo(PRIVATE_RELAYS)!, newest.event, signer);
  if (fault !== undefined) {
    if (edit) throw unusable(`cannot be read: ${fault}`, where);
    context.log.warn({ type: 'warning', message: `the list of private relays cannot be read: ${fault}` });
  }
  const urls = [...open, ...(hidden ?? [])].filter(([name]) => name === 'relay').map(([, url = '']) => url);
  if (urls.length === 0) return where;
  const askable = new AskableRelays(where);
  const relays = askable.of(relayUrlsIn(urls)).slice(0, MOST_OF_AUTHOR);
  askable.tell(entry => context.log.detail(entry));
  if (relays.length === 0) {
    if (edit) throw unusable('names no relay that can be used', where);
    return where;
  }
  const advice = where.flags.auth ? '' : ' (where they want to know who asks: --auth)';
  const message = `drafts are at your private relays: ${relays.join(' ')}${advice}`;
  context.log.note({ type: 'asked', relays, message });
  const consented = new Set([...where.named, ...relays]); // with --auth: the list is one's own
  return { ...where, own: relays, hints: [...where.hints, ...where.own], isNamed: true, consented };
}

/** What is for nobody else goes to no other relay than the list says. */
function unusable(why: string, { keyWords }: Where): Failure {
  return new Failure('refused', `your list of private relays ${why}; nothing was written`, {
    code: 'not_decrypted',
    hint: `See it: nost list private-relays${keyWords}. Or say where the draft goes: --relay URL`,
  });
}
