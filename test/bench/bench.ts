// `npm run bench`: one table made in one run, with what nost does beside its peers and beside what the machine
// allows. Everything is run in turns, so that a busy moment hits all of them; medians are printed, and ratios are
// those of what ran in the same round. It never gates.
//   npm run bench -- --rounds 5 --million
//   npm run bench -- --only mining,offline
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BLOCK, corpusBlock } from './corpus.ts';
import { listening } from './listening.ts';
import { liveDelay } from './live.ts';
import { byNostrTools, everyCore, type HashRate, oneCore } from './mining.ts';
import { negentropy } from './negentropy.ts';
import { offline } from './offline.ts';
import { type Finished, NOST, PEERS, run, startCannedRelay } from './process.ts';
import { windows } from './publishing.ts';
import { line, rate, ratio, rows, title } from './rows.ts';
import { chunksOf, READERS, readingRate } from './scanning.ts';
import { stores } from './stores.ts';
import { comparing, syncing } from './syncing.ts';

const { values: flags } = parseArgs({
  options: {
    rounds: { type: 'string', default: '3' },
    /** Events for the long runs; fewer make a quick and rougher table. */
    events: { type: 'string', default: String(BLOCK) },
    million: { type: 'boolean', default: false },
    /** The names of some sections, with commas between them. */
    only: { type: 'string' },
  },
});
const ROUNDS = Number(flags.rounds);
const EVENTS = Number(flags.events);
const MILLION = 1_000_000;
const CORES = availableParallelism();
const folder = mkdtempSync(join(tmpdir(), 'nost-bench-run-'));
const OUT = join(folder, 'out');
const REPORT = join(folder, 'report');
const peer = (name: string) => join(PEERS, name);

/** Events per second by the program's own clock: from the first REQ to the end. */
const rateOf = (stderr: string) => {
  const { events, ms } = JSON.parse(stderr.slice(stderr.lastIndexOf('{')));
  return (events / ms) * 1000;
};

