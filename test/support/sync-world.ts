// Relays and files for tests of `nost sync`: what each holds, and a run of the built program.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Event } from '../../src/protocol/event.ts';
import type { Filter } from '../../src/protocol/filter.ts';
import { memoryStore } from '../../src/server/store/table-store.ts';
import { type Mutation, startMutant } from './mutant-relay.ts';
import { A, T0 } from './people.ts';
import { type NostOptions, startNost } from './relays.ts';
import { ask } from './wire.ts';

const NOST = join(import.meta.dirname, '../../bin/nost.js');

/** So many notes, of a second each. */
export const notes = (count: number, from = 0): Event[] =>
  Array.from({ length: count }, (_, i) => A.note(`note ${from + i}`, T0 + from + i));

export const jsonl = (events: readonly unknown[]): string =>
  events.map(event => `${JSON.stringify(event)}\n`).join('');

/** Our relay with these events; it ends with the test. */
export async function relayOf(
  t: TestContext,
  seed: readonly Event[],
  options: NostOptions = {},
): Promise<string> {
  const relay = await startNost({ ...options, seed });
  t.after(() => relay.close());
  return relay.url;
}

/** The same behind a go-between that changes frames. */
export async function mutantOf(t: TestContext, seed: readonly Event[], mutation: Mutation): Promise<string> {
  const store = memoryStore();
  await store.add(seed);
  const relay = await startMutant({ ...mutation, relay: { ...mutation.relay, store } });
  t.after(() => relay.close());
  return relay.url;
}

/** A folder that is gone after the test. */
export function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'nost-sync-'));
  t.after(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** The ids that a relay gives, or that stand in a file, sorted. */
export async function idsAt(place: string, filter: Filter = {}): Promise<string[]> {
  if (!place.startsWith('ws'))
    return idsOf(
      readFileSync(place, 'utf8')
        .trim()
        .split('\n')
        .filter(Boolean)
        .map(line => JSON.parse(line)),
    );
  const { events } = await ask(place, { all: true, filters: [filter] });
  return idsOf(events);
}

export const idsOf = (events: readonly Event[]): string[] => events.map(({ id }) => id).sort();

/** What is told of a side. */
export interface SideLine {
  type: string;
  message: string;
  relay: string;
  method: string;
  had: number;
  needed: number;
  sent: number;
  accepted: number;
  refused: number;
  hidden: number;
  ms: number;
}

export interface SyncRun {
  code: number;
  stdout: string;
  log: { type: string; [field: string]: unknown }[];
  /** FROM, and TO last. */
  sides: SideLine[];
  ms: number;
}

export interface RunOptions {
  input?: string;
  cwd?: string;
}

/** `nost sync` with these words. */
export async function sync(words: readonly string[], { input = '', cwd }: RunOptions = {}): Promise<SyncRun> {
  const start = performance.now();
  const child = spawn(process.execPath, [NOST, 'sync', '--log-format', 'json', ...words], {
    stdio: 'pipe',
    cwd,
    env: { ...process.env, NOST_NO_INPUT: '1' },
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const [out, err] = [child.stdout, child.stderr].map(stream => {
    const text = { all: '' };
    stream.setEncoding('utf8').on('data', part => {
      text.all += part;
    });
    return text;
  });
  const [code] = await once(child, 'close');
  const log = err!.all
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line));
  const sides = log.filter(({ type }) => type === 'sync');
  return { code, stdout: out!.all, log, sides, ms: performance.now() - start };
}
