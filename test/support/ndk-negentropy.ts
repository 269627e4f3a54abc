// The negentropy of NDK (`@nostr-dev-kit/sync`), both as the side that asks and as a relay that answers. NDK itself is not
// installed (package.json puts something small in its place): only what needs none of it is used.
import { createRequire } from 'node:module';
import type { Event } from '../../src/protocol/event.ts';
import { bytesToHex, hexToBytes } from '../../src/protocol/hex.ts';
import type { EventStore } from '../../src/server/store/store.ts';
import type { Mutation, Talk } from './mutant-relay.ts';
import type { RawClient } from './raw-client.ts';
import { held } from './stores.ts';

interface Storage {
  insert(time: number, id: string): void;
  seal(): void;
}

interface Session {
  initiate(): Promise<Uint8Array>;
  reconcile(
    frame: Uint8Array,
  ): Promise<{ nextMessage: Uint8Array | undefined; have: Uint8Array[]; need: Uint8Array[] }>;
}

interface Ndk {
  NegentropyStorage: new () => Storage;
  Negentropy: new (storage: Storage, frameLimit: number) => Session;
}

const { Negentropy, NegentropyStorage } = createRequire(import.meta.url)('@nostr-dev-kit/sync') as Ndk;

type Stored = Pick<Event, 'created_at' | 'id'>;

function storageOf(events: readonly Stored[]): Storage {
  const storage = new NegentropyStorage();
  for (const { created_at, id } of events) storage.insert(created_at, id);
  storage.seal();
  return storage;
}

/** What its client, with these events, learns from a relay about everything the relay has; sorted. */
export async function ndkLearns(
  client: RawClient,
  events: readonly Stored[],
  frameLimit: number,
): Promise<{ have: string[]; need: string[] }> {
  const session = new Negentropy(storageOf(events), frameLimit);
  const [have, need] = [new Set<string>(), new Set<string>()];
  client.send(['NEG-OPEN', 'ndk', {}, bytesToHex(await session.initiate())]);
  for (;;) {
    const [verb, , body] = await client.next(frame => frame[1] === 'ndk');
    if (verb !== 'NEG-MSG') throw new Error(`${verb} ${body}`);
    const step = await session.reconcile(hexToBytes(body));
    for (const id of step.have) have.add(bytesToHex(id));
    for (const id of step.need) need.add(bytesToHex(id));
    if (step.nextMessage === undefined) break;
    client.send(['NEG-MSG', 'ndk', bytesToHex(step.nextMessage)]);
  }
  client.send(['NEG-CLOSE', 'ndk']);
  return { have: [...have].sort(), need: [...need].sort() };
}

/**
 * A relay whose negotiations are answered by it, without a frame limit: cut short by one, its lists lose what comes after
 * the cut. `messageLength` is what the relay's document says of the longest message.
 */
export function ndkAnswers(store: EventStore, messageLength?: number): Mutation {
  return {
    relay: { store },
    toRelay: ([verb, id, ...rest], talk) => {
      if (!String(verb).startsWith('NEG-')) return undefined;
      if (verb === 'NEG-CLOSE') talk.memory.delete(id);
      if (verb === 'NEG-OPEN') talk.memory.set(id, new Negentropy(storageOf(held(store, rest[0])), 0));
      if (verb !== 'NEG-CLOSE') void answer(talk, id, rest.at(-1));
      return [];
    },
    document: ({ limitation, ...document }) => ({
      ...document,
      limitation: { ...(limitation as object), max_message_length: messageLength },
    }),
  };
}

async function answer(talk: Talk, id: string, frame: string): Promise<void> {
  const session = talk.memory.get(id) as Session | undefined;
  if (!session) return talk.toClient(['NEG-ERR', id, 'closed: not open']);
  const { nextMessage } = await session.reconcile(hexToBytes(frame));
  talk.toClient(['NEG-MSG', id, bytesToHex(nextMessage!)]);
}