async function nostReads(
  url: string,
  words: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<[number, Finished]> {
  const finished = await run([NOST, 'req', '--all', '--report', REPORT, ...words, url], {
    stdoutFile: OUT,
    env,
  });
  const { events, ms, complete } = JSON.parse(readFileSync(REPORT, 'utf8'));
  if (!complete) throw new Error(`nost did not read everything: ${readFileSync(REPORT, 'utf8')}`);
  return [(events / ms) * 1000, finished];
}

async function addReading(name: string, measured: Promise<[number, Finished]>): Promise<void> {
  const [rate, { peakMb }] = await measured;
  rows.add(name, rate, peakMb);
}

async function peerReads(words: readonly string[]): Promise<[number, Finished]> {
  const finished = await run(words, { stdoutFile: OUT });
  return [rateOf(finished.stderr), finished];
}

type Engine = 'native' | 'wasm';

async function engineCost(engine: Engine, file: string, count: number): Promise<number> {
  return Number((await run([peer('engine-cost.mjs'), engine, file, String(count)])).stdout);
}

/** Checks a second by a program on each core: cores that share what is in them do less than so many alone. */
async function everyCoreAtOnce(engine: Engine, file: string): Promise<number> {
  const costs = Array.from({ length: CORES }, () => engineCost(engine, file, 2 * SECOND[engine]));
  return (await Promise.all(costs)).reduce((sum, cost) => sum + 1e6 / cost, 0);
}

/** Checks that take about a second. */
const SECOND = { native: 10_000, wasm: 2000 };

/** The row of what the cores could check a second while that row was measured. */
const limitOf = (name: string) => `${name}: cores ÷ cost`;

/** Adds what one check costs, as it is right before and right after what is measured for the row `name`. */
async function withLimit<T>(
  name: string,
  engine: Engine,
  file: string,
  measured: () => Promise<T>,
): Promise<T> {
  const before = await engineCost(engine, file, SECOND[engine]);
  const result = await measured();
  const cost = (before + (await engineCost(engine, file, SECOND[engine]))) / 2;
  rows.add(`one ${engine} verification`, cost);
  rows.add(limitOf(name), (CORES * 1e6) / cost);
  return result;
}

async function reading(file: string): Promise<void> {
  const relay = await startCannedRelay(EVENTS, [file]);
  const wasmRelay = await startCannedRelay(Math.min(EVENTS, 50_000), [file]);
  const { url } = relay;
  for (let round = 0; round < ROUNDS; round++) {
    process.stderr.write(`reading, round ${round + 1} of ${ROUNDS}\n`);
    await addReading(
      'nost req --all',
      withLimit('nost req --all', 'native', file, () => nostReads(url, [])),
    );
    await addReading('the socket alone, bytes written', peerReads([peer('read-socket.mjs'), url]));
    await addReading('nost req --all --no-verify', nostReads(url, ['--no-verify']));
    await addReading('nostr-tools SimplePool', peerReads([peer('nostr-tools.mjs'), url, 'default', '1500']));
    await addReading(
      'nostr-tools SimplePool, wasm',
      peerReads([peer('nostr-tools.mjs'), url, 'wasm', '10000']),
    );
    const withWasm = () => nostReads(wasmRelay.url, [], { NOST_VERIFY: 'wasm' });
    // The closest of the promises: more turns, for the machine changes its speed.
    for (let turn = 0; turn < 3; turn++)
      await addReading('nost req --all, wasm', withLimit('nost req --all, wasm', 'wasm', file, withWasm));
    for (const engine of ['native', 'wasm'] as const)
      rows.add(`${engine}, every core at once`, await everyCoreAtOnce(engine, file));
  }
  relay.stop();
  wasmRelay.stop();
  const native = rows.median('one native verification');
  const wasm = rows.median('one wasm verification');
  title(`(a, d) Reading ${EVENTS.toLocaleString('en')} events, page by page, to a file; peak memory`);
  line('one native verification', native, 'µs', `${CORES} cores: ${Math.round((CORES * 1e6) / native)}/s`);
  line('native, every core at once', rows.median('native, every core at once'), 'checks/s');
  line('one wasm verification', wasm, 'µs', `${CORES} cores: ${Math.round((CORES * 1e6) / wasm)}/s`);
  line('wasm, every core at once', rows.median('wasm, every core at once'), 'checks/s');
  rate('the socket alone, bytes written');
  rate(
    'nost req --all --no-verify',
    ratio('of the socket', rows.ratio('nost req --all --no-verify', 'the socket alone, bytes written'), 0.6),
  );
  rate(
    'nost req --all',
    ratio('of cores ÷ cost', rows.ratio('nost req --all', limitOf('nost req --all')), 0.6),
    ratio('× nostr-tools', rows.ratio('nost req --all', 'nostr-tools SimplePool'), 50),
    ratio('× its wasm', rows.ratio('nost req --all', 'nostr-tools SimplePool, wasm'), 8),
  );
  rate(
    'nost req --all, wasm',
    ratio('of cores ÷ cost', rows.ratio('nost req --all, wasm', limitOf('nost req --all, wasm')), 0.85),
  );
  rate('nostr-tools SimplePool');
  rate('nostr-tools SimplePool, wasm');
  const peak = Math.max(rows.peak('nost req --all'), rows.peak('nost req --all, wasm'));
  console.log(
    `  ${ratio('peak memory with threads, MB', peak, 200, true)} · ${ratio('without', rows.peak('nost req --all --no-verify'), 130, true)}`,
  );
}

async function linearity(): Promise<void> {
  title('(a) Cost grows linearly: microseconds for each event');
  const sizes = [10_000, 100_000, ...(flags.million ? [MILLION] : [])];
  for (const size of sizes) {
    const files = [];
    for (let block = 0; block * BLOCK < size; block++) files.push(await corpusBlock(block));
    const relay = await startCannedRelay(size, files);
    for (const [what, words] of [
      ['verified', []],
      ['--no-verify', ['--no-verify']],
    ] as const) {
      const name = `${size.toLocaleString('en')} ${what}`;
      for (let round = 0; round < (size > BLOCK ? 1 : ROUNDS); round++)
        await addReading(name, nostReads(relay.url, words));
      line(name, 1e6 / rows.median(name), 'µs');
    }
    relay.stop();
  }
}

async function publishing(file: string): Promise<void> {
  const relay = await startCannedRelay(0, []);
  const count = Math.min(EVENTS, 20_000);
  const input = join(folder, 'input.jsonl');
  writeFileSync(input, readFileSync(file, 'utf8').split('\n').slice(0, count).join('\n'));
  for (let round = 0; round < ROUNDS; round++) {
    const nost = await run([NOST, 'publish', '-', relay.url], { stdinFiles: [input], stdoutFile: OUT });
    rows.add('nost publish -', (count / nost.ms) * 1000, nost.peakMb);
    const tools = await run([peer('nostr-tools-publish.mjs'), relay.url, file, String(count)], {
      stdoutFile: OUT,
    });
    rows.add('nostr-tools publish', (count / tools.ms) * 1000, tools.peakMb);
  }
  relay.stop();
  title(`(b) Publishing ${count.toLocaleString('en')} events, fifty under way; nost verifies them first`);
  const share = rows.ratio('nost publish -', 'nostr-tools publish');
  rate('nost publish -', `× nostr-tools ${share.toFixed(2)}`);
  rate('nostr-tools publish');
}

/** What a million takes: memory, above all. The reader of the pipe is slower than nost. */
async function million(): Promise<void> {
  const files: string[] = [];
  for (let block = 0; block * BLOCK < MILLION; block++) files.push(await corpusBlock(block));
  const relay = await startCannedRelay(MILLION, files);
  const read = await run([NOST, 'req', '--all', '--no-verify', relay.url], { readsSlowly: 40 });
  rows.add('req --all --no-verify | slow reader', (MILLION / read.ms) * 1000, read.peakMb);
  const verified = await run([NOST, 'req', '--all', relay.url], { readsSlowly: 40 });
  rows.add('req --all | slow reader', (MILLION / verified.ms) * 1000, verified.peakMb);
  relay.stop();
  const silo = await startCannedRelay(0, []);
  const sent = await run([NOST, 'publish', '-', silo.url], { stdinFiles: files, stdoutFile: OUT });
  rows.add('publish - (verified)', (MILLION / sent.ms) * 1000, sent.peakMb);
  silo.stop();
  for (const words of [['verify'], ['match', '-k', '1']]) {
    const { ms, peakMb } = await run([NOST, ...words, '-'], { stdinFiles: files, stdoutFile: OUT });
    rows.add(`${words[0]} -`, (MILLION / ms) * 1000, peakMb);
  }
  title('(d) A million events: peak memory (≤ 200 MB)');
  for (const name of [
    'req --all --no-verify | slow reader',
    'req --all | slow reader',
    'publish - (verified)',
    'verify -',
    'match -',
  ])
    rate(name, ratio('MB', rows.peak(name), 200, true));
}

const NPUB = 'npub180cvv07tjdrrgpa0j7j7tmnyl2yr6yr7l8j4s3evf6u64th6gkwsyjh6w6';

async function starting(file: string): Promise<void> {
  const relay = await startCannedRelay(10, [file]);
  const programs: Record<string, readonly string[]> = {
    'node -e 0': ['-e', '0'],
    'nost --version': [NOST, '--version'],
    'nost decode': [NOST, 'decode', NPUB],
    'bare script to the first event': [peer('first-event.mjs'), relay.url],
    'nost req to the first event': [NOST, 'req', '-l', '1', relay.url],
    'bare script to the first event, wasm': [peer('first-event.mjs'), relay.url, 'wasm'],
    'nost req to the first event, wasm': [NOST, 'req', '-l', '1', relay.url],
  };
  for (let round = 0; round < 7 * ROUNDS; round++) {
    for (const [name, words] of Object.entries(programs)) {
      const env = name.endsWith('wasm') ? { NOST_VERIFY: 'wasm' } : {};
      const { ms, firstMs, peakMb } = await run(words, { env });
      rows.add(name, name.includes('first event') ? firstMs : ms, peakMb);
    }
  }
  relay.stop();
  title('(c) Starting');
  const against: Record<string, [string, number]> = {
    'nost --version': ['node -e 0', 1.25],
    'nost decode': ['node -e 0', 1.25],
    'nost req to the first event': ['bare script to the first event', 1.15],
    'nost req to the first event, wasm': ['bare script to the first event, wasm', 1.15],
  };
  for (const name of Object.keys(programs)) {
    const [base, wanted] = against[name] ?? [];
    const note = base ? ratio(`× ${base}`, rows.ratio(name, base), wanted!, true) : '';
    line(name, rows.median(name), 'ms', note);
  }
}

async function waiting(file: string): Promise<void> {
  const event = readFileSync(file, 'utf8').split('\n', 200);
  for (let round = 0; round < ROUNDS; round++) {
    rows.add('nost req --stream', await liveDelay([NOST, 'req', '--stream'], event));
    rows.add('bare script', await liveDelay([peer('first-event.mjs')], event));
  }
  title(
    '(c) A live event: from its frame leaving the relay to its line in the next program of the pipe, median',
  );
  line(
    'nost req --stream',
    rows.median('nost req --stream'),
    'ms',
    ratio('ms', rows.median('nost req --stream'), 2, true),
  );
  line('bare script', rows.median('bare script'), 'ms');
}

async function verifying(file: string): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    const verifyFile = () => run([NOST, 'verify', file], { stdoutFile: OUT });
    const { ms, peakMb } = await withLimit('nost verify FILE', 'native', file, verifyFile);
    rows.add('nost verify FILE', (BLOCK / ms) * 1000, peakMb);
  }
  title(`(e) Verifying a file of ${BLOCK.toLocaleString('en')} events`);
  const share = rows.ratio('nost verify FILE', limitOf('nost verify FILE'));
  rate('nost verify FILE', `of cores ÷ cost ${share.toFixed(2)}`);
}

