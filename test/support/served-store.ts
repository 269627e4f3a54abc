// `nost serve --store FOLDER` as a process of its own, built, on a free port: it can be killed and started again.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import type { Event } from '../../src/protocol/event.ts';
import { openStore } from '../../src/server/store/open-store.ts';
import { numbers } from './mutations.ts';
import { A, T0 } from './people.ts';
import { held } from './stores.ts';

const NOST = join(import.meta.dirname, '../../bin/nost.js');

/** How a process ended. */
export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** A process, with what it has printed. */
export class Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = '';
  stderr = '';
  #look: () => void = () => {};

  /** `before`: a program and its words that start node. */
  constructor(words: readonly string[], input?: string, before: readonly string[] = []) {
    const [program, ...rest] = [...before, process.execPath, NOST, ...words];
    this.child = spawn(program!, rest, {
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    this.child.stdin?.on('error', () => {}); // it ended before it had read all
    this.child.stdin?.end(input);
    createInterface(this.child.stdout!).on('line', line => this.#take(`${line}\n`));
    this.child.stderr!.on('data', text => {
      this.stderr += text;
    });
    this.ended = once(this.child, 'close').then(([code, signal]) => {
      this.#look();
      return { code, signal, stdout: this.stdout, stderr: this.stderr };
    });
  }

  #take(line: string): void {
    this.stdout += line;
    this.#look();
  }

  get lines(): string[] {
    return this.stdout.split('\n').slice(0, -1);
  }

  /** Resolves when so many lines were printed, or the process has ended. */
  printed(count: number): Promise<void> {
    return new Promise(resolve => {
      this.#look = () => {
        if (this.lines.length >= count || this.child.exitCode !== null) resolve();
      };
      this.#look();
    });
  }
}

/** Runs `nost WORDS` to its end. */
export function nost(words: readonly string[], input?: string, before?: readonly string[]): Promise<Ended> {
  return new Running(words, input, before).ended;
}

/** Starts `nost serve` on a store; the URL is its first line. */
export async function serveStore(
  t: TestContext,
  folder: string,
  before?: readonly string[],
): Promise<{ relay: Running; url: string }> {
  const relay = new Running(['serve', '--port', '0', '--store', folder], undefined, before);
  t.after(() => relay.child.kill('SIGKILL'));
  await relay.printed(1);
  const [url] = relay.lines;
  if (url === undefined) throw new Error(`nost serve did not start: ${relay.stderr}`);
  return { relay, url };
}

/** A folder that is gone after the test. */
export function newFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'nost-store-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The ids in a store that no process has open. */
export async function idsIn(folder: string): Promise<Set<string>> {
  const store = await openStore(folder);
  const ids = held(store).map(({ id }) => id);
  await store.close();
  return new Set(ids);
}

const EVENTS_OF_A_LIFE = 200;

/**
 * Kills a server (SIGKILL) again and again while `nost publish` sends it many events: what was accepted is there, what
 * is there was sent, and the publisher says what is true. Returns how many events survived.
 */
export async function killOften(t: TestContext, kills: number, seed: number): Promise<number> {
  const folder = join(newFolder(t), 'store');
  const next = numbers(seed);
  const sent: string[] = [];
  const accepted = new Set<string>();
  for (let life = 0; life < kills; life++) {
    const events = Array.from({ length: EVENTS_OF_A_LIFE }, (_, i) => A.note(`${life} ${i}`, T0 + life));
    sent.push(...events.map(({ id }) => id));
    for (const { id } of await publishAndKill(t, folder, events, next() % EVENTS_OF_A_LIFE)) accepted.add(id);
    const there = await idsIn(folder);
    for (const id of accepted) if (!there.has(id)) throw new Error(`${id} was accepted and is lost`);
    for (const id of there) if (!sent.includes(id)) throw new Error(`${id} is there and was never sent`);
  }
  return accepted.size;
}

async function publishAndKill(
  t: TestContext,
  folder: string,
  events: readonly Event[],
  after: number,
): Promise<Event[]> {
  const { relay, url } = await serveStore(t, folder);
  const input = events.map(event => `${JSON.stringify(event)}\n`).join('');
  const publisher = new Running(['publish', '-', '--pipeline', '20', url], input);
  await publisher.printed(after);
  relay.child.kill('SIGKILL');
  const { code, stdout, stderr } = await publisher.ended;
  await relay.ended;
  const accepted: Event[] = stdout
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line));
  const wanted = accepted.length === events.length ? [0] : accepted.length > 0 ? [3] : [3, 5];
  if (!wanted.includes(code!))
    throw new Error(`${accepted.length} accepted, but the publisher ended with ${code}: ${stderr}`);
  return accepted;
}
