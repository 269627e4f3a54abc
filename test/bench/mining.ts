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

/** No id ever had so many; and it has two digits, as what is asked for has. */
const UNREACHABLE = 99;

const openedHasher = openHasher();

/** Millions of hashes a second: by the clock, and what it would be if nobody else used these cores. */
export interface HashRate {
  clock: number;
  undisturbed: number;
}

/** Starts to measure; the returned function tells the rate of so many hashes on so many cores. */
function measure(): (hashes: number, cores: number) => HashRate {
  const [start, used] = [performance.now(), process.cpuUsage()];
  return (hashes, cores) => {
    const { user, system } = process.cpuUsage(used); // microseconds, of all threads
    const clock = hashes / (performance.now() - start) / 1000;
    return { clock, undisturbed: (hashes / (user + system)) * cores };
  };
}

/** On this thread alone. */
export function oneCore(content: string, isPlain: boolean): HashRate {
  const hasher = isPlain ? mineChunk : openedHasher;
  const rate = measure();
  let from = 0;
  for (const start = performance.now(); performance.now() - start < 500; from += 50_000)
    hasher(noteOf(content), UNREACHABLE, { from, attempts: 50_000 });
  return rate(from, 1);
}

/** As --pow does it, once its threads have started. */
export async function everyCore(content: string, threads: number): Promise<HashRate> {
  const miner = new Miner({ threads, clock: () => performance.now() });
  const stop = new AbortController();
  const createdAt = () => 1_700_000_000;
  const mining = miner.mine(noteOf(content), { bits: UNREACHABLE, createdAt, signal: stop.signal });
  await new Promise(done => setTimeout(done, 500));
  const [before, rate] = [miner.hashes, measure()];
  await new Promise(done => setTimeout(done, 1000));
  const measured = rate(miner.hashes - before, threads);
  stop.abort();
  await mining.catch(() => {});
  miner.close();
  return measured;
}

/** The peer takes no count of attempts, but begins at 1: what it finds tells how many there were. */
export function byNostrTools(content: string): HashRate {
  const rate = measure();
  let hashes = 0;
  for (let i = 0, start = performance.now(); performance.now() - start < 500; i++) {
    const { tags } = minePow(noteOf(`${content.slice(0, -4)}${1000 + i}`), 14);
    hashes += Number(tags.find(([name]) => name === 'nonce')![1]);
  }
  return rate(hashes, 1);
}
