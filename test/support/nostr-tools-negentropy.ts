// The negentropy client of nostr-tools, which has a door to it for its own relay class alone: loaded by its path.
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Filter } from 'nostr-tools/filter';
import { Relay, useWebSocketImplementation } from 'nostr-tools/relay';
import { WebSocket } from 'ws';
import type * as Tools from '../../node_modules/nostr-tools/lib/types/nip77.d.ts';
import { bytesToHex, hexToBytes } from '../../src/protocol/hex.ts';

const FILE = resolve(import.meta.dirname, '../../node_modules/nostr-tools/lib/esm/nip77.js');
const { Negentropy, NegentropyStorageVector, NegentropySync } = (await import(
  pathToFileURL(FILE).href
)) as typeof Tools;

useWebSocketImplementation(WebSocket);

export type ToolsItems = Tools.NegentropyStorageVector;

export function toolsItems(items: Iterable<readonly [time: number, id: string]>): ToolsItems {
  const vector = new NegentropyStorageVector();
  for (const [time, id] of items) vector.insert(time, id);
  vector.seal();
  return vector;
}

/** A session of that client with what answers frames. Ids may be told twice there. */
export function toolsSession(
  items: ToolsItems,
  frameLimit: number,
  answer: (frame: Uint8Array) => Uint8Array,
): { have: Set<string>; need: Set<string> } {
  const client = new Negentropy(items, frameLimit);
  const [have, need] = [new Set<string>(), new Set<string>()];
  for (let frame: string | null = client.initiate(); frame !== null; )
    frame = client.reconcile(
      bytesToHex(answer(hexToBytes(frame))),
      id => have.add(id),
      id => need.add(id),
    );
  return { have, need };
}

/** A whole session with a relay, through the relay class of nostr-tools and a socket. */
export async function toolsSync(
  url: string,
  items: ToolsItems,
  filter: Filter,
): Promise<{ have: Set<string>; need: Set<string> }> {
  const relay = await Relay.connect(url);
  const [have, need] = [new Set<string>(), new Set<string>()];
  await new Promise<void>((resolve, reject) => {
    const sync = new NegentropySync(relay as never, items, filter, {
      onhave: id => have.add(id),
      onneed: id => need.add(id),
      onclose: reason => (reason === undefined ? resolve() : reject(new Error(reason))),
    });
    void sync.start();
  });
  relay.close();
  return { have, need };
}
