// Waits of seconds and minutes on machines that may sleep meanwhile. The clocks of timers stand still during sleep;
// the one on the wall does not, so it is looked at every second.
import { setTimeout as elapse } from 'node:timers/promises';

/** How soon after waking a wait that is over is noticed, in milliseconds. */
const GLANCE_MS = 1000;

/**
 * Resolves after `ms` milliseconds: by the timer, or by the wall clock when the machine slept. Ends early when the
 * signal aborts. A wall clock that is set back prolongs nothing.
 */
export async function waitAwake(ms: number, signal: AbortSignal): Promise<void> {
  const [byTimer, byWall] = [performance.now() + ms, Date.now() + ms];
  for (;;) {
    const left = Math.min(byTimer - performance.now(), byWall - Date.now());
    if (left <= 0 || signal.aborted) return;
    await elapse(Math.min(left, GLANCE_MS), undefined, { signal }).catch(() => {});
  }
}
