// What the window of `publish` gains: as many events in flight as a relay bears, beside fifty.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { NOST, type Relay, run, startCannedRelay, startServe } from './process.ts';
import { rate, ratio, rows, title } from './rows.ts';

const COUNT = 10_000;

/** Of kinds that no other event replaces. */
const KEPT = /"kind":[17],/;

/** Milliseconds to the relay and back. */
const FAR = 50;

const SIZES = ['auto', '50'] as const;

/** Both sizes in turns: into a relay far away, and into nost's own on this machine, a new one each time. */
export async function windows(file: string, folder: string, rounds: number): Promise<void> {
  const input = join(folder, 'window.jsonl');
  const kept = readFileSync(file, 'utf8')
    .split('\n')
    .filter(line => KEPT.test(line));
  writeFileSync(input, kept.slice(0, COUNT).join('\n'));
  const relays: Record<string, () => Promise<Relay>> = {
    [`${FAR} ms away`]: () => startCannedRelay(0, [], FAR),
    'into nost serve': startServe,
  };
  for (let round = 0; round < rounds; round++)
    for (const [where, start] of Object.entries(relays))
      for (const size of round % 2 === 0 ? SIZES : SIZES.toReversed()) {
        const relay = await start();
        const words = [NOST, 'publish', '-', '--pipeline', size, relay.url];
        const started = relay.cpuMs();
        const { ms, peakMb, cpuMs } = await run(words, { stdinFile: input, stdoutFile: join(folder, 'out') });
        const name = `--pipeline ${size}, ${where}`;
        rows.add(name, (COUNT / ms) * 1000, peakMb);
        rows.add(costOf(name), cpuMs + relay.cpuMs() - started);
        relay.stop();
      }
  title(`(b) Publishing ${COUNT.toLocaleString('en')} events: the window that adapts itself, and fifty`);
  for (const [where, wanted] of [
    [`${FAR} ms away`, 2],
    ['into nost serve', 0.95], // never slower, but for what the clock tells amiss
  ] as const) {
    const [auto, fixed] = SIZES.map(size => `--pipeline ${size}, ${where}`) as [string, string];
    const cost = rows.ratio(costOf(auto), costOf(fixed));
    rate(auto, ratio('× fifty', rows.ratio(auto, fixed), wanted), `processor time × ${cost.toFixed(2)}`);
    rate(fixed);
  }
}

/** The row of what the program and the relay used together: beside other programs that tells more than the clock. */
const costOf = (name: string) => `${name}, processor time`;
