// A preload (`node --import`): timeouts of a second and more never end. A program that ends all the same has not waited for
// one of them, however slow the machine is.
const NEVER_MS = 2 ** 31 - 1;
const { setTimeout: begin } = globalThis;
globalThis.setTimeout = (run, ms, ...rest) => begin(run, ms >= 1000 ? NEVER_MS : ms, ...rest);
