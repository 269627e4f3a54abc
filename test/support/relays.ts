// Relays for the tests, each on a free port of the loopback, with one face: our own, and the independent one that
// shares no code with it.

import type { Event } from '../../src/protocol/event.ts';
import { type Relay, type RelayOptions, startRelay } from '../../src/server/server.ts';
import { memoryStore } from '../../src/server/store/table-store.ts';
import { startIndependentRelay, type TestRelay } from './independent-relay.ts';
import { quickVerifier } from './quick-verifier.ts';

export type { TestRelay };

export interface NostRelay extends TestRelay {
  /** The relay itself, for its counters. */
  readonly relay: Relay;
}

export type NostOptions = Partial<RelayOptions> & { seed?: readonly Event[] };

/** `nost serve`, in this process, of a store with these events. The proxies of the tests know it by these names. */
export async function startNost({
  seed = [],
  store = memoryStore(),
  ...options
}: NostOptions = {}): Promise<NostRelay> {
  await store.add(seed);
  const relay = await startRelay({
    store,
    ...{ verifier: quickVerifier, now: Date.now, allowedHosts: ['relay.test', 'again.test'] },
    ...options,
  });
  return { url: relay.url, relay, close: () => relay.close(2000) };
}

/** The relay of @nostr-relay. */
export function startIndependent(): Promise<TestRelay> {
  return startIndependentRelay();
}
