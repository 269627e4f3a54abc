// Opens what checks signatures for a command: the engine by NOST_VERIFY or by what this machine has, on threads.
import { availableParallelism } from 'node:os';
import type { Context } from '../context.ts';
import { type Event, hasValidId } from '../protocol/event.ts';
import type { checkEvent } from '../protocol/signature.ts';
import type { Engine } from '../verify/engine.ts';
import type { Verifier } from '../verify/verifier.ts';

/** A command may ask several times, and of several relays: it has one engine, its threads start once, and -v tells it once. */
const opened = new WeakMap<Context, Promise<Verifier>>();

/** The verifier of a command. Loaded only when it is wanted, for an engine takes some milliseconds to open. */
export function openVerifier(context: Context): Promise<Verifier> {
  const known = opened.get(context) ?? open(context);
  opened.set(context, known);
  return known;
}

async function open(context: Context): Promise<Verifier> {
  const { engine, platform, log } = await openEngine(context);
  const { onThreads } = await import('../verify/threads/pool.ts');
  const threads = availableParallelism();
  const verifier = onThreads(engine, { platform, threads, log, ...lowMemory(context) });
  context.onEnd(() => verifier.close());
  log(verifier.engine);
  return verifier;
}

/** A function that says whether the signature of an event is its author's over its id, whether or not that is right. */
export async function openSignatureCheck(context: Context): Promise<(event: Event) => boolean> {
  const { engine, log } = await openEngine(context);
  log(engine.name);
  const bytes = (hex: string) => Buffer.from(hex, 'hex');
  return ({ id, pubkey, sig }) => engine.verify(bytes(sig), bytes(id), bytes(pubkey));
}

/** What is wrong with an event that stands in another: as `checkEvent`, by the engine, a hundred times as fast. */
export async function openEventCheck(context: Context): Promise<typeof checkEvent> {
  const isSigned = await openSignatureCheck(context);
  return event => (!hasValidId(event) ? 'id' : isSigned(event) ? undefined : 'signature');
}

interface OpenEngine {
  engine: Engine;
  platform: string;
  log: (message: string) => void;
}

async function openEngine(context: Context): Promise<OpenEngine> {
  const { chooseEngine } = await import('../verify/choose.ts');
  const log = (message: string) => context.log.detail({ type: 'verify', message });
  const platform = context.platform.split('-')[0]!;
  const engine = await chooseEngine({ forced: context.env['NOST_VERIFY'], platform, log });
  return { engine, platform, log };
}

/** While there are threads memory is kept low. Said again for each of them: a new thread makes V8 forget it. */
function lowMemory(context: Context): { onThreadStart: () => void; onClose: () => void } {
  const ends: (() => void)[] = [];
  return {
    onThreadStart: () => ends.push(context.keepMemoryLow()),
    onClose: () => {
      for (const end of ends.splice(0)) end();
    },
  };
}
