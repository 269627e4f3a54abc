// Turns what stdin holds into events that can be sent: drafts are signed, signed events verified in batches.
// A line that becomes no event is reported and skipped; order is kept.
import type { EventItem } from '../input/event-values.ts';
import { type Event, InvalidEvent } from '../protocol/event.ts';
import type { Verifier } from '../verify/verifier.ts';
import { asSigned, type DraftOptions, InvalidDraft, isSigned, signDraft } from './draft.ts';
import type { BadLines } from './event-input.ts';

interface Numbered {
  line: number;
  event: Event;
}

export async function* readEvents(
  chunks: AsyncIterable<EventItem[]>,
  draft: DraftOptions,
  badLines: BadLines,
  open: () => Promise<Verifier>,
): AsyncGenerator<Event[]> {
  const verifier = await open();
  for await (const items of chunks) {
    for (let at = 0; at < items.length; at += verifier.batchSize) {
      const events = await toEvents(items.slice(at, at + verifier.batchSize), draft, badLines, verifier);
      if (events.length > 0) yield events;
    }
  }
}

async function toEvents(
  items: EventItem[],
  draft: DraftOptions,
  badLines: BadLines,
  verifier: Verifier,
): Promise<Event[]> {
  const parsed: Numbered[] = [];
  const unverified: Numbered[] = [];
  for (const item of items) {
    const numbered = await toEvent(item, draft, badLines);
    if (!numbered) continue;
    parsed.push(numbered);
    if ('value' in item && isSigned(item.value)) unverified.push(numbered);
  }
  const verdicts = await verifier.verify(unverified.map(({ event }) => event));
  const wrong = new Set<Numbered>();
  unverified.forEach((numbered, i) => {
    if (verdicts[i] === 'valid') return;
    wrong.add(numbered);
    badLines.report(numbered.line, `wrong ${verdicts[i]}: ${numbered.event.id}`);
  });
  return parsed.filter(numbered => !wrong.has(numbered)).map(({ event }) => event);
}

async function toEvent(
  item: EventItem,
  draft: DraftOptions,
  badLines: BadLines,
): Promise<Numbered | undefined> {
  const { line } = item;
  if ('problem' in item) return void badLines.report(line, item.problem);
  try {
    return { line, event: isSigned(item.value) ? asSigned(item.value) : await signDraft(item.value, draft) };
  } catch (error) {
    if (!(error instanceof InvalidEvent || error instanceof InvalidDraft)) throw error;
    return void badLines.report(line, error.message);
  }
}