async function mining(): Promise<void> {
  const add = (name: string, { clock, undisturbed }: HashRate) => {
    rows.add(name, clock);
    rows.add(`${name}, undisturbed`, undisturbed);
  };
  for (let round = 0; round < ROUNDS; round++) {
    for (const length of NOTE_LENGTHS) {
      add(`one core, ${length} bytes`, oneCore('x'.repeat(length), false));
      add(`every core, ${length} bytes`, await everyCore('x'.repeat(length), CORES));
    }
    add('one core, without WebAssembly', oneCore('x'.repeat(40), true));
    add('nostr-tools minePow', byNostrTools('x'.repeat(40)));
    const words = [NOST, 'publish', '--dry-run', '-m', 'x'.repeat(40), '--pow', '22'];
    const { ms, peakMb } = await run(words, { env: { NOSTR_SECRET_KEY: '01'.repeat(32) } });
    rows.add('nost publish --pow 22', ms, peakMb);
  }
  title('(f) Mining (NIP-13); undisturbed: by the time of the processor, not by the clock');
  const tell = (name: string, wanted?: number) => {
    const undisturbed = rows.median(`${name}, undisturbed`);
    const note = wanted === undefined ? undisturbed.toFixed(2) : ratio('', undisturbed, wanted);
    line(name, rows.median(name), 'million/s', `undisturbed ${note.trim()}`);
  };
  for (const length of NOTE_LENGTHS) {
    tell(`one core, ${length} bytes`, length === 40 ? 4 : undefined);
    tell(`every core, ${length} bytes`, length === 40 ? 4 * CORES : undefined);
  }
  tell('one core, without WebAssembly');
  tell('nostr-tools minePow');
  line('nost publish --pow 22', rows.median('nost publish --pow 22'), 'ms');
}

