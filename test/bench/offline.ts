// The commands without a relay beside nostr-tools: whole programs, from a file to a file, each as its users write it. The
// peers are slower, so some of them get fewer lines; the start of node counts for all. Undisturbed: by processor time.
import { createReadStream, createWriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { neventEncode, noteEncode, nprofileEncode, npubEncode } from 'nostr-tools/nip19';
import { BLOCK } from './corpus.ts';
import { NOST, PEERS, run } from './process.ts';
import { line, ratio, rows, title } from './rows.ts';

const PEER = join(PEERS, 'nostr-tools-lines.mjs');

/** The filter of the peer is the same. */
const FILTER = ['-k', '1', '--since', '1749900000'];

const KEY = { NOSTR_SECRET_KEY: '01'.repeat(32) };

/** A program that is measured. */
interface Program {
  words: readonly string[];
  /** The lines it gets, and how many of them there are. */
  input: string;
  lines: number;
  env?: NodeJS.ProcessEnv;
}

/** Rows of `nost`, each with the peers it stands beside. */
const BESIDE: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  'nost decode': { 'nostr-tools decode': 2 },
  'nost match --no-verify': { 'nostr-tools matchFilter': 1 },
  'nost match': {},
  'nost verify': { 'nostr-tools verifyEvent, wasm': 8, 'nostr-tools verifyEvent': 40 },
  'nost sign': { 'nostr-tools finalizeEvent': 4 },
};

/** Memory must not grow with the input: at most so many times what a tenth of it takes. */
const FLAT = 1.5;

export async function offline(
  file: string,
  folder: string,
  { rounds, million }: { rounds: number; million: number },
): Promise<void> {
  const inputs = await Inputs.write(file, folder);
  const programs: Record<string, Program> = {
    'nost decode': { words: [NOST, 'decode', '-'], input: await inputs.codes(million), lines: million },
    'nostr-tools decode': peer('decode', await inputs.codes(BLOCK), BLOCK),
    'nost match --no-verify': { words: [NOST, 'match', '--no-verify', ...FILTER], input: file, lines: BLOCK },
    'nost match': { words: [NOST, 'match', ...FILTER], input: file, lines: BLOCK },
    'nostr-tools matchFilter': peer('match', file, BLOCK),
    'nost verify': { words: [NOST, 'verify'], input: file, lines: BLOCK },
    'nostr-tools verifyEvent, wasm': peer('verify-wasm', inputs.events(20_000), 20_000),
    'nostr-tools verifyEvent': peer('verify', inputs.events(2000), 2000),
    'nost sign': { words: [NOST, 'sign', '-'], input: inputs.drafts(10_000), lines: 10_000, env: KEY },
    'nostr-tools finalizeEvent': peer('sign', inputs.drafts(2000), 2000),
  };
  const small: Record<string, Program> = {
    'nost decode': { ...programs['nost decode']!, input: await inputs.codes(BLOCK) },
    'nost match': { ...programs['nost match']!, input: inputs.events(BLOCK / 10) },
    'nost verify': { ...programs['nost verify']!, input: inputs.events(BLOCK / 10) },
    'nost sign': { ...programs['nost sign']!, input: inputs.drafts(1000) },
  };
  for (let round = 0; round < rounds; round++) {
    process.stderr.write(`without a relay, round ${round + 1} of ${rounds}\n`);
    for (const [name, program] of Object.entries(programs)) await measure(name, program, folder);
    for (const [name, program] of Object.entries(small)) await measure(aTenth(name), program, folder);
  }
  title('(h) Without a relay, from a file to a file: whole programs; peak memory');
  for (const [name, peers] of Object.entries(BESIDE)) {
    const beside = Object.entries(peers).map(([other, wanted]) => {
      const byClock = ratio(`× ${other}`, rows.ratio(name, other), wanted);
      return `${byClock}, undisturbed ${rows.ratio(undisturbed(name), undisturbed(other)).toFixed(1)}`;
    });
    const tenth = rows.peak(aTenth(name));
    const flat = tenth > 0 ? [ratio('memory of a tenth ×', rows.peak(name) / tenth, FLAT, true)] : [];
    line(name, rows.median(name), 'lines/s', ...beside, ...flat);
    for (const other of Object.keys(peers)) line(other, rows.median(other), 'lines/s');
  }
}

const aTenth = (name: string) => `${name}, a tenth`;

function peer(verb: string, input: string, lines: number): Program {
  return { words: [PEER, verb], input, lines };
}

async function measure(name: string, { words, input, lines, env }: Program, folder: string): Promise<void> {
  const stdoutFile = join(folder, 'out');
  const { ms, cpuMs, peakMb } = await run(words, { stdinFile: input, stdoutFile, ...(env && { env }) });
  rows.add(name, (lines / ms) * 1000, peakMb);
  rows.add(undisturbed(name), (lines / cpuMs) * 1000);
}

/** The row of the same by the time of the processor, which other programs change little. */
const undisturbed = (name: string) => `${name}, undisturbed`;

/** The files that the programs read, made of the events of the corpus. */
class Inputs {
  readonly #folder: string;
  readonly #lines: readonly string[];
  readonly #codes: string;

  private constructor(folder: string, lines: readonly string[]) {
    this.#folder = folder;
    this.#lines = lines;
    this.#codes = `${lines.map((text, i) => codeOf(JSON.parse(text), i)).join('\n')}\n`;
  }

  static async write(file: string, folder: string): Promise<Inputs> {
    const lines: string[] = [];
    for await (const text of createInterface({ input: createReadStream(file) })) lines.push(text);
    return new Inputs(folder, lines);
  }

  events(count: number): string {
    return this.#write(`events-${count}`, this.#lines.slice(0, count));
  }

  drafts(count: number): string {
    const drafts = this.#lines.slice(0, count).map(text => {
      const { created_at, tags, content } = JSON.parse(text);
      return JSON.stringify({ kind: 1, created_at, tags, content });
    });
    return this.#write(`drafts-${count}`, drafts);
  }

  /** Multiples of the block. */
  async codes(count: number): Promise<string> {
    const path = join(this.#folder, `codes-${count}`);
    const blocks = Array.from({ length: count / BLOCK }, () => this.#codes);
    await pipeline(blocks, createWriteStream(path));
    return path;
  }

  #write(name: string, lines: readonly string[]): string {
    const path = join(this.#folder, name);
    writeFileSync(path, `${lines.join('\n')}\n`);
    return path;
  }
}

const RELAYS = ['wss://relay.example.com', 'wss://other.example'];

/** One of the codes that people share. */
function codeOf({ id, pubkey, kind }: { id: string; pubkey: string; kind: number }, i: number): string {
  const codes = [
    () => npubEncode(pubkey),
    () => noteEncode(id),
    () => nprofileEncode({ pubkey, relays: RELAYS }),
    () => neventEncode({ id, author: pubkey, kind, relays: RELAYS }),
  ];
  return codes[i % codes.length]!();
}
