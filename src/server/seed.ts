// The events that a relay has at its start. Its owner chose them, so protected events are accepted; events that do
// not verify are not, because a relay must not serve forgeries.
import type { Event } from '../protocol/event.ts';
import { kindClass } from '../protocol/kind.ts';
import { isExpired } from '../protocol/nip40.ts';
import { ParsedEvent } from '../protocol/parsed-event.ts';
import type { Verifier } from '../verify/verifier.ts';
import { isSlice, weightOf } from './store/slices.ts';
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

/** Verifies the events in batches, and puts many at a time into the store: a database waits for the disk for each. */
export async function sow(seed: AsyncIterable<Event> | Iterable<Event>, soil: Soil): Promise<SeedResult> {
  const result: SeedResult = { stored: 0, skipped: 0, invalid: 0 };
  let batch: Event[] = [];
  let valid: Event[] = [];
  let weight = 0;
  for await (const event of seed) {
    batch.push(event);
    weight += weightOf(event);
    if (batch.length < soil.verifier.batchSize) continue;
    valid.push(...(await validOf(batch, soil, result)));
    batch = [];
    if (!isSlice(valid.length, weight)) continue;
    await store(valid, soil, result);
    [valid, weight] = [[], 0];
  }
  valid.push(...(await validOf(batch, soil, result)));
  await store(valid, soil, result);
  return result;
}

async function validOf(batch: readonly Event[], { verifier }: Soil, result: SeedResult): Promise<Event[]> {
  if (batch.length === 0) return [];
  const verdicts = await verifier.verify(batch.map(event => new ParsedEvent(event)));
  const valid = batch.filter((_, i) => verdicts[i] === 'valid');
  result.invalid += batch.length - valid.length;
  return valid;
}

async function store(valid: readonly Event[], soil: Soil, result: SeedResult): Promise<void> {
  const admissions = await soil.store.add(valid.filter(event => isKept(event, soil)));
  const stored = admissions.filter(admission => admission === 'stored').length;
  result.stored += stored;
  result.skipped += valid.length - stored;
}

function isKept(event: Event, { now }: Soil): boolean {
  return kindClass(event.kind) !== 'ephemeral' && !isExpired(event, Math.floor(now() / 1000));
}
