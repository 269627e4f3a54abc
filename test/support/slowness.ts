// How much slower than usual this machine is: a bound on processor time grows by it, for it bounds work, not the machine.
import { createHash } from 'node:crypto';

/** Milliseconds of processor time that the work takes where the bounds were set. */
const USUAL_MS = 15;
/** The quickest counts: others disturb a try, and none makes it quicker. */
const TRIES = 5;

/** From 1 up. */
export function slowness(): number {
  let quickest = Number.POSITIVE_INFINITY;
  for (let i = 0; i < TRIES; i++) {
    const began = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(began);
    quickest = Math.min(quickest, (user + system) / 1000);
  }
  return Math.max(quickest / USUAL_MS, 1);
}

/** Of the kinds that a relay does: texts are parsed, sorted and hashed. */
function work(): void {
  const events = Array.from({ length: 4000 }, (_, i) => ({
    id: `${(i * 7919) % 4001}`,
    tags: [['t', `${i}`]],
  }));
  const parsed: typeof events = JSON.parse(JSON.stringify(events));
  parsed.sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const event of parsed) createHash('sha256').update(JSON.stringify(event)).digest('hex');
}
