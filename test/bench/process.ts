// Runs a program as the bench needs it: how long it took, how much memory it had at most, what it said.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, createReadStream, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Readable, Writable } from 'node:stream';

export const ROOT = resolve(import.meta.dirname, '../..');
export const PEERS = resolve(import.meta.dirname, 'peers');
export const NOST = resolve(ROOT, 'bin/nost.js');

export interface Finished {
  /** Milliseconds from spawn to exit. */
  ms: number;
  /** Milliseconds from spawn to the first byte on stdout; only when stdout was not sent to a file. */
  firstMs: number;
  /** Resident memory at its most, in MB; 0 where the system does not tell. */
  peakMb: number;
  /** Of it what is no file mapped into memory, as it was seen now and then. */
  ownMb: number;
  /** Processor time of all its threads, in milliseconds, but for the last few; 0 where the system does not tell. */
  cpuMs: number;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  /** The file that is stdin. */
  stdinFile?: string;
  /** What comes through a pipe to stdin, one file after the other. */
  stdinFiles?: readonly string[];
  /** Where stdout goes; kept in memory when absent. */
  stdoutFile?: string;
  /** Reads stdout no faster than this, in MB a second, and keeps nothing of it. */
  readsSlowly?: number;
  env?: NodeJS.ProcessEnv;
}

/** Runs `node WORDS…` to its end. Throws when it fails. */
export async function run(words: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const { stdinFile, stdinFiles = [], stdoutFile, readsSlowly, env } = options;
  const stdout = stdoutFile === undefined ? 'pipe' : openSync(stdoutFile, 'w');
  const stdin = stdinFile === undefined ? undefined : openSync(stdinFile, 'r');
  const start = performance.now();
  const child = spawn(process.execPath, words, {
    stdio: [stdin ?? (stdinFiles.length > 0 ? 'pipe' : 'ignore'), stdout, 'pipe'],
    cwd: ROOT,
    env: { ...process.env, ...env },
  });
  const result: Finished = { ms: 0, firstMs: 0, peakMb: 0, ownMb: 0, cpuMs: 0, stdout: '', stderr: '' };
  child.stdout?.once('data', () => {
    result.firstMs = performance.now() - start;
  });
  if (readsSlowly !== undefined) trickle(child.stdout!, readsSlowly);
  else
    child.stdout?.on('data', chunk => {
      result.stdout += chunk;
    });
  child.stderr!.on('data', chunk => {
    result.stderr += chunk;
  });
  const watch = setInterval(() => {
    result.peakMb = Math.max(result.peakMb, peakOf(child));
    result.ownMb = Math.max(result.ownMb, statusOf(child, 'RssAnon'));
    result.cpuMs = Math.max(result.cpuMs, cpuOf(child));
  }, 20);
  const exited = once(child, 'exit').then(() => {
    result.ms = performance.now() - start;
  });
  if (child.stdin) void feed(child.stdin, stdinFiles);
  const [code] = await once(child, 'close');
  await exited;
  clearInterval(watch);
  for (const fd of [stdin, stdout]) if (typeof fd === 'number') closeSync(fd);
  if (code !== 0) throw new Error(`node ${words.join(' ')} ended with ${code}: ${result.stderr.slice(-500)}`);
  return result;
}

async function feed(stdin: Writable, files: readonly string[]): Promise<void> {
  for (const file of files) {
    for await (const chunk of createReadStream(file)) {
      if (!stdin.write(chunk)) await once(stdin, 'drain');
    }
  }
  stdin.end();
}

/** Throws away what comes, at most so many MB a second. */
function trickle(stdout: Readable, rate: number): void {
  const TURN_MS = 10;
  const most = rate * 1e6 * (TURN_MS / 1000);
  let taken = 0;
  stdout.on('data', chunk => {
    taken += chunk.length;
    if (taken >= most) stdout.pause();
  });
  const timer = setInterval(() => {
    taken = 0;
    stdout.resume();
  }, TURN_MS);
  stdout.once('close', () => clearInterval(timer));
}

/** The kernel's own high-water mark. */
const peakOf = (child: ChildProcess) => statusOf(child, 'VmHWM');

/** A size that the kernel tells, in MB. */
function statusOf({ pid }: ChildProcess, name: string): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(new RegExp(`${name}:\\s*(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0; // it has ended, or this is no Linux
  }
}

/** The kernel counts it in hundredths of a second: those of the program, and those of the system for it. */
function cpuOf({ pid }: ChildProcess): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  } catch {
    return 0;
  }
}

/** A relay in a process of its own. */
export interface Relay {
  url: string;
  /** Processor time so far, in milliseconds. */
  cpuMs(): number;
  /** Memory that it has now, in MB, without mapped files. */
  ownMb(): number;
  stop(): void;
}

/** The relay of the bench; it answers an EVENT after so many milliseconds. */
export function startCannedRelay(count: number, files: readonly string[], delay = 0): Promise<Relay> {
  const program = resolve(import.meta.dirname, 'canned-relay.ts');
  return startRelay(['--import', 'tsx', program, String(count), ...files], { OK_DELAY: String(delay) });
}

/** The relay that nost has in it. */
export function startServe(...words: readonly string[]): Promise<Relay> {
  return startRelay([NOST, 'serve', '--port', '0', ...words]);
}

/** The first line of its stdout is its URL. */
async function startRelay(words: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Relay> {
  const child = spawn(process.execPath, words, {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: ROOT,
    env: { ...process.env, ...env },
  });
  const [line] = await once(child.stdout, 'data');
  return {
    url: String(line).trim(),
    cpuMs: () => cpuOf(child),
    ownMb: () => statusOf(child, 'RssAnon'),
    stop: () => child.kill(),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
