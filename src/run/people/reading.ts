// Whether what relays answered is enough: to show it, or to write a new version over it.
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { worstKind } from '../../exit-codes.ts';
import { compareEvents, type Event } from '../../protocol/event.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import { endingFailure } from '../../relay/link/outcome.ts';
import { nothing } from '../query-run.ts';
import type { Edit, Editing } from './edit.ts';
import { answeredOf, findNewest, type Newest, newestAt, type Subject } from './newest.ts';
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

/** What helps where a newer version was written meanwhile. */
export const AGAIN = 'Run the same again: your change is merged into the newer one.';

/** A question waits for long: what was written meanwhile must not be lost. Throws `Failure`. */
export async function mustBeNewest(
  context: Context,
  edit: Edit,
  current: Event | undefined,
  editing: Pick<Editing, 'flags' | 'where'>,
): Promise<void> {
  const newest = await findNewest(context, edit.subject, editing.where, true);
  await checkAnswers(context, newest, edit.noun, editing);
  refuseNewer(newest.event, current, edit);
}

/** Milliseconds within which another client hardly writes between. */
const SOON = 5000;

/** Whether a relay took long to answer, or failed, which takes up to 15 s: what the others have may be another by now. */
export function tookLong({ endings }: Pick<Newest, 'endings'>): boolean {
  return endings.some(ending => endingFailure(ending) !== undefined || ending.ms > SOON);
}

/** Asks the relays that answered once more. Throws `Failure`. */
export async function mustStillBeNewest(
  context: Context,
  edit: Edit,
  newest: Newest,
  { where }: Pick<Editing, 'where'>,
): Promise<void> {
  const { event } = await newestAt(context, edit.subject, answeredOf(newest), where);
  refuseNewer(event, newest.event, edit);
}

function refuseNewer(
  event: Event | undefined,
  current: Event | undefined,
  { noun, again = AGAIN }: Pick<Edit, 'noun' | 'again'>,
): void {
  if (!event || (current && compareEvents(current, event) <= 0)) return;
  throw new Failure('refused', `a newer ${noun} was written meanwhile: nothing was written`, {
    code: 'refused',
    hint: again,
  });
}

/**
 * Those of the relays that have a newer version. Many answer "duplicate" with true where another client wrote in the same
 * second (NIP-01 retains the lower id): nobody had the event before, so they have to be asked.
 */
export async function newerThan(
  context: Context,
  subject: Subject,
  written: Event,
  relays: readonly string[],
  where: Where,
): Promise<readonly string[]> {
  const { event, holders } = await newestAt(context, subject, relays, where);
  return event && compareEvents(event, written) < 0 ? holders : [];
}
