// The flags of V8 that this program changes, each for a while: they are of the whole process, so only `main` hands them out.
//
// What streams through a command is garbage a moment later, most of it outside of V8's heap. V8 lets the space for young
// objects grow while they are many, and looks for garbage less often: dozens of megabytes then wait for nothing.
import { isIP } from 'node:net';
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

let isNetworkMade = false;

/**
 * Makes what Node would make at the first socket, for less time. To be called before memory is kept low: with that flag
 * V8 would compile anew what Node brings compiled.
 */
export async function prepareNetwork(): Promise<void> {
  if (isNetworkMade) return;
  isNetworkMade = true;
  await import('node:dns');
  performance.now(); // loads what measures time
  compilePatterns();
}

/**
 * Node looks at every host with two patterns, whether it is an address. V8 would make bytecode of them, tune it, and
 * drop it for machine code at the second look: several milliseconds for what is machine code at once in one.
 */
function compilePatterns(): void {
  setFlagsFromString('--no-regexp-tier-up');
  isIP('relay.example');
  setFlagsFromString('--regexp-tier-up');
}
