// What streams through a command is garbage a moment later, most of it outside of V8's heap. V8 lets the space for
// young objects grow while they are many, and looks for garbage less often: dozens of megabytes then wait for nothing.
import { setFlagsFromString } from 'node:v8';

/** By how much V8 lets that space grow at once when nobody has said otherwise. */
const USUAL = 2;

/** How many want memory to be kept low. */
let wanting = 0;

/**
 * Has garbage collected often, on every thread, until the returned function is called; with several who want it, until
 * the last of them calls theirs. To be called again when a thread has started: with a new heap V8 goes back to the usual.
 * And to be ended: the compiled code that V8 keeps is good only for a start with the same flags.
 */
export function keepMemoryLow(): () => void {
  wanting++;
  setGrowth(1);
  let wants = true;
  return () => {
    if (!wants) return;
    wants = false;
    if (--wanting === 0) setGrowth(USUAL);
  };
}

/** By how many percent the memory for all that is in use may grow before V8 looks for garbage again; usual: its own rule. */
const TIGHT = 20;

/**
 * Has garbage looked for before memory has grown by much, until the returned function is called. For what runs long, and
 * whose clients choose how much garbage there is.
 */
export function keepGarbageSmall(): () => void {
  setFlagsFromString(`--heap-growing-percent=${TIGHT}`);
  return () => setFlagsFromString('--heap-growing-percent=0');
}

function setGrowth(factor: number): void {
  setFlagsFromString(`--semi-space-growth-factor=${factor}`);
}
