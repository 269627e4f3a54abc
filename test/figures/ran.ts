// Runs `publish` and `req` once against a `serve` of the same source, and tells in which files of src a function
// really ran. What a file runs merely because it is loaded does not count: the same files are loaded once more by a
// program that runs nothing, and its counts are taken off.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Verb } from './spine.ts';

/** How often each function ran, by file and function. */
type Counts = Map<string, Map<string, number>>;

interface Coverage {
  result: {
    url: string;
    functions: { functionName: string; ranges: { startOffset: number; count: number }[] }[];
  }[];
}

/** The files of `root`/src, relative to src, that each verb ran. */
export async function filesThatRan(root: string): Promise<Record<Verb, string[]>> {
  const place = mkdtempSync(join(tmpdir(), 'nost-figures-'));
  const secret = join(place, 'key.txt');
  writeFileSync(secret, `${'1'.padStart(64, '0')}\n`, { mode: 0o600 });
  const runner = new Runner(root, place);
  const relay = runner.start(['serve', '--port', '0']);
  try {
    const url = await firstLine(relay);
    const publish = await runner.measure(['publish', '-m', 'hello', '--sec-file', secret, url]);
    const req = await runner.measure(['req', '-k', '1', '-l', '3', url]);
    return { req, publish };
  } finally {
    relay.kill('SIGTERM');
    rmSync(place, { recursive: true, force: true });
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) return line;
  throw new Error('the relay ended before it told its address');
}

class Runner {
  readonly #root: string;
  readonly #place: string;
  #runs = 0;

  constructor(root: string, place: string) {
    this.#root = root;
    this.#place = place;
  }

  /** The program as its source, on a home of its own. */
  start(words: readonly string[], coverage?: string): ChildProcess {
    const main = pathToFileURL(join(this.#root, 'src/main.ts')).href;
    return this.#node(`(await import(${JSON.stringify(main)})).main(process.argv.slice(1))`, words, coverage);
  }

  /** The files in which a function ran that loading alone does not run. */
  async measure(words: readonly string[]): Promise<string[]> {
    const counts = await this.#counted(coverage => this.start(words, coverage));
    const loads = [...counts.keys()].map(file => `await import(${JSON.stringify(this.#urlOf(file))});`);
    const idle = await this.#counted(coverage => this.#node(loads.join('\n'), [], coverage));
    const ran = ([file, functions]: [string, Map<string, number>]) =>
      [...functions].some(([name, count]) => count > (idle.get(file)?.get(name) ?? 0));
    return [...counts].filter(ran).map(([file]) => file);
  }

  async #counted(start: (coverage: string) => ChildProcess): Promise<Counts> {
    const folder = join(this.#place, `coverage-${this.#runs++}`);
    const child = start(folder);
    child.stdout!.resume();
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`${child.spawnargs.slice(-4).join(' ')} ended with ${code}`);
    return readCounts(folder, join(this.#root, 'src'));
  }

  #urlOf(file: string): string {
    return pathToFileURL(join(this.#root, 'src', file)).href;
  }

  #node(program: string, words: readonly string[], coverage: string | undefined): ChildProcess {
    const { PATH } = process.env;
    const env = {
      PATH,
      HOME: this.#place,
      NOST_NO_INPUT: '1',
      ...(coverage && { NODE_V8_COVERAGE: coverage }),
    };
    const flags = ['--import', 'tsx', '--input-type=module', '--eval', program, '--'];
    return spawn(process.execPath, [...flags, ...words], {
      cwd: this.#root,
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  }
}

function readCounts(folder: string, src: string): Counts {
  const counts: Counts = new Map();
  for (const name of readdirSync(folder)) {
    const { result }: Coverage = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    for (const { url, functions } of result) {
      const file = fileIn(src, url);
      if (file === undefined) continue;
      const known = counts.get(file) ?? new Map<string, number>();
      counts.set(file, known);
      // The first is the module itself; __name is put in by what strips the types.
      for (const { functionName, ranges } of functions.slice(1)) {
        if (functionName === '__name') continue;
        const key = `${functionName} ${ranges[0]!.startOffset}`;
        known.set(key, (known.get(key) ?? 0) + ranges[0]!.count);
      }
    }
  }
  return counts;
}

function fileIn(src: string, url: string): string | undefined {
  if (!url.startsWith('file:')) return undefined;
  const path = relative(src, fileURLToPath(url.replace(/[?#].*$/, '')));
  return path.startsWith('..') ? undefined : path.split(sep).join('/');
}