/** Bytes of content. */
const NOTE_LENGTHS = [5, 40, 280];

function scanning(file: string): void {
  const chunks = chunksOf(file);
  const names = Object.keys(READERS) as (keyof typeof READERS)[];
  for (let round = 0; round < ROUNDS; round++)
    for (const checksIds of [false, true])
      for (const name of names)
        rows.add(checksIds ? `${name}, ids checked` : name, readingRate(chunks, READERS[name], checksIds));
  title('(g) From frames to lines, one thread: the scanner beside JSON.parse and JSON.stringify');
  for (const how of ['', ', ids checked']) {
    rate(`scanner${how}`, `× JSON.parse ${rows.ratio(`scanner${how}`, `JSON.parse${how}`).toFixed(2)}`);
    rate(`JSON.parse${how}`);
  }
}

const file = await corpusBlock(0);
console.log(
  `node ${process.version}, ${CORES} cores (${cpus()[0]?.model.trim()}), ${ROUNDS} rounds, medians`,
);
const SECTIONS: Record<string, () => Promise<void> | void> = {
  reading: () => reading(file),
  linearity,
  publishing: () => publishing(file),
  windows: () => windows(file, folder, ROUNDS),
  ...(flags.million && { million }),
  starting: () => starting(file),
  waiting: () => waiting(file),
  listening: () => listening(ROUNDS),
  verifying: () => verifying(file),
  offline: () => offline(file, folder, { rounds: ROUNDS, million: MILLION }),
  mining,
  scanning: () => scanning(file),
  negentropy: () => negentropy(ROUNDS, MILLION),
  sync: async () => {
    await syncing(folder, ROUNDS, EVENTS);
    if (flags.million) await comparing(mkdtempSync(join(folder, 'million-')), ROUNDS);
  },
  store: () => stores(folder, [10_000, BLOCK, ...(flags.million ? [MILLION] : [])]),
};
try {
  for (const [name, measure] of Object.entries(SECTIONS))
    if (flags.only === undefined || flags.only.split(',').includes(name)) await measure();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
