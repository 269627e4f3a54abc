// Whether what relays answered is enough: to show it, or to write a new version over it.
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { worstKind } from '../../exit-codes.ts';
import type { Event } from '../../protocol/event.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import { endingFailure } from '../../relay/link/outcome.ts';
import { nothing } from '../query-run.ts';
import type { Edit, Editing } from './edit.ts';
import { answeredOf, findNewest, type Newest, type Subject } from './newest.ts';
import type { Where } from './where.ts';

/**
 * Throws `Failure` when no relay answered (as that failed), when fewer did than --require says, and when none of them has
 * a version and --create was not given.
 */
export async function checkReading(
  context: Context,
  newest: Newest,
  { subject, noun, removes }: Pick<Edit, 'subject' | 'noun' | 'removes'>,
  { flags, where }: Pick<Editing, 'flags' | 'where'>,
): Promise<void> {
  await checkAnswers(context, newest, noun, { flags, where });
  const { endings, event } = newest;
  if (event || flags.create) return;
  const npub = encodeEntity({ type: 'npub', pubkey: subject.author });
  throw new Failure('refused', `no relay of ${endings.length} has a ${noun} of ${npub}`, {
    code: 'not_found',
    hint: removes ? 'There is nothing to take out.' : '--create makes the first one.',
  });
}

/** Throws `Failure` when no relay answered (as that failed), and when fewer did than --require says. */
export async function checkAnswers(
  context: Context,
  newest: Pick<Newest, 'endings'>,
  noun: string,
  { flags, where }: Pick<Editing, 'flags' | 'where'>,
): Promise<void> {
  const { endings } = newest;
  const answered = answeredOf(newest).length;
  if (answered === 0) throw await unanswered(context, newest, where);
  const required = flags.require === undefined || flags.require === 'all' ? endings.length : flags.require;
  if (answered < required) {
    const message = `${answered} of ${endings.length} relays answered, ${required} were required: a newer ${noun} may be elsewhere, so nothing was written`;
    throw new Failure('partial', message, { code: 'partial', hint: whatNow(answered, newest, where) });
  }
}

/** A relay of the author's list that is gone for good would stop each change from now on. */
function whatNow(answered: number, { endings }: Pick<Newest, 'endings'>, where: Where): string {
  const over = `To write over what those have: --require ${answered}`;
  const named = [...where.own, ...where.hints];
  const silent = endings.find(
    ending => endingFailure(ending) === 'unreachable' && !named.includes(ending.relay),
  );
  if (!silent) return over;
  const url = /^[\w:/.[\]-]+$/.test(silent.relay) ? silent.relay : 'URL';
  const remove = `nost outbox --remove ${url} --require ${answered}${where.keyWords}`;
  return `${over}\nIf ${url === 'URL' ? 'a relay' : url} is gone for good, take it out of your list: ${remove}`;
}

/** The newest version. Throws `Failure`: as no relay answered, or when none of them has one; `ifNone` is the hint then. */
export async function findPublished(
  context: Context,
  subject: Subject,
  { noun, ifNone }: { noun: string; ifNone?: string | undefined },
  where: Where,
): Promise<Newest & { event: Event }> {
  const newest = await findNewest(context, subject, where);
  const { event } = newest;
  if (event) return { ...newest, event };
  where.end.check(`before the ${noun} was found`);
  if (answeredOf(newest).length === 0) throw await unanswered(context, newest, where);
  const npub = encodeEntity({ type: 'npub', pubkey: subject.author });
  throw new Failure('refused', `no relay that answered has a ${noun} of ${npub}`, {
    code: 'not_found',
    hint: ifNone,
  });
}

/** No relay answered to the end: as the worst of them failed. */
export function unanswered(
  context: Context,
  { endings }: Pick<Newest, 'endings'>,
  { flags, named, consented = named }: Pick<Where, 'flags' | 'named' | 'consented'>,
): Promise<Failure> {
  const failures = endings.map(endingFailure).filter(kind => kind !== undefined);
  return nothing(endings, worstKind(failures) ?? 'timeout', { ...flags, named: consented }, context);
}
