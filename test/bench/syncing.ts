// `nost sync` between two `nost serve` with databases: what it moves, how fast, and in how much memory, beside a copy of
// everything, by its own scan and by `req --all | publish`. Bytes are counted on the way, in both directions.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { BLOCK, corpusBlock } from './corpus.ts';
import { NOST, run, startServe } from './process.ts';
import { line, rows, title } from './rows.ts';

const MILLION = 1_000_000;

/** Of a hundred events TO lacks so many. */
const SHARE = 5;

const SPREADS = ['nothing', 'a contiguous 5 %', 'a random 5 %', 'everything'] as const;

type Spread = (typeof SPREADS)[number];

/** Whether TO has the event numbered `i` of `count`. */
const HAS: Record<Spread, (i: number, count: number) => boolean> = {
  nothing: () => true,
  'a contiguous 5 %': (i, count) => i < count * 0.4 || i >= count * (0.4 + SHARE / 100),
  'a random 5 %': i => (Math.imul(i + 1, 0x9e3779b1) >>> 0) / 2 ** 32 >= SHARE / 100,
  everything: () => false,
};

/** Counts what passes to a relay and back. */
class Wire {
  bytes = 0;
  /** Frames of negotiations that the relay sent. */
  frames = 0;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(port: number) {
    this.#server = createServer(client => {
      const relay = connect(port, '127.0.0.1');
      for (const [from, to] of [
        [client, relay],
        [relay, client],
      ] as const) {
        this.#sockets.add(from);
        from.on('data', chunk => {
          this.bytes += chunk.length;
          if (from === relay) this.frames += chunk.toString('latin1').split('["NEG-MSG"').length - 1;
        });
        from.on('error', () => to.destroy());
        from.pipe(to);
      }
    });
  }

  async open(): Promise<string> {
    await new Promise<void>(resolve => this.#server.listen(0, '127.0.0.1', resolve));
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}

export async function syncing(folder: string, rounds: number, count: number): Promise<void> {
  const lines = readFileSync(await corpusBlock(0), 'utf8')
    .split('\n')
    .slice(0, count);
  for (const spread of SPREADS) await load(folder, spread, lines);
  const ways: [name: string, spread: Spread, words: string[] | undefined][] = [
    ...SPREADS.map((spread): [string, Spread, string[]] => [`sync, ${spread} is missing`, spread, []]),
    ['sync --method scan', 'everything', ['--method', 'scan']],
    ['req --all | publish', 'everything', undefined],
  ];
  for (let round = 0; round < rounds; round++)
    for (const [name, spread, words] of ways) await move(folder, name, spread, words);
  title(`(j) Moving events between two databases of ${count.toLocaleString('en')}: bytes on all wires`);
  const full = rows.median('req --all | publish: bytes');
  for (const [name] of ways) {
    const share = (100 * rows.median(`${name}: bytes`)) / full;
    const frames = rows.median(`${name}: frames`);
    line(
      name,
      rows.median(name) / 1000,
      's',
      `${(rows.median(`${name}: bytes`) / 1e6).toFixed(1)} MB, ${share.toFixed(1)} % of the copy`,
      ...(frames > 0 ? [`${frames} frames of negentropy`] : []),
      `${Math.round((count / rows.median(name)) * 1000)} events/s`,
    );
  }
}

/** A million events here and there, of which TO lacks 5 %: compared by ids alone. */
export async function comparing(folder: string, rounds: number): Promise<void> {
  const files: string[] = [];
  for (let block = 0; block * BLOCK < MILLION; block++) files.push(await corpusBlock(block));
  const spreads: Spread[] = ['a contiguous 5 %', 'a random 5 %'];
  await run([NOST, 'serve', '--store', placeOf(folder, 'nothing'), '--import', '-'], { stdinFiles: files });
  for (const spread of spreads) {
    const parts = files.map((file, block) => partOf(folder, file, block, spread));
    await run([NOST, 'serve', '--store', placeOf(folder, spread), '--import', '-'], { stdinFiles: parts });
    for (const part of parts) rmSync(part);
  }
  for (let round = 0; round < rounds; round++)
    for (const spread of spreads) await compareOnce(folder, spread);
  title('(j) A million events in two databases, compared by ids: ≤ 10 s and 200 MB');
  for (const spread of spreads) {
    const name = `sync --dry-run, ${spread} is missing`;
    const [client, server] = [rows.median(`${name}: MB`), rows.median(`${name}: server MB`)];
    const told = `${(rows.median(`${name}: bytes`) / 1e6).toFixed(1)} MB, ${rows.median(`${name}: frames`)} frames`;
    line(
      name,
      rows.median(name) / 1000,
      's',
      told,
      `client ${Math.round(client)} MB, a server ${Math.round(server)} MB`,
    );
  }
}

/** The events of a block that TO has, in a file of their own. */
function partOf(folder: string, file: string, block: number, spread: Spread): string {
  const part = join(folder, `sync-part-${block}.jsonl`);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  const kept = lines.filter((_, i) => HAS[spread](block * BLOCK + i, MILLION));
  writeFileSync(part, `${kept.join('\n')}\n`);
  return part;
}

async function compareOnce(folder: string, spread: Spread): Promise<void> {
  const name = `sync --dry-run, ${spread} is missing`;
  const relays = [
    await startServe('--store', placeOf(folder, 'nothing')),
    await startServe('--store', placeOf(folder, spread)),
  ];
  // What counts the bytes takes a part of a processor: the time is that of a run without it.
  const { ms, peakMb } = await run([NOST, 'sync', '--dry-run', ...relays.map(({ url }) => url)]);
  const wires = relays.map(({ url }) => new Wire(Number(new URL(url).port)));
  await run([NOST, 'sync', '--dry-run', ...(await Promise.all(wires.map(wire => wire.open())))]);
  rows.add(name, ms);
  rows.add(`${name}: MB`, peakMb);
  rows.add(`${name}: server MB`, Math.max(...relays.map(relay => relay.ownMb())));
  for (const what of ['bytes', 'frames'] as const)
    rows.add(
      `${name}: ${what}`,
      wires.reduce((all, wire) => all + wire[what], 0),
    );
  for (const wire of wires) wire.close();
  for (const relay of relays) relay.stop();
}

const placeOf = (folder: string, spread: Spread) => join(folder, `sync-${SPREADS.indexOf(spread)}`);

async function load(folder: string, spread: Spread, lines: readonly string[]): Promise<void> {
  const file = join(folder, 'sync.jsonl');
  writeFileSync(file, lines.filter((_, i) => HAS[spread](i, lines.length)).join('\n'));
  await run([NOST, 'serve', '--store', placeOf(folder, spread), '--import', '-'], { stdinFiles: [file] });
}

async function move(
  folder: string,
  name: string,
  spread: Spread,
  words: string[] | undefined,
): Promise<void> {
  const target = join(folder, 'sync-target');
  cpSync(placeOf(folder, spread), target, { recursive: true });
  const relays = [
    await startServe('--store', placeOf(folder, 'nothing')),
    await startServe('--store', target),
  ];
  const wires = relays.map(({ url }) => new Wire(Number(new URL(url).port)));
  const [from, to] = await Promise.all(wires.map(wire => wire.open()));
  const start = performance.now();
  if (words) {
    const { ms, peakMb } = await run([NOST, 'sync', ...words, from!, to!]);
    rows.add(name, ms, peakMb);
  } else {
    const pipe = '"$0" "$1" req --all "$2" | "$0" "$1" publish --results - "$3" > /dev/null';
    const [code] = await once(spawn('bash', ['-c', pipe, process.execPath, NOST, from!, to!]), 'close');
    if (code !== 0) throw new Error(`the pipe ended with ${code}`);
    rows.add(name, performance.now() - start);
  }
  const sum = (what: 'bytes' | 'frames') => wires.reduce((all, wire) => all + wire[what], 0);
  rows.add(`${name}: bytes`, sum('bytes'));
  rows.add(`${name}: frames`, sum('frames'));
  for (const wire of wires) wire.close();
  for (const relay of relays) relay.stop();
  rmSync(target, { recursive: true });
}
