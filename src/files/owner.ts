// Which process has something that two must not have at once: a name that it has until it ends, and no other has later.
import { readFileSync } from 'node:fs';

/**
 * The name of a process, this one or another. A number is used again, so the time of its start stands beside it, where it
 * can be known.
 */
export function ownerName(pid = process.pid): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return `${pid} ended`; // killed, and whoever started it has not asked yet
    return `${pid} ${fields[19]}`;
  } catch {
    return `${pid}`;
  }
}

/** Whether the process of this name has not ended. */
export function isRunning(owner: string): boolean {
  const pid = Number(owner.split(' ')[0]);
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return ownerName(pid) === owner;
}
