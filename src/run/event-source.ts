// Turns what stdin holds into events that can be sent: drafts are signed, signed events verified in batches, several of
// them at once. A line that becomes no event is reported and skipped; order is kept.
import type { EventItem } from '../input/event-values.ts';
import { InvalidEvent } from '../protocol/event.ts';
import { ParsedEvent, parseStreamEvent } from '../protocol/parsed-event.ts';
import type { StreamEvent } from '../protocol/stream-event.ts';
import { Lane } from '../verify/lane.ts';
import type { Verdict, Verifier } from '../verify/verifier.ts';
import { type DraftOptions, InvalidDraft, isSigned, signDraft } from './draft.ts';
import type { BadLines } from './event-input.ts';

/** An event, or why the line holds none. */
type Entry = { line: number; event: StreamEvent; isOurs: boolean } | { line: number; problem: string };

/** Takes events for sending, when it has room; false: no more are wanted. */
export type Deliver = (events: readonly StreamEvent[]) => Promise<boolean>;

/**
 * Reads everything and hands over what is good, in order; resolves when all of it is delivered. Without `draft` a
 * draft is a bad line.
 */
export async function deliverEvents(
  chunks: AsyncIterable<EventItem[]>,
  draft: DraftOptions | undefined,
  badLines: BadLines,
  verifier: Verifier,
  deliver: Deliver,
): Promise<void> {
  const { batchSize, batchesInFlight = 1 } = verifier;
  const lane = new Lane<Entry[]>(batchesInFlight, entries => deliverGood(entries, badLines, deliver));
  for await (const items of chunks) {
    for (let at = 0; at < items.length; at += batchSize) {
      const entries = await toEntries(items.slice(at, at + batchSize), draft);
      if (!(await lane.put(verified(entries, verifier)))) return;
    }
  }
  await lane.drained();
}

/** What stands before a bad line is delivered before that line is reported, for the report may end the reading. */
async function deliverGood(
  entries: readonly Entry[],
  badLines: BadLines,
  deliver: Deliver,
): Promise<boolean> {
  let good: StreamEvent[] = [];
  for (const entry of entries) {
    if ('event' in entry) good.push(entry.event);
    else {
      if (good.length > 0 && !(await deliver(good))) return false;
      good = [];
      badLines.report(entry.line, entry.problem);
    }
  }
  return deliver(good);
}

/** Signed events need no promise each; drafts are signed one after the other. */
async function toEntries(items: readonly EventItem[], draft: DraftOptions | undefined): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (const item of items) {
    const entry = toEntry(item, draft);
    entries.push(entry instanceof Promise ? await entry : entry);
  }
  return entries;
}

function toEntry(item: EventItem, draft: DraftOptions | undefined): Entry | Promise<Entry> {
  const { line } = item;
  if ('problem' in item) return item;
  if ('event' in item) return { line, event: item.event, isOurs: false };
  if (isSigned(item.value)) return fromSigned(line, item.value);
  return draft ? fromDraft(line, item.value, draft) : { line, problem: NO_DRAFTS };
}

const NO_DRAFTS =
  'a draft gets another id each time it is signed, so --state cannot tell it again: sign it first (nost publish --dry-run)';

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

/** The same entries with a problem where an event of others is not true. */
function verified(entries: readonly Entry[], verifier: Verifier): Entry[] | Promise<Entry[]> {
  const foreign = entries.filter(entry => 'event' in entry && !entry.isOurs) as { event: StreamEvent }[];
  const verdicts = verifier.verify(foreign.map(({ event }) => event));
  return Array.isArray(verdicts) ? judged(entries, verdicts) : verdicts.then(late => judged(entries, late));
}

function judged(entries: readonly Entry[], verdicts: readonly Verdict[]): Entry[] {
  const next = verdicts[Symbol.iterator]();
  return entries.map(entry => {
    if (!('event' in entry) || entry.isOurs) return entry;
    const verdict = next.next().value!;
    return verdict === 'valid' ? entry : { line: entry.line, problem: `wrong ${verdict}: ${entry.event.id}` };
  });
}
