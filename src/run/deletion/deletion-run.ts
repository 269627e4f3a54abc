// Deletes: finds what is named, refuses what is not one's own, asks, signs as few requests as will do, and sends each to
// where what it names was seen and to where its author writes. Nothing is signed unless every target can be deleted.
import type { Context } from '../../context.ts';
import { Failure, UsageError } from '../../errors.ts';
import type { PlaceFlags } from '../../flags/edit-flags.ts';
import type { KeyFlags } from '../../flags/key-flags.ts';
import type { NetworkFlags } from '../../flags/network-flags.ts';
import { requiredRelays } from '../../flags/values.ts';
import { type Event, stringifyEvent } from '../../protocol/event.ts';
import { DELETION_KIND } from '../../protocol/nip09.ts';
import { isWrapKind } from '../../protocol/nip59.ts';
import type { PublishOutcome } from '../../relay/link/outcome.ts';
import type { Signer } from '../../signer/signer.ts';
import type { CommandEnd } from '../command-end.ts';
import { completeEvent, flagsFault } from '../events/draft.ts';
import { AskableRelays } from '../lookup/askable-relays.ts';
import { MOST_OF_AUTHOR } from '../lookup/outbox-routes.ts';
import { answeredOf } from '../people/newest.ts';
import { unanswered } from '../people/reading.ts';
import { targetsOf } from '../people/targets.ts';
import type { Where } from '../people/where.ts';
import { publishSigned } from '../publish-run.ts';
import type { CommandKey } from '../signing.ts';
import { checkDeleted } from './check.ts';
import { type Asked, type Judged, judge, type Planned, plan, refusalsBefore } from './plan.ts';
import { type Found, findRequests, findTargets } from './search.ts';
import { refuseSecrets } from './secrets.ts';
import { Taken } from './taken.ts';
import type { Target } from './target.ts';
import { askWhether, refuse, relaysOf, tellGone, tellOdd, tellPlan } from './telling.ts';

export interface DeleteFlags extends PlaceFlags, NetworkFlags, KeyFlags {
  reason?: string | undefined;
  allowNsec?: boolean | undefined;
  require?: number | 'all' | undefined;
  yes?: boolean | undefined;
  dryRun?: boolean | undefined;
  results?: boolean | undefined;
  check?: boolean | undefined;
}

export interface Deleting {
  flags: DeleteFlags;
  where: Where;
  key: CommandKey;
  end: CommandEnd;
}

/**
 * Prints each request that enough relays took; with --results what each relay said, with --check whether the targets are
 * gone. Throws `Failure`: when one of the targets cannot be deleted, when the question is not answered with yes, as
 * `publish` does, and as `checkDeleted` does.
 */
export async function deleteTargets(
  context: Context,
  targets: readonly Target[],
  deleting: Deleting,
): Promise<void> {
  const { flags, where, key, end } = deleting;
  if (where.isNamed) requiredRelays(flags.require, where.own.length);
  const signer = await key.signer();
  refuseSecrets(targets, flags, signer);
  await refuse(context, refusalsBefore(targets, signer.publicKey), []);
  const now = Math.floor(context.now() / 1000); // what is written from now on is not deleted
  const found = await findTargets(context, targets, signer.publicKey, where);
  if (context.signal.aborted) return;
  end.check('before everything was found');
  if (answeredOf(found).length === 0) throw await unanswered(context, found, where);
  const judged = await judgeFound(context, targets, found, signer.publicKey, where);
  if (context.signal.aborted) return;
  end.check('before everything was found');
  await refuse(context, judged.refusals, found.endings);
  const needsHome = judged.going.length > 0 || flags.check === true;
  const home = needsHome ? await homeOf(context, judged, found, now, { signer, where }) : [];
  const named = where.isNamed ? where.own : undefined;
  const { reason = '' } = flags;
  const planned = plan(judged.going, { now, reason, named, home });
  for (const { relays } of planned) requiredRelays(flags.require, relays.length);
  tellGone(context, judged.gone, found.endings);
  tellOdd(context, planned);
  if (planned.length > 0) await confirm(context, flags, planned);
  const events = await signAll(context, planned, flags, signer);
  const earlier = earlierOf(judged, named ?? home);
  if (flags.dryRun) return printAll(context, planned, events, end);
  if (events.length === 0 && !flags.check) {
    const told = flags.results ? [] : earlier; // no relay was asked
    return printEvents(
      context.stdout,
      Array.from(told, ({ event }) => event),
      end,
    );
  }
  if (flags.yes && !where.isNamed && planned.length > 0) tellRoute(context, planned);
  const asked = planned.map(({ going, relays }, index): Asked => {
    return { event: events[index]!, targets: going.map(({ target }) => target), relays };
  });
  await sendAndCheck(context, asked, earlier, { ...deleting, now });
}

/** What was not found may have been deleted before. */
async function judgeFound(
  context: Context,
  targets: readonly Target[],
  found: Found,
  asker: string,
  where: Where,
): Promise<Judged> {
  const unseen = targets.filter(({ key }) => !found.sightings.has(key));
  const earlier = await findRequests(context, unseen, asker, answeredOf(found), where);
  return judge(targets, found, earlier, asker);
}

