// `nost serve --store`: how fast a database is loaded, how large it is, how soon it answers after a start, and what ten
// filters cost at each size, from the REQ to its EOSE, by a client that only counts.
import { createReadStream, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { WebSocket } from 'ws';
import type { Event } from '../../src/protocol/event.ts';
import type { Filter } from '../../src/protocol/filter.ts';
import { BLOCK, corpusBlock } from './corpus.ts';
import { NOST, type Relay, run, startServe } from './process.ts';
import { line, ratio, rows, title } from './rows.ts';

/** Imported by strfry on a machine like this, with signatures checked. */
const STRFRY = 10_000;

/** Seconds from the start of the server to its first answer. */
const START_S = 1;

/** How often each filter is asked. */
const TURNS = 9;

export async function stores(folder: string, sizes: readonly number[]): Promise<void> {
  const probe = (await firstLines(await corpusBlock(0), 5000)).map(text => JSON.parse(text) as Event);
  const filters = tenFilters(probe);
  for (const size of sizes) {
    process.stderr.write(`a database of ${size.toLocaleString('en')} events\n`);
    await measure(join(folder, `store-${size}`), size, filters);
  }
  title('(i) serve --store: loading (memory without the mapped file), size, start');
  for (const size of sizes) tellSize(size);
  title('(i) serve --store: ten filters and a COUNT, median milliseconds to EOSE (events)');
  for (const name of [...Object.keys(filters), COUNT]) {
    const cells = sizes.map(size => {
      const row = `${name}, ${size}`;
      return `${rows.median(row).toFixed(1)} (${rows.median(`${row}: found`)})`.padStart(14);
    });
    console.log(`  ${name.padEnd(34)} ${cells.join(' ')}`);
  }
}

function tellSize(size: number): void {
  const at = size.toLocaleString('en');
  const load = rows.median(`load, ${size}`);
  const note = ratio('× strfry import', load / STRFRY, 1);
  line(
    `import ${at}`,
    load,
    'events/s',
    `${note}, undisturbed ${Math.round(rows.median(`load cpu, ${size}`))}/s`,
  );
  const bytes = rows.median(`bytes, ${size}`);
  line(
    `database of ${at}`,
    bytes / 1e6,
    'MB',
    `× JSONL ${(bytes / rows.median(`jsonl, ${size}`)).toFixed(2)}`,
  );
  const start = rows.median(`start, ${size}`);
  line(`start with ${at} to an answer`, start, 'ms', ratio('s', start / 1000, START_S, true));
}

const COUNT = 'COUNT of zaps to somebody';

async function measure(
  store: string,
  size: number,
  filters: Readonly<Record<string, Filter>>,
): Promise<void> {
  const files = await filesOf(size, store);
  const imported = await run([NOST, 'serve', '--store', store, '--import', '-'], { stdinFiles: files });
  rows.add(`load, ${size}`, (size / imported.ms) * 1000);
  rows.add(`import ${size.toLocaleString('en')}`, 0, imported.ownMb);
  rows.add(`load cpu, ${size}`, (size / imported.cpuMs) * 1000);
  rows.add(`bytes, ${size}`, statSync(join(store, 'data.mdb')).size);
  rows.add(
    `jsonl, ${size}`,
    files.reduce((sum, file) => sum + statSync(file).size, 0),
  );
  for (let turn = 0; turn < 3; turn++) await start(store, size);
  const relay = await startServe('--store', store);
  const client = await Asker.connect(relay);
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [name, filter] of Object.entries(filters)) await client.ask(`${name}, ${size}`, 'REQ', filter);
    await client.ask(`${COUNT}, ${size}`, 'COUNT', { ...filters['mentions of somebody'], kinds: [9735] });
  }
  client.close();
  relay.stop();
  rmSync(store, { recursive: true });
}

/** The JSONL of so many events. */
async function filesOf(size: number, store: string): Promise<string[]> {
  const files: string[] = [];
  for (let block = 0; block * BLOCK < size; block++) files.push(await corpusBlock(block));
  if (size >= BLOCK) return files;
  const path = `${store}.jsonl`;
  writeFileSync(path, `${(await firstLines(files[0]!, size)).join('\n')}\n`);
  return [path];
}

async function firstLines(file: string, count: number): Promise<string[]> {
  const lines: string[] = [];
  for await (const text of createInterface({ input: createReadStream(file) }))
    if (lines.push(text) === count) break;
  return lines;
}

async function start(store: string, size: number): Promise<void> {
  const began = performance.now();
  const relay = await startServe('--store', store);
  const client = await Asker.connect(relay);
  await client.ask('', 'REQ', { limit: 1 });
  rows.add(`start, ${size}`, performance.now() - began);
  client.close();
  relay.stop();
}

/** A client that measures how long an answer takes. */
class Asker {
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  static connect({ url }: Relay): Promise<Asker> {
    const socket = new WebSocket(url);
    return new Promise((resolve, reject) => {
      socket.once('open', () => resolve(new Asker(socket)));
      socket.once('error', reject);
    });
  }

  ask(row: string, verb: 'REQ' | 'COUNT', filter: Filter): Promise<void> {
    return new Promise((resolve, reject) => {
      const began = performance.now();
      let found = 0;
      this.#socket.on('message', (data: Buffer) => {
        const head = data.toString('latin1', 0, 8);
        if (head.startsWith('["EVENT"')) found++;
        if (head.startsWith('["EVENT"') || head.startsWith('["AUTH"')) return;
        this.#socket.removeAllListeners('message');
        if (head.startsWith('["CLOSED')) return reject(new Error(String(data)));
        if (verb === 'COUNT') found = JSON.parse(String(data))[2].count;
        rows.add(row, performance.now() - began);
        rows.add(`${row}: found`, found);
        if (verb === 'REQ') this.#socket.send('["CLOSE","b"]');
        resolve();
      });
      this.#socket.send(JSON.stringify([verb, 'b', filter]));
    });
  }

  close(): void {
    this.#socket.close();
  }
}

/** Filters as clients send them, for people and events that are in each size. */
function tenFilters(events: readonly Event[]): Readonly<Record<string, Filter>> {
  const authors = [...new Set(events.map(({ pubkey }) => pubkey))];
  const reaction = events.filter(({ kind }) => kind === 7)[1000]!;
  const article = events.find(({ kind }) => kind === 30023)!;
  const someone = authors[100]!;
  const until = events[2000]!.created_at;
  return {
    'the newest': { limit: 100 },
    'by id': { ids: [events[1234]!.id] },
    'notes of an author': { authors: [someone], kinds: [1], limit: 20 },
    'a feed of 200 authors': { authors: authors.slice(0, 200), kinds: [1, 6], limit: 100 },
    'the lists of 100 authors': { authors: authors.slice(0, 100), kinds: [3] },
    'reactions to an event': { '#e': [reaction.tags[0]![1]!], kinds: [7] },
    'mentions of somebody': { '#p': [someone], kinds: [1], limit: 20 },
    'a hashtag': { '#t': ['nostr'], limit: 100 },
    'a kind in an hour': { kinds: [1], since: until - 3600, until },
    'an article': { kinds: [30023], authors: [article.pubkey], '#d': [article.tags[0]![1]!] },
  };
}
