// What a deletion tells people: why nothing is deleted, what goes and where to, and the question.

import type { Context } from '../../context.ts';
import { Failure, UsageError } from '../../errors.ts';
import { kindClass } from '../../protocol/kind.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import { endingFailure, type RelayEnding } from '../../relay/link/outcome.ts';
import { askYes } from '../terminal/ask-yes.ts';
import type { Going, Gone, Planned, Refusal } from './plan.ts';
import { later } from './plan.ts';
import { shownKind, shownTarget } from './target.ts';

/** Nobody reads more before an answer; --dry-run prints all. */
const MOST_TOLD = 100;

const NOTHING = 'nothing was deleted';

/** Tells of each target that stands in the way. Throws `Failure` where there is one. */
export async function refuse(
  { log, room, keys }: Pick<Context, 'log' | 'room' | 'keys'>,
  refusals: readonly Refusal[],
  endings: readonly RelayEnding[],
): Promise<void> {
  const [first] = refusals;
  if (!first) return;
  if (refusals.length > 1)
    for (const { code, message } of refusals) {
      log.warn({ type: code, message });
      await room();
    }
  const foreign = refusals.filter(({ code }) => code === 'not_deletable').length;
  if (foreign > 0) {
    const message =
      refusals.length === 1 ? first.message : `${foreign} of these cannot be deleted by your key`;
    const hint = await accountHint(refusals, keys);
    throw new UsageError(`${message}: ${NOTHING}`, { code: 'not_deletable', hint });
  }
  const message = refusals.length === 1 ? first.message : `${refusals.length} events were not found`;
  throw new Failure('refused', `${message}${unsureOf(endings)}: ${NOTHING}`, {
    code: 'not_found',
    hint: 'Look elsewhere with --relay URL, for a gift wrap at your inbox. What no relay has is deleted by an naddr, or an nevent with author and kind.',
  });
}

/** The account whose key can delete all that this one cannot. */
async function accountHint(refusals: readonly Refusal[], keys: Context['keys']): Promise<string | undefined> {
  const foreign = refusals
    .filter(({ code }) => code === 'not_deletable')
    .map(({ deleters = [] }) => deleters);
  const { accountNameOf } = await import('../../signer/chosen.ts');
  for (const pubkey of foreign[0]!.slice(0, 2)) {
    const account = foreign.every(each => each.includes(pubkey))
      ? await accountNameOf(pubkey, keys)
      : undefined;
    if (account !== undefined) return `Its key: --as ${account}`;
  }
  return undefined;
}

function unsureOf(endings: readonly RelayEnding[]): string {
  const silent = endings.filter(ending => endingFailure(ending) !== undefined).length;
  return silent === 0 ? '' : ` (${silent} of ${endings.length} relays did not answer)`;
}

/** What needs no request any more. */
export function tellGone(
  { log }: Pick<Context, 'log'>,
  gone: readonly Gone[],
  endings: readonly RelayEnding[],
): void {
  for (const { target, request } of gone.slice(0, MOST_TOLD)) {
    const message = `${shownTarget(target)}, by the earlier request ${encodeEntity({ type: 'note', id: request.event.id })}`;
    log.note({ type: 'deleted', request: request.event.id, message });
  }
  tellMore(log, gone.length);
  if (gone.length === 0 || unsureOf(endings) === '') return;
  log.warn({ type: 'warning', message: `it may still be elsewhere${unsureOf(endings)}` });
}

/** What the user may not expect of a request. */
export function tellOdd({ log }: Pick<Context, 'log'>, planned: readonly Planned[]): void {
  const all = planned.flatMap(({ going, template }) =>
    going.map(each => ({ each, at: template.created_at })),
  );
  const unseen = all.filter(({ each }) => each.versions.length === 0);
  for (const { each } of unseen.slice(0, MOST_TOLD))
    log.warn({
      type: 'warning',
      message: `${shownTarget(each.target)}: no relay that answered has it; the request is made of what its code says`,
    });
  tellMore(log, unseen.length);
  const future = all.filter(({ each, at }) => later(each, at).length > 0);
  for (const { each } of future.slice(0, MOST_TOLD))
    log.warn({
      type: 'warning',
      message: `${shownTarget(each.target)}: a version is dated in the future, later than the request: relays that look at the address alone keep it`,
    });
  tellMore(log, future.length);
  tellLeft(log, planned);
}

/** Relays that hold something, and are not asked to delete it because the line names others. */
function tellLeft(log: Context['log'], planned: readonly Planned[]): void {
  const left = planned.flatMap(({ going, relays }) =>
    going.flatMap(({ target, relays: holders }) => {
      const elsewhere = holders.filter(relay => !relays.includes(relay));
      return elsewhere.length > 0 ? { target, elsewhere } : [];
    }),
  );
  for (const { target, elsewhere } of left.slice(0, MOST_TOLD))
    log.warn({
      type: 'warning',
      relays: elsewhere,
      message: `${shownTarget(target)}: it stays at ${elsewhere.join(' ')}, which --relay does not name`,
    });
  tellMore(log, left.length);
}

function tellMore(log: Context['log'], count: number): void {
  if (count > MOST_TOLD) log.note({ type: 'notice', message: `and ${count - MOST_TOLD} more` });
}

/** Shows what goes, and where to. */
export function tellPlan({ log }: Pick<Context, 'log'>, planned: readonly Planned[], reason: string): void {
  const going = planned.flatMap(each => each.going);
  for (const each of going.slice(0, MOST_TOLD)) log.note({ type: 'deletion', message: lineOf(each) });
  tellMore(log, going.length);
  if (reason !== '') log.note({ type: 'reason', message: reason });
  const relays = relaysOf(planned);
  const what = planned.length === 1 ? 'the request goes' : `${planned.length} requests go`;
  log.note({ type: 'route', relays, message: `${what} to ${relays.join(' ')}` });
  log.note({ type: 'notice', message: REQUEST });
}

const REQUEST =
  'This is a request (NIP-09): relays and readers may keep what they have, and the request itself stays public.';

/** `- note1… kind 1 (note) of 2023-11-14 22:13:20 "hello" at wss://a wss://b` */
function lineOf({ target, kind, versions, relays }: Going): string {
  const [newest] = versions;
  const isVersion = !target.address && ['replaceable', 'addressable'].includes(kindClass(kind!));
  const what = target.address ? '' : ` ${shownKind(kind!)}${isVersion ? ', this version alone,' : ''}`;
  const all = target.address ? ', all versions; the newest' : '';
  const seen = newest
    ? `${all} of ${dateOf(newest.created_at)} ${newest.excerpt} at ${relays.join(' ')}`
    : ', which no relay has';
  return `- ${shownTarget(target)}${what}${seen}`;
}

function dateOf(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? `${seconds}` : date.toISOString().slice(0, 19).replace('T', ' ');
}

export function relaysOf(planned: readonly Pick<Planned, 'relays'>[]): string[] {
  return [...new Set(planned.flatMap(({ relays }) => relays))];
}

/** Throws `UsageError` where the answer is not yes. */
export async function askWhether(context: Pick<Context, 'keys' | 'deadline'>, count: number): Promise<void> {
  const what = count === 1 ? 'this' : `these ${count}`;
  if (await askYes(context, `Ask relays to delete ${what}? [y/N] `)) return;
  throw new UsageError(`not confirmed: ${NOTHING}`, { code: 'not_confirmed' });
}
