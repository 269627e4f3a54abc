// The events that a relay has at its start. Its owner chose them, so protected events are accepted; events that do
// not verify are not, because a relay must not serve forgeries.
import type { Event } from '../protocol/event.ts';
import { kindClass } from '../protocol/kind.ts';
import { isExpired } from '../protocol/nip40.ts';
import { ParsedEvent } from '../protocol/parsed-event.ts';
import type { Verifier } from '../verify/verifier.ts';
import type { EventStore } from './store/store.ts';

export interface SeedResult {
  /** Accepted; later events may have replaced or deleted some of them. */
  stored: number;
  /** Not stored: ephemeral, expired, duplicate, or already replaced or deleted. */
  skipped: number;
  /** The id or the signature is wrong. */
  invalid: number;
}

export interface Soil {
  store: EventStore;
  verifier: Verifier;
  /** Milliseconds since 1970. */
  now: () => number;
}

/** Verifies the events in batches and puts them into the store. */
export async function sow(seed: AsyncIterable<Event> | Iterable<Event>, soil: Soil): Promise<SeedResult> {
  const result: SeedResult = { stored: 0, skipped: 0, invalid: 0 };
  let batch: Event[] = [];
  for await (const event of seed) {
    batch.push(event);
    if (batch.length < soil.verifier.batchSize) continue;
    await sowBatch(batch, soil, result);
    batch = [];
  }
  if (batch.length > 0) await sowBatch(batch, soil, result);
  return result;
}

async function sowBatch(batch: readonly Event[], soil: Soil, result: SeedResult): Promise<void> {
  const verdicts = await soil.verifier.verify(batch.map(event => new ParsedEvent(event)));
  for (const [i, event] of batch.entries()) {
    if (verdicts[i] !== 'valid') result.invalid++;
    else if (isKept(event, soil)) result.stored++;
    else result.skipped++;
  }
}

function isKept(event: Event, { store, now }: Soil): boolean {
  if (kindClass(event.kind) === 'ephemeral' || isExpired(event, Math.floor(now() / 1000))) return false;
  return store.add(event) === 'stored';
}
