// A verifier that is everywhere and answers at once, for tests that need some verifier.
import { onMainThread } from '../../src/verify/main-thread.ts';
import { nobleEngine } from '../../src/verify/noble.ts';
import type { MainThreadVerifier } from '../../src/verify/verifier.ts';

export const noble: MainThreadVerifier = onMainThread(nobleEngine);
