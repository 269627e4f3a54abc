// What streams through a command is garbage a moment later, most of it outside of V8's heap. V8 lets the space for
// young objects grow while they are many, and looks for garbage the more seldom: dozens of megabytes then wait for
// nothing.
import { setFlagsFromString } from 'node:v8';

/** By how much V8 lets that space grow at once when nobody has said otherwise. */
const USUAL = 2;

/** How many still want it. */
let users = 0;

/**
 * From now on garbage is looked for as often as now, on every thread, until what this returns is called. To be said again
 * when a thread has started: with a new heap V8 goes back to the usual. It must be ended: what V8 keeps of compiled code
 * is good only for a start with the same flags.
 */
export function keepMemoryLow(): () => void {
  let isWanted = true;
  users++;
  setGrowth(1);
  return () => {
    if (isWanted && --users === 0) setGrowth(USUAL);
    isWanted = false;
  };
}

function setGrowth(factor: number): void {
  setFlagsFromString(`--semi-space-growth-factor=${factor}`);
}
