// The events a command is to publish or sign: the one that its flags describe, or those of stdin. Drafts are completed
// and signed; signed events are verified in batches, several of them at once. A line that becomes no event is reported
// and skipped; order is kept.
import type { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import type { Context } from '../../context.ts';
import { UsageError } from '../../errors.ts';
import { type EventFlags, hasEventFlags, readEventFlags } from '../../flags/event-flags.ts';
import type { KeyFlags } from '../../flags/key-flags.ts';
import type { LookupFlags } from '../../flags/network-flags.ts';
import type { EventItem } from '../../input/event-values.ts';
import type { Mining } from '../../mining/mining.ts';
import { InvalidEvent } from '../../protocol/event.ts';
import { ParsedEvent, parseStreamEvent } from '../../protocol/parsed-event.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { readAhead } from '../../verify/read-ahead.ts';
import type { Verdict, Verifier } from '../../verify/verifier.ts';
import { inputOf } from '../lookup/names.ts';
import { CommandKey } from '../signing.ts';
import { openVerifier } from '../verification.ts';
import {
  checkOnlyEvent,
  type DraftOptions,
  flagsFault,
  InvalidDraft,
  isSigned,
  signDraft,
  signTemplate,
} from './draft.ts';
import { BadLines, openLines, readItems } from './event-input.ts';

/** Takes events when it has room; false: no more are wanted. */
export type Deliver = (events: readonly StreamEvent[]) => Promise<boolean>;

export interface SourceFlags extends EventFlags, KeyFlags {
  failEarly?: boolean | undefined;
}

interface SourceParts {
  key: CommandKey;
  lookup: LookupFlags | undefined;
  input: Readable | undefined;
}

/** stdin is read for `-`, or when no flag describes an event; never by two at once. */
export function readsStdin(args: readonly string[], flags: EventFlags): boolean {
  const explicit = args.includes('-');
  if (explicit && flags.contentFile === '-') {
    throw new UsageError('the events and the content are both to be read from stdin', { code: 'two_stdins' });
  }
  return explicit || !hasEventFlags(flags);
}

const NO_CONTENT = "no content: give -m 'TEXT', or - to read events from stdin";

export class EventSource {
  /** What was wrong with the input. */
  readonly badLines: BadLines;
  /** What signs drafts. */
  readonly key: CommandKey;
  /** Whether all that there was has been delivered. */
  isWhole = false;
  readonly #context: Context;
  readonly #flags: SourceFlags;
  readonly #lookup: LookupFlags | undefined;
  /** Undefined: the one event of the flags. */
  readonly #input: Readable | undefined;

  private constructor(context: Context, flags: SourceFlags, parts: SourceParts) {
    this.#context = context;
    this.#flags = flags;
    this.key = parts.key;
    this.#lookup = parts.lookup;
    this.#input = parts.input;
    this.badLines = new BadLines('stdin', context, flags.failEarly ?? false);
  }

  /**
   * Opens stdin where the words of the command line say so. The signal ends the search for the key. `lookup` says how
   * domains are asked for the keys of names; without it none is. Rejects with `UsageError`.
   */
  static async open(
    context: Context,
    args: readonly string[],
    flags: SourceFlags,
    { signal, lookup }: { signal: AbortSignal; lookup?: LookupFlags | undefined },
  ): Promise<EventSource> {
    const fromStdin = readsStdin(args, flags);
    const key = await CommandKey.open(flags, context, fromStdin || flags.contentFile === '-', signal);
    const input = fromStdin ? openLines(context, args.includes('-'), NO_CONTENT) : undefined;
    return new EventSource(context, flags, { key, lookup, input });
  }

  /** Whether there may be many events. */
  get isBulk(): boolean {
    return this.#input !== undefined;
  }

  /** Ends the reading, however long stdin would stay silent. */
  stop(): void {
    this.#input?.destroy();
  }

  /** Hands over everything that is good, in order; resolves when all of it is delivered. `signal` ends it early. */
  async deliver(to: Deliver, { signal, drafts }: { signal: AbortSignal; drafts: boolean }): Promise<void> {
    const draft = await this.#draftOptions(signal);
    try {
      if (this.#input) this.isWhole = await this.#deliverInput(this.#input, drafts ? draft : undefined, to);
      else this.isWhole = await to([await fromFlags(draft)]);
    } catch (error) {
      if (!this.#input || !signal.aborted || error !== signal.reason) throw error;
    } finally {
      draft.mining?.end();
    }
  }

  async #deliverInput(input: Readable, draft: DraftOptions | undefined, to: Deliver): Promise<boolean> {
    const verifier = await openVerifier(this.#context);
    const rules = { draft, noDrafts: NO_DRAFTS, ifChanged: SIGN_AGAIN };
    const wasWanted = await deliverEvents(readItems(input, 'stdin'), rules, this.badLines, verifier, to);
    return wasWanted && input.readableEnded;
  }

  async #draftOptions(signal: AbortSignal): Promise<DraftOptions> {
    const { log, now } = this.#context;
    const { pow } = this.#flags;
    return {
      flags: await readEventFlags(
        this.#flags,
        inputOf(this.#context, signal, this.#lookup),
        this.#input ? undefined : checkOnlyEvent,
      ),
      mining: pow === undefined ? undefined : await this.#openMining(pow, signal),
      allowNsec: this.#flags.allowNsec ?? false,
      signer: () => this.key.signer(),
      now,
      signal,
      warn: message => log.warn({ type: 'warning', message }),
    };
  }

  async #openMining(bits: number, signal: AbortSignal): Promise<Mining> {
    const { openMining } = await import('../../mining/mining.ts');
    return openMining(this.#context, bits, signal);
  }
}

async function fromFlags(draft: DraftOptions): Promise<StreamEvent> {
  try {
    return new ParsedEvent(await signTemplate(draft.flags, draft));
  } catch (error) {
    throw flagsFault(error);
  }
}

/** What is made of the items of an input. */
export interface InputRules {
  /** How drafts are completed and signed; without it a draft is a bad line. */
  draft?: DraftOptions | undefined;
  /** Why a draft is a bad line. */
  noDrafts: string;
  /** What helps against an event that was changed after it was signed. */
  ifChanged?: string | undefined;
  /** Which events are wanted; the others are passed over, unverified. */
  wanted?: ((event: StreamEvent) => boolean) | undefined;
}

/** An event, or why the line holds none. */
type Entry =
  | { line: number; event: StreamEvent; isOurs: boolean }
  | { line: number; problem: string; isChanged?: boolean };

/**
 * Reads everything and hands over what is good, in order; resolves when all of it is delivered, with false when
 * no more was wanted. Without a `verifier` ids and signatures are believed.
 */
export async function deliverEvents(
  chunks: AsyncIterable<EventItem[]>,
  rules: InputRules,
  badLines: BadLines,
  verifier: Verifier | undefined,
  deliver: Deliver,
): Promise<boolean> {
  for await (const events of goodEvents(chunks, rules, badLines, verifier))
    if (!(await deliver(events))) return false;
  return true;
}

/** The same as a generator: events that are good, in order; a bad line is reported when what stands before it was taken. */
export async function* goodEvents(
  chunks: AsyncIterable<EventItem[]>,
  rules: InputRules,
  badLines: BadLines,
  verifier: Verifier | undefined,
): AsyncGenerator<StreamEvent[], void> {
  const { batchSize, batchesInFlight = 1 } = verifier ?? UNVERIFIED;
  const batches = entriesOf(chunks, rules, rules.draft?.mining ? 1 : batchSize); // what is mined waits for no other
  for await (const entries of readAhead(batches, batchesInFlight, batch => verified(batch, verifier)))
    yield* goodOf(entries, rules, badLines);
}

const UNVERIFIED = { batchSize: 512, batchesInFlight: 1 };

/** The items as entries, some at a time. */
async function* entriesOf(
  chunks: AsyncIterable<EventItem[]>,
  rules: InputRules,
  batchSize: number,
): AsyncGenerator<Entry[], void> {
  for await (const items of chunks) {
    for (let at = 0; at < items.length; at += batchSize)
      yield await toEntries(items.slice(at, at + batchSize), rules);
  }
}

/** What stands before a bad line is taken before that line is reported, for the report may end the reading. */
async function* goodOf(
  entries: readonly Entry[],
  { ifChanged }: InputRules,
  badLines: BadLines,
): AsyncGenerator<StreamEvent[], void> {
  let good: StreamEvent[] = [];
  for (const entry of entries) {
    if ('event' in entry) good.push(entry.event);
    else {
      if (good.length > 0) yield good;
      good = [];
      await badLines.report(entry.line, entry.problem, entry.isChanged ? ifChanged : undefined);
    }
  }
  yield good;
}

/**
 * Signed events need no promise each; drafts are signed one after the other, with a turn for signals and timers between
 * them. Rejects with the reason of the draft's signal when that aborts.
 */
async function toEntries(items: readonly EventItem[], rules: InputRules): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const item of items) {
    const made = toEntry(item, rules);
    const entry = made instanceof Promise ? await made : made;
    if (!('event' in entry) || rules.wanted?.(entry.event) !== false) entries.push(entry);
    if (!(made instanceof Promise)) continue;
    await turn();
    rules.draft?.signal.throwIfAborted();
  }
  return entries;
}

function toEntry(item: EventItem, { draft, noDrafts }: InputRules): Entry | Promise<Entry> {
  const { line } = item;
  if ('problem' in item) return item;
  if ('event' in item) return { line, event: item.event, isOurs: false };
  if (isSigned(item.value)) return fromSigned(line, item.value);
  return draft ? fromDraft(line, item.value, draft) : { line, problem: noDrafts };
}

const NO_DRAFTS =
  'a draft gets another id each time it is signed, so --state cannot tell it again: sign it first (nost publish --dry-run)';

const SIGN_AGAIN =
  "An event that was changed is signed again as a draft: jq -c 'del(.id,.sig)' FILE | nost sign -";

function fromSigned(line: number, value: object): Entry {
  try {
    return { line, event: parseStreamEvent(value), isOurs: false };
  } catch (error) {
    if (!(error instanceof InvalidEvent)) throw error;
    return { line, problem: error.message };
  }
}

async function fromDraft(line: number, value: object, draft: DraftOptions): Promise<Entry> {
  try {
    return { line, event: new ParsedEvent(await signDraft(value, draft)), isOurs: true };
  } catch (error) {
    if (!(error instanceof InvalidEvent || error instanceof InvalidDraft)) throw error;
    return { line, problem: error.message };
  }
}

/** The same entries with a problem where an event of others is not valid. */
function verified(entries: Entry[], verifier: Verifier | undefined): Entry[] | Promise<Entry[]> {
  if (!verifier) return entries;
  const foreign = entries.filter(entry => 'event' in entry && !entry.isOurs) as { event: StreamEvent }[];
  const verdicts = verifier.verify(foreign.map(({ event }) => event));
  return Array.isArray(verdicts) ? judged(entries, verdicts) : verdicts.then(late => judged(entries, late));
}

function judged(entries: readonly Entry[], verdicts: readonly Verdict[]): Entry[] {
  const next = verdicts[Symbol.iterator]();
  return entries.map(entry => {
    if (!('event' in entry) || entry.isOurs) return entry;
    const verdict = next.next().value!;
    if (verdict === 'valid') return entry;
    const problem = `wrong ${verdict}: ${entry.event.id}`;
    return { line: entry.line, problem, isChanged: verdict === 'id' };
  });
}
