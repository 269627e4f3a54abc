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
  const valid = batch.filter((_, i) => verdicts[i] === 'valid');
  const kept = valid.filter(event => isKept(event, soil));
  const admissions = await soil.store.add(kept);
  const stored = admissions.filter(admission => admission === 'stored').length;
  result.invalid += batch.length - valid.length;
  result.stored += stored;
  result.skipped += valid.length - stored;
}

function isKept(event: Event, { now }: Soil): boolean {
  return kindClass(event.kind) !== 'ephemeral' && !isExpired(event, Math.floor(now() / 1000));
}
