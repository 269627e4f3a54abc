// Writes a new version of what a person publishes, and loses nothing of the old one: reads the newest from every relay that
// may hold it, merges, shows what changes, asks, signs, publishes. Never over a failed or partial reading.

import type { Context } from '../../context.ts';
import { Failure, UsageError } from '../../errors.ts';
import { sanitizeJson } from '../../output/sanitize.ts';
import { type Event, stringifyEvent } from '../../protocol/event.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import { isTime } from '../../protocol/time.ts';
import { hasNewer, type PublishOutcome } from '../../relay/link/outcome.ts';
import type { Signer } from '../../signer/signer.ts';
import { completeEvent, flagsFault } from '../events/draft.ts';
import { hintsAmong } from '../lookup/code-hints.ts';
import { publishSigned, type Signed } from '../publish-run.ts';
import { askYes } from '../terminal/ask-yes.ts';
import { contentChange, isUnchanged, tagChanges, type Version } from './changes.ts';
import type { Edit, Editing, EditRunFlags } from './edit.ts';
import { answeredOf, findNewest, type Newest } from './newest.ts';
import { AGAIN, checkReading, mustBeNewest, mustStillBeNewest, newerThan, tookLong } from './reading.ts';
import { targetsOf } from './targets.ts';

/**
 * Prints the new event when enough relays took it; with --dry-run prints it and sends nothing; where nothing changes prints
 * the one that is there. Throws `Failure`: when relays failed to answer, when there is none and no --create, when the
 * question is not answered with yes, and as `publish` does.
 */
export async function editNewest(context: Context, edit: Edit, editing: Editing): Promise<void> {
  const { flags, where, key, end } = editing;
  mustBeAskable(context, flags, edit);
  const signer = await key.signer();
  await mustBeAuthor(context, signer, edit);
  const newest = await findNewest(context, edit.subject, where);
  if (context.signal.aborted) return;
  end.check(`before the ${edit.noun} was found`);
  await checkReading(context, newest, edit, editing);
  const { event: current } = newest;
  if (current) tellPrevious(context, current);
  const version = await edit.merge(current, signer);
  if (current && isUnchanged(current, version))
    return tellUnchanged(context, { ...newest, event: current }, edit, editing);
  const template = { kind: edit.subject.kind, ...version, created_at: timeAfter(context, current, edit) };
  const { relays, tell } = await targetsOf(context, { ...template, pubkey: signer.publicKey }, newest, where);
  const changes =
    edit.changes ?? ((a, b) => [...tagChanges(a.tags, b.tags), ...contentChange(a.content, b.content)]);
  const differing = () => changes(current ?? { tags: [], content: '' }, version);
  const asked = await confirm(context, flags, differing, relays);
  if (asked) await mustBeNewest(context, edit, current, editing);
  else if (!flags.dryRun && tookLong(newest)) await mustStillBeNewest(context, edit, newest, editing);
  const event = await signed(context, template, signer, flags);
  if (flags.dryRun) {
    context.log.note({ type: 'route', id: event.id, relays, message: `it would go to ${relays.join(' ')}` });
    return void (await context.stdout.line(stringifyEvent(event)));
  }
  if (flags.yes) tell(); // the question has told it
  await publishNewest(context, edit, editing, {
    events: [event],
    key,
    relays,
    named: where.named,
    consented: where.consented,
    end,
  });
}

/** Throws `UsageError` where a question would be asked, and nobody is there to answer it. */
function mustBeAskable({ keys }: Context, { yes, dryRun }: EditRunFlags, { noun }: Edit): void {
  if (yes || dryRun || keys.hasTerminal()) return;
  throw new UsageError(`to write a ${noun} without being asked takes --yes`, {
    code: 'not_confirmed',
    hint: '--dry-run prints what would be written.',
  });
}

async function mustBeAuthor(
  { keys }: Context,
  { publicKey }: Signer,
  { subject: { author }, noun }: Edit,
): Promise<void> {
  if (publicKey === author) return;
  const [own, other] = [publicKey, author].map(pubkey => encodeEntity({ type: 'npub', pubkey }));
  const { accountNameOf } = await import('../../signer/chosen.ts');
  const account = await accountNameOf(author, keys);
  throw new UsageError(`the key is that of ${own}, and cannot sign a ${noun} of ${other}`, {
    code: 'bad_value',
    hint:
      account === undefined ? 'Name the key: --as ACCOUNT or --sec-file FILE.' : `Its key: --as ${account}`,
  });
}

/** So that nothing is lost, whatever becomes of the new one. */
function tellPrevious({ log }: Context, event: Event): void {
  const { format, verbosity } = log.settings;
  if (verbosity === 'verbose' || (format === 'json' && verbosity === 'normal'))
    log.raw('previous', sanitizeJson(stringifyEvent(event)));
}

async function tellUnchanged(
  { log, stdout }: Context,
  newest: Newest & { event: Event },
  { noun, line }: Edit,
  { flags, where }: Pick<Editing, 'flags' | 'where'>,
): Promise<void> {
  const { event, holders } = newest;
  const message = `the ${noun} is like that already; nothing was written`;
  log.note({ type: 'unchanged', id: event.id, message });
  const relays = lackingOf(newest, where);
  if (relays.length > 0) {
    const code = encodeEntity({ type: 'nevent', id: event.id, relays: hintsAmong(holders, 1) });
    const how = `nost fetch ${code} | nost publish - ${relays[0]}`;
    log.note({ type: 'item', relays, message: `it is not at ${relays.join(' ')}: ${how}` });
  }
  if (!flags.results) await stdout.line(line ? line(event, holders) : stringifyEvent(event));
}

