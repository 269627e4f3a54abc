// `--watch`: the command runs again when a file changes, and at SIGUSR2, until a signal or --timeout ends it.
import { unwatchFile, watchFile } from 'node:fs';
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import type { CommandEnd } from '../command-end.ts';

/** Milliseconds between two looks at the file: on every file system, also where editors replace it. */
const LOOK_MS = 300;

const HOUR_MS = 3_600_000;

/** Runs again and again; a run that fails is told, and the next one is waited for. */
export async function runAgain(
  context: Context,
  file: string,
  end: CommandEnd,
  run: () => Promise<void>,
): Promise<void> {
  const wakes = new Wakes();
  const stopSignal = context.onUserSignal(() => wakes.wake());
  const looked = () => wakes.wake();
  if (file !== '') watchFile(file, { interval: LOOK_MS }, looked);
  const onEnd = () => wakes.end();
  end.signal.addEventListener('abort', onEnd);
  const stayAlive = setInterval(() => {}, HOUR_MS); // a signal that may come keeps no process running
  try {
    do await runAndTell(context, end, run);
    while (await waitFor(wakes, file, context, end));
  } finally {
    clearInterval(stayAlive);
    stopSignal();
    end.signal.removeEventListener('abort', onEnd);
    if (file !== '') unwatchFile(file, looked);
  }
}

/** Whether there is another run; what it waits for stands on the terminal meanwhile. */
async function waitFor(wakes: Wakes, file: string, { log, pid }: Context, end: CommandEnd): Promise<boolean> {
  const change = file === '' ? '' : `${file} changes, or `;
  const hide = log.showProgress(() => `runs again when ${change}kill -USR2 ${pid} is sent`);
  try {
    return await wakes.next(end.signal);
  } finally {
    hide();
  }
}

async function runAndTell({ log }: Context, end: CommandEnd, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!(error instanceof Failure) || end.signal.aborted || error.kind === 'usage') throw error;
    log.warn({ type: 'failure', code: error.code, message: error.message });
  }
}

/** What woke the waiting, once or more since the last run. */
class Wakes {
  #isDue = false;
  #isOver = false;
  #onWake: (() => void) | undefined;

  wake(): void {
    this.#isDue = true;
    this.#onWake?.();
  }

  end(): void {
    this.#isOver = true;
    this.#onWake?.();
  }

  /** Whether there is another run, as soon as that is known. */
  async next(signal: AbortSignal): Promise<boolean> {
    if (!this.#isDue && !this.#isOver && !signal.aborted)
      await new Promise<void>(resolve => {
        this.#onWake = resolve;
      });
    this.#isDue = false;
    return !this.#isOver && !signal.aborted;
  }
}
