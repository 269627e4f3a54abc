// The fastest verifier this machine has, on the thread that asks: for relays in this process that check many events.
import { chooseEngine } from '../../src/verify/choose.ts';
import { onMainThread } from '../../src/verify/main-thread.ts';

export const quickVerifier = onMainThread(await chooseEngine({ platform: process.platform }));