/** The relays that it would be written to, and that answered without it. */
function lackingOf(newest: Newest, { isNamed, own }: Editing['where']): readonly string[] {
  const { holders, lists } = newest;
  const answered = answeredOf(newest);
  const targets = isNamed || !lists || lists.write.length === 0 ? own : lists.write;
  return targets.filter(relay => answered.includes(relay) && !holders.includes(relay));
}

/** Seconds that the clocks of relays and clients may differ; many relays refuse what is more in the future. */
const CLOCKS_DIFFER = 15 * 60;

/** A time that makes it the newest, whatever the clock says. */
function timeAfter({ now, log }: Context, current: Event | undefined, { noun }: Edit): number {
  const present = Math.floor(now() / 1000);
  if (!current || current.created_at < present) return present;
  const time = current.created_at + 1;
  const told = `the newest ${noun} is of a time in the future (${current.created_at})`;
  if (!isTime(time)) throw new Failure('refused', `${told}, and none can be later`, { code: 'refused' });
  if (time > present + CLOCKS_DIFFER) {
    const message = `${told}, so the new one must be, too: relays may refuse it`;
    log.warn({ type: 'warning', created_at: current.created_at, message });
  }
  return time;
}

/** Nobody reads more before an answer; --dry-run prints all. */
const MOST_CHANGES = 100;

/** Characters of one of them. */
const LONGEST_CHANGE = 1000;

function cut(change: string): string {
  const rest = change.length - LONGEST_CHANGE;
  return rest > 0 ? `${change.slice(0, LONGEST_CHANGE)}… ${rest} more characters` : change;
}

/** Resolves with whether it had to be asked. Throws `UsageError` when the answer is not yes. */
async function confirm(
  { keys, log, deadline }: Context,
  { yes, dryRun }: EditRunFlags,
  differing: () => readonly string[],
  relays: readonly string[],
): Promise<boolean> {
  const asks = !yes && !dryRun;
  if (!asks && !log.isTerminal) return false;
  const changes = differing();
  for (const change of changes.slice(0, MOST_CHANGES)) log.note({ type: 'change', message: cut(change) });
  const rest = changes.length - MOST_CHANGES;
  if (rest > 0) log.note({ type: 'change', message: `and ${rest} more changes` });
  if (!asks) return false;
  log.note({ type: 'route', relays, message: `it goes to ${relays.join(' ')}` });
  if (await askYes({ keys, deadline }, 'Sign and publish this? [y/N] ')) return true;
  throw new UsageError('not confirmed: nothing was written', { code: 'not_confirmed' });
}

/** Throws `Failure` as `publishSigned` does, and where a relay has a newer one: what was written between must not be lost. */
async function publishNewest(
  context: Context,
  { subject, noun, line, again = AGAIN }: Edit,
  { flags, where }: Pick<Editing, 'flags' | 'where'>,
  signed: Omit<Signed, 'routes'>,
): Promise<void> {
  const newerAt: string[] = [];
  const doubtful: string[] = [];
  let holders: string[] = [];
  const judge = (outcome: PublishOutcome): PublishOutcome => {
    if (hasNewer(outcome)) {
      newerAt.push(outcome.relay);
      return { ...outcome, ok: false, status: 'refused' };
    }
    if (outcome.ok) holders.push(outcome.relay);
    if (outcome.status === 'duplicate') doubtful.push(outcome.relay);
    return outcome;
  };
  const print = async () => {
    const [event] = signed.events;
    if (!line || !event || holders.length === 0) return;
    const text = line(
      event,
      signed.relays.filter(relay => holders.includes(relay)),
    );
    if (flags.results) return context.log.note({ type: 'written', id: event.id, message: text });
    try {
      await context.stdout.line(text);
      (await signed.end.flush(context.stdout))();
    } catch (error) {
      const message = `${text}: accepted, but not printed`;
      context.log.warn({ type: 'not_printed', id: event.id, message });
      throw error;
    }
  };
  const superseded = (kind: 'refused' | 'partial') => {
    const message = `a newer ${noun}, written meanwhile, is at ${newerAt.join(' ')}: your change is not in it`;
    return new Failure(kind, message, { code: kind, hint: again });
  };
  const onOutcome = line && !flags.results ? () => {} : undefined;
  const sending = publishSigned(context, flags, {
    ...signed,
    routes: undefined,
    judge,
    onOutcome,
    rescue: LATER,
  });
  const failed = await sending.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  if (doubtful.length > 0 && !failed) {
    newerAt.push(...(await newerThan(context, subject, signed.events[0]!, doubtful, where)));
    holders = holders.filter(relay => !newerAt.includes(relay));
  }
  await print(); // what was accepted anywhere does not go unnamed
  if (failed) {
    const isOlder = newerAt.length > 0 && failed.error instanceof Failure && failed.error.kind === 'refused';
    throw isOlder ? superseded('refused') : failed.error;
  }
  if (newerAt.length > 0) throw superseded(holders.length > 0 ? 'partial' : 'refused');
}

/** Sent later as it is, it would be written over what was written meanwhile. */
const LATER = 'It is not kept. Run the same again, which reads what is the newest then.';

/** Throws `UsageError` for what must not be signed, such as a text that holds a secret key. */
async function signed(
  { now, log }: Context,
  { kind, content, tags, created_at }: Version & { kind: number; created_at: number },
  signer: Signer,
  { allowNsec }: Pick<EditRunFlags, 'allowNsec'>,
): Promise<Event> {
  try {
    const {
      pubkey: _,
      id: __,
      ...template
    } = completeEvent(
      { kind, content, tags, created_at },
      signer,
      {
        now: () => Math.floor(now() / 1000),
        warn: message => log.warn({ type: 'warning', message }),
        allowNsec,
      },
      {},
    );
    return await signer.sign(template);
  } catch (error) {
    throw flagsFault(error);
  }
}
