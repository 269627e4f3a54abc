// The client's engine in the hands of a test: scripted relays that end with the test, queries and publishing run to
// their end, with everything that came of them.
import type { TestContext } from 'node:test';
import type { Event } from '../../src/protocol/event.ts';
import type { ConnectionOptions } from '../../src/relay/link/connection.ts';
import type { PublishOutcome, RelayEnding } from '../../src/relay/link/outcome.ts';
import { BulkPublish, type BulkPublishOptions } from '../../src/relay/publish/bulk-publish.ts';
import { Query, type QueryOptions } from '../../src/relay/query/query.ts';
import type { Batch } from '../../src/relay/query/relay-query.ts';
import { type ScriptedRelay, startScriptedRelay } from './scripted-relay.ts';
import type { RelayScript } from './scripted-steps.ts';
import { streamed } from './streamed.ts';

/** A scripted relay that is closed when the test is over. */
export async function scripted(t: TestContext, script: RelayScript): Promise<ScriptedRelay> {
  const relay = await startScriptedRelay(script);
  t.after(() => relay.close());
  return relay;
}

/** A port of the loopback where nobody listens. */
export const NOBODY = 'ws://127.0.0.1:1';

/** What every test waits at most: as good as for ever. A test that needs a deadline to pass gives a short one. */
export function patience(options: Partial<ConnectionOptions> = {}): ConnectionOptions {
  return { connectTimeout: 60_000, relayTimeout: 60_000, signal: new AbortController().signal, ...options };
}

export interface Queried {
  batches: Batch[];
  events: Event[];
  endings: RelayEnding[];
}

/** A query that believes every signature; what is not given is the plainest. */
export function queryOf(relays: string | readonly string[], options: Partial<QueryOptions> = {}): Query {
  return new Query({
    relays: typeof relays === 'string' ? [relays] : relays,
    filters: [{}],
    stream: false,
    all: false,
    onlyNew: false,
    retry: 0,
    dedupe: true,
    verifier: undefined,
    maxEvents: Number.POSITIVE_INFINITY,
    idle: undefined,
    connection: patience(),
    ...options,
  });
}

/** Runs a query to its end. */
export async function ask(
  relays: string | readonly string[],
  options: Partial<QueryOptions> = {},
): Promise<Queried> {
  const query = queryOf(relays, options);
  const batches: Batch[] = [];
  for await (const batch of query.batches()) batches.push(batch);
  return {
    batches,
    events: batches.flatMap(({ events }) => events.map(event => event.toEvent())),
    endings: query.endings,
  };
}

export interface Published {
  outcomes: PublishOutcome[];
  /** Ids in the order in which their quorum was met. */
  quorum: string[];
  /** Id and number of relays that accepted, in the order of settling. */
  settled: [id: string, accepted: number][];
}

/** A publishing, and what it tells as it goes. */
export function publishing(
  relays: readonly string[],
  options: Partial<BulkPublishOptions> = {},
): { bulk: BulkPublish } & Published {
  const told: Published = { outcomes: [], quorum: [], settled: [] };
  const bulk = new BulkPublish({
    relays,
    require: 1,
    pipeline: 50,
    connection: patience(),
    onOutcome: outcome => told.outcomes.push(outcome),
    onQuorum: event => told.quorum.push(event.id),
    onSettled: ({ id, acceptedBy }) => told.settled.push([id, acceptedBy.length]),
    ...options,
  });
  return { bulk, ...told };
}

/** Publishes events and waits for every answer. */
export async function publishAll(
  relays: readonly string[],
  events: readonly Event[],
  options: Partial<BulkPublishOptions> = {},
): Promise<Published> {
  const { bulk, ...told } = publishing(relays, options);
  try {
    for (const event of events) await bulk.offer(streamed(event));
    await bulk.drain();
  } finally {
    await bulk.close('interrupted');
  }
  return told;
}
