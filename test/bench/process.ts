// Runs a program as the bench needs it: how long it took, how much memory it had at most, what it said.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';

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
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  stdinFile?: string;
  /** Where stdout goes; kept in memory when absent. */
  stdoutFile?: string;
  env?: NodeJS.ProcessEnv;
}

/** Runs `node WORDS…` to its end. Throws when it fails. */
export async function run(words: readonly string[], options: RunOptions = {}): Promise<Finished> {
  const files = [
    options.stdinFile && openSync(options.stdinFile, 'r'),
    options.stdoutFile && openSync(options.stdoutFile, 'w'),
  ];
  const start = performance.now();
  const child = spawn(process.execPath, words, {
    stdio: [files[0] || 'ignore', files[1] || 'pipe', 'pipe'],
    cwd: ROOT,
    env: { ...process.env, ...options.env },
  });
  const result: Finished = { ms: 0, firstMs: 0, peakMb: 0, stdout: '', stderr: '' };
  child.stdout?.once('data', () => {
    result.firstMs = performance.now() - start;
  });
  child.stdout?.on('data', chunk => {
    result.stdout += chunk;
  });
  child.stderr!.on('data', chunk => {
    result.stderr += chunk;
  });
  const watch = setInterval(() => {
    result.peakMb = Math.max(result.peakMb, peakOf(child));
  }, 20);
  const exited = once(child, 'exit').then(() => {
    result.ms = performance.now() - start;
  });
  const [code] = await once(child, 'close');
  await exited;
  clearInterval(watch);
  for (const file of files) if (file) closeSync(file);
  if (code !== 0) throw new Error(`node ${words.join(' ')} ended with ${code}: ${result.stderr.slice(-500)}`);
  return result;
}

/** The kernel's own high-water mark. */
function peakOf({ pid }: ChildProcess): number {
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0; // it has ended, or this is no Linux
  }
}

/** Starts a relay in a process of its own. */
export async function startCannedRelay(
  count: number,
  files: readonly string[],
): Promise<{ url: string; stop(): void }> {
  const words = ['--import', 'tsx', resolve(import.meta.dirname, 'canned-relay.ts'), String(count), ...files];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'], cwd: ROOT });
  const [line] = await once(child.stdout, 'data');
  return { url: String(line).trim(), stop: () => child.kill() };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)]!;
}
