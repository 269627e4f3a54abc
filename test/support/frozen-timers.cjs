// A preload (`node --require`): timeouts of ENDLESS_FROM_MS and more (a second) never end. A program that ends all the same
// has not waited for one of them, however slow the machine is.
const FROM_MS = Number(process.env.ENDLESS_FROM_MS ?? 1000);
const NEVER_MS = 2 ** 31 - 1;
const { setTimeout: begin } = globalThis;
globalThis.setTimeout = (run, ms, ...rest) => begin(run, ms >= FROM_MS ? NEVER_MS : ms, ...rest);
