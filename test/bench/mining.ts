// How many hashes a second are tried for a proof of work, on a note of some bytes.
import { minePow } from 'nostr-tools/nip13';
import { openHasher } from '../../src/mining/hasher.ts';
import { Miner } from '../../src/mining/miner.ts';
import { mineChunk } from '../../src/protocol/nip13.ts';

const noteOf = (content: string) => ({
  pubkey: 'ab'.repeat(32),
  created_at: 1_700_000_000,
  kind: 1,
  tags: [],
  content,
});

/** No id has so many. */
const UNREACHABLE = 256;

const openedHasher = openHasher();

/** On this thread alone. */
export function oneCore(content: string, isPlain: boolean): number {
  const hasher = isPlain ? mineChunk : openedHasher;
  const start = performance.now();
  let from = 0;
  for (; performance.now() - start < 500; from += 50_000)
    hasher(noteOf(content), UNREACHABLE, { from, attempts: 50_000 });
  return (from / (performance.now() - start)) * 1000;
}

/** As --pow does it, once its threads have started. */
export async function everyCore(content: string, threads: number): Promise<number> {
  const miner = new Miner({ threads, clock: () => performance.now() });
  const stop = new AbortController();
  const createdAt = () => 1_700_000_000;
  const mining = miner.mine(noteOf(content), { bits: UNREACHABLE, createdAt, signal: stop.signal });
  await new Promise(done => setTimeout(done, 500));
  const [start, before] = [performance.now(), miner.hashes];
  await new Promise(done => setTimeout(done, 1000));
  const rate = ((miner.hashes - before) / (performance.now() - start)) * 1000;
  stop.abort();
  await mining.catch(() => {});
  miner.close();
  return rate;
}

/** The peer takes no count of attempts: it begins at 1, and what it finds tells how many there were. */
export function byNostrTools(content: string): number {
  const start = performance.now();
  let hashes = 0;
  for (let i = 0; performance.now() - start < 500; i++) {
    const { tags } = minePow(noteOf(`${content.slice(0, -4)}${1000 + i}`), 14);
    hashes += Number(tags.find(([name]) => name === 'nonce')![1]);
  }
  return (hashes / (performance.now() - start)) * 1000;
}
