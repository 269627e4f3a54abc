// Negentropy (NIP-77): a set of items is made and reconciled with another one, beside the client of nostr-tools.
import { randomBytes } from 'node:crypto';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { answerNegentropy, NegentropyInitiator, NegentropyItems } from '../../src/protocol/nip77.ts';
import { toolsItems, toolsSession } from '../support/nostr-tools-negentropy.ts';
import { line, ratio, rows, title } from './rows.ts';

/** Items of nostr-tools are objects, and it adds up whole ranges: it gets fewer of them. */
const FEWER = 100_000;

/** Of a hundred items one is only here, and one only there. */
const DIFFERENCE = 100;

/** Bytes of a frame: twice as many as hex are what a message of a modest relay holds. */
const LIMIT = 60_000;

/** Times and ids, newest first as a store has them, or in no order. */
class Source {
  readonly #ids: Buffer;
  readonly count: number;

  constructor(count: number) {
    this.count = count;
    this.#ids = randomBytes(32 * count);
  }

  id(i: number): Buffer {
    return this.#ids.subarray(32 * i, 32 * (i + 1));
  }

  /** All items but every hundredth, from the one numbered `left`. */
  items(timeOf: (i: number) => number, left = -1): NegentropyItems {
    const items = new NegentropyItems();
    for (let i = 0; i < this.count; i++) if (i % DIFFERENCE !== left) items.add(timeOf(i), this.id(i));
    return items.seal();
  }

  *rows(timeOf: (i: number) => number, left: number): Generator<[number, string]> {
    for (let i = 0; i < this.count; i++)
      if (i % DIFFERENCE !== left) yield [timeOf(i), this.id(i).toString('hex')];
  }
}

const newestFirst = (i: number) => 1_800_000_000 - Math.floor(i / 3);
const inNoOrder = (i: number) => 1_700_000_000 + ((i * 7919) % 100_000_007);

/** What is in memory and not garbage. */
function keptMb(): number {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc')();
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return (arrayBuffers + heapUsed) / 1e6;
}

function timed<T>(name: string, run: () => T): T {
  const start = performance.now();
  const result = run();
  rows.add(name, performance.now() - start);
  return result;
}

/** A whole session; the ids that were found, the frames, and the bytes of both sides. */
function session(client: NegentropyItems, server: NegentropyItems) {
  const initiator = new NegentropyInitiator(client, LIMIT);
  let [found, frames, bytes] = [0, 0, 0];
  for (let frame: Uint8Array | undefined = initiator.open(); frame; frames++) {
    const answer = answerNegentropy(server, frame, LIMIT);
    const { reply, have, need } = initiator.next(answer);
    bytes += frame.length + answer.length;
    found += have.length + need.length;
    frame = reply;
  }
  return { found, frames, bytes };
}

export function negentropy(rounds: number, million: number): void {
  let told = '';
  const kept: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const source = new Source(million);
    timed('a million items in no order', () => source.items(inNoOrder));
    const before = keptMb();
    const client = timed('a million items, newest first', () => source.items(newestFirst, 0));
    kept.push(keptMb() - before);
    const server = source.items(newestFirst, 1);
    timed('a thousand fingerprints of a million', () => {
      for (let i = 0; i < 1000; i++) client.fingerprint(i, client.size - i);
    });
    const { found, frames, bytes } = timed('a million reconciled, 2% differ', () => session(client, server));
    told = `${found} ids in ${frames} frames each way, ${(bytes / 1e6).toFixed(1)} MB`;
    if (found !== (2 * million) / DIFFERENCE) throw new Error(`${found} ids were found`);
    besideTools();
  }
  title('(i) Negentropy (NIP-77), both sides in one thread');
  const most = Math.max(...kept);
  line('a million items, newest first', rows.median('a million items, newest first'), 'ms');
  line('a million items in no order', rows.median('a million items in no order'), 'ms');
  line('memory of a million items', most, 'MB', ratio('MB', most, 60, true));
  line('a thousand fingerprints of a million', rows.median('a thousand fingerprints of a million'), 'ms');
  line('a million reconciled, 2% differ', rows.median('a million reconciled, 2% differ'), 'ms', told);
  for (const what of ['made', 'reconciled']) {
    const [ours, theirs] = [`100,000 ${what}`, `100,000 ${what}, nostr-tools`];
    line(ours, rows.median(ours), 'ms', `× nostr-tools ${rows.ratio(theirs, ours).toFixed(1)}`);
    line(theirs, rows.median(theirs), 'ms');
  }
}

function besideTools(): void {
  const source = new Source(FEWER);
  const server = source.items(newestFirst, 1);
  const entries = [...source.rows(newestFirst, 0)];
  const ours = timed('100,000 made', () => {
    const items = new NegentropyItems();
    for (const [time, id] of entries) items.add(time, id);
    return items.seal();
  });
  timed('100,000 reconciled', () => session(ours, server));
  const theirs = timed('100,000 made, nostr-tools', () => toolsItems(entries));
  timed('100,000 reconciled, nostr-tools', () =>
    toolsSession(theirs, LIMIT, frame => answerNegentropy(server, frame, LIMIT)),
  );
}
