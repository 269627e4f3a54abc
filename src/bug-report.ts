// The report of an unforeseen fault: a file that the user can attach. It holds versions, the stack and the names of the
// flags that were used; no value of a flag, no other word of the command line, and no secret.
import { closeSync, constants, existsSync, openSync, readdirSync, unlinkSync, writeSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { makeFolder, ownFolder } from './folders.ts';

export interface BugReport {
  error: unknown;
  /** The names of the flags that were used. */
  flags: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  version: string;
  nodeVersion: string;
  platform: string;
  /** Milliseconds since 1970. */
  now: number;
  pid: number;
  /** Takes secrets out of a text. */
  redact(text: string): string;
}

/** Reports that are kept; the oldest go. */
const MOST_REPORTS = 10;

const NAME = /^bug-[\dT.Z-]+\.txt$/;

/** Writes the report; returns its path, or why it could not be written. Never throws, never waits. */
export function writeBugReport(report: BugReport): { path: string } | { problem: string } {
  const folder = ownFolder(report.env, 'XDG_STATE_HOME');
  if (folder === undefined || isHomeless(report.env)) return { problem: 'there is no home folder' };
  try {
    makeFolder(folder);
    removeOld(folder);
    const time = new Date(report.now).toISOString().replaceAll(':', '-');
    const path = join(folder, `bug-${time}-${report.pid}.txt`);
    write(path, report.redact(textOf(report)));
    return { path };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

/** A home that does not exist is not made for a report: it is somebody's mistake, or a service's way to have none. */
function isHomeless(env: BugReport['env']): boolean {
  const isNamed = isAbsolute(env['XDG_STATE_HOME'] ?? '');
  return !isNamed && !existsSync(env['HOME'] ?? '');
}

function removeOld(folder: string): void {
  const reports = readdirSync(folder)
    .filter(name => NAME.test(name))
    .sort();
  for (const name of reports.slice(0, Math.max(0, reports.length + 1 - MOST_REPORTS)))
    unlinkSync(join(folder, name));
}

/** A new file only: nothing that lies there in its place is opened. */
function write(path: string, text: string): void {
  const file = openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
  try {
    writeSync(file, text);
  } finally {
    closeSync(file);
  }
}

function textOf({ error, flags, version, nodeVersion, platform, now }: BugReport): string {
  return [
    `nost ${version}, Node ${nodeVersion}, ${platform}`,
    `time: ${new Date(now).toISOString()}`,
    `flags: ${flags.join(' ') || 'none'}`,
    '',
    error instanceof Error ? (error.stack ?? error.message) : String(error),
    '',
  ].join('\n');
}