/** Where the author writes; and where who may read gift wraps takes them. */
async function homeOf(
  context: Context,
  { going }: Judged,
  { lists }: Found,
  created_at: number,
  { signer, where }: { signer: Signer; where: Where },
): Promise<readonly string[]> {
  const event = { kind: DELETION_KIND, pubkey: signer.publicKey, created_at, tags: [], content: '' };
  const { relays } = await targetsOf(context, event, { lists }, where);
  const hasWraps = going.some(({ kind }) => kind !== undefined && isWrapKind(kind));
  const inbox = hasWraps ? new AskableRelays(where).of(lists?.inbox ?? []).slice(0, MOST_OF_AUTHOR) : [];
  return [...new Set([...relays, ...inbox])];
}

/** Throws `UsageError` when it is not confirmed. */
async function confirm(
  context: Context,
  { yes, dryRun, reason = '' }: DeleteFlags,
  planned: readonly Planned[],
) {
  const asks = !yes && !dryRun;
  if (asks || context.log.isTerminal) tellPlan(context, planned, reason);
  if (asks) await askWhether(context, planned.flatMap(({ going }) => going).length);
}

/** Throws `UsageError` where a question would be asked, and nobody is there to answer it. */
export function mustBeAskable({ keys }: Context, { yes, dryRun }: DeleteFlags): void {
  if (yes || dryRun || keys.hasTerminal()) return;
  throw new UsageError('to delete without being asked takes --yes', {
    code: 'not_confirmed',
    hint: '--dry-run prints the request, and sends nothing.',
  });
}

/** Throws `UsageError` for what must not be signed, such as a reason that holds a secret key. */
async function signAll(
  { now, log }: Context,
  planned: readonly Planned[],
  { allowNsec = false }: DeleteFlags,
  signer: Signer,
): Promise<Event[]> {
  const warn = (message: string) => log.warn({ type: 'warning', message });
  const clock = () => Math.floor(now() / 1000);
  const events: Event[] = [];
  try {
    for (const { template } of planned) completeEvent(template, signer, { allowNsec, warn, now: clock }, {}); // before the first is signed
    for (const { template } of planned) events.push(await signer.sign(template));
  } catch (error) {
    throw flagsFault(error);
  }
  return events;
}

async function printAll(
  { log, stdout }: Context,
  planned: readonly Planned[],
  events: readonly Event[],
  end: CommandEnd,
): Promise<void> {
  for (const [index, { id }] of events.entries()) {
    const { relays } = planned[index]!;
    log.note({ type: 'route', id, relays, message: `it would go to ${relays.join(' ')}` });
  }
  await printEvents(stdout, events, end);
}

/** Nobody waits for a reader beyond --timeout. */
async function printEvents(
  stdout: Context['stdout'],
  events: readonly Event[],
  end: CommandEnd,
): Promise<void> {
  for (const event of events) await end.cut(Promise.resolve(stdout.line(stringifyEvent(event))));
  (await end.flush(stdout))();
}

function tellRoute({ log }: Context, planned: readonly Planned[]): void {
  if (log.isTerminal) return; // the plan was shown
  const relays = relaysOf(planned);
  log.note({ type: 'route', relays, message: `it goes to ${relays.join(' ')}` });
}

/** Requests of earlier, each once, with all that they have deleted of this. */
function earlierOf({ gone }: Judged, home: readonly string[]): Asked[] {
  const byId = new Map<string, { event: Event; targets: Target[]; relays: Set<string> }>();
  for (const { target, request } of gone) {
    const { event } = request;
    const known = byId.get(event.id) ?? { event, targets: [], relays: new Set() };
    byId.set(event.id, known);
    known.targets.push(target);
    for (const relay of [...request.relays, ...home]) known.relays.add(relay);
  }
  return Array.from(byId.values(), each => ({ ...each, relays: [...each.relays] }));
}

async function sendAndCheck(
  context: Context,
  asked: readonly Asked[],
  earlier: readonly Asked[],
  deleting: Deleting & { now: number },
): Promise<void> {
  const { flags, where, now } = deleting;
  if (!flags.check) return send(context, asked, deleting);
  const taken = new Taken(); // stdout is for what the check finds
  let failure: Failure | undefined;
  try {
    try {
      if (asked.length > 0) await send(context, asked, deleting, outcome => taken.note(outcome));
    } catch (error) {
      // What some relays took may be gone there.
      if (!(error instanceof Failure) || error.kind !== 'partial') throw error;
      failure = error;
    }
    if (context.signal.aborted) return;
    await checkDeleted(context, [...asked, ...earlier], {
      ...{ where, now, patienceMs: flags.relayTimeout },
      onPrinted: () => taken.clear(),
    });
  } catch (error) {
    if (!failure || !(error instanceof Failure)) throw error;
    context.log.warn({ type: 'failure', code: error.code, message: error.message });
  } finally {
    taken.tell(context);
  }
  if (failure) throw failure;
}

function send(
  context: Context,
  asked: readonly Asked[],
  { flags, where, key, end }: Deleting,
  onOutcome?: (outcome: PublishOutcome) => void,
): Promise<void> {
  const routes = new Map(asked.map(({ event, relays }) => [event.id, [...relays]]));
  return publishSigned(context, flags, {
    events: asked.map(({ event }) => event),
    ...{ key, end, named: where.named, relays: relaysOf(asked) },
    routes: { of: async events => events.map(({ id }) => routes.get(id)!), tell: () => {} },
    required: flags.require ?? 1,
    ...(onOutcome && { onOutcome }),
  });
}
