// The report of an unforeseen fault: a file that the user can attach. It holds versions, the stack and the names of the
// flags that were used; no value of a flag, no other word of the command line, and no secret.
import { closeSync, constants, existsSync, openSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
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
    const name = join(folder, `bug-${time}-${report.pid}`);
    return { path: write(name, report.redact(textOf(report))) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

/** A home that does not exist is not made for a report: it is somebody's mistake, or a service's way to have none. */
function isHomeless(env: BugReport['env']): boolean {
  const isNamed = isAbsolute(env['XDG_STATE_HOME'] ?? '');
  return !isNamed && !existsSync(env['HOME'] ?? '');
}

/** What cannot be removed stays: a report matters more than their number. */
function removeOld(folder: string): void {
  const reports = readdirSync(folder, { withFileTypes: true })
    .filter(entry => entry.isFile() && NAME.test(entry.name))
    .map(entry => entry.name)
    .sort();
  for (const name of reports.slice(0, Math.max(0, reports.length + 1 - MOST_REPORTS))) {
    try {
      rmSync(join(folder, name), { force: true });
    } catch {
      // the next report will try again
    }
  }
}

/** A new file only: where something lies in its place, it gets another name. Returns the path. */
function write(name: string, text: string): string {
  for (const path of [`${name}.txt`, `${name}-1.txt`, `${name}-2.txt`]) {
    const file = openNew(path);
    if (file === undefined) continue;
    try {
      writeFileSync(file, text);
      return path;
    } catch (error) {
      rmSync(path, { force: true }); // on a full disk it is empty, or ends in the middle
      throw error;
    } finally {
      closeSync(file);
    }
  }
  throw new Error(`something else lies at ${name}.txt`);
}

/** The descriptor of a new file; undefined when there is something of this name. */
function openNew(path: string): number | undefined {
  try {
    return openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
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
