// The engines this machine has, for tests that ask all of them the same.
import type { Engine } from '../../src/verify/engine.ts';
import { loadNative } from '../../src/verify/native.ts';
import { nobleEngine } from '../../src/verify/noble.ts';
import { loadWasm } from '../../src/verify/wasm.ts';

const native = await loadNative(process.platform).catch(() => undefined);

/** Whether a libsecp256k1 is installed. CI must have one, so that the engine is tested there. */
export const haveNative = native !== undefined;

export const engines: readonly Engine[] = [...(native ? [native] : []), await loadWasm(), nobleEngine];
