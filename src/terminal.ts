// Asks the person at the terminal, by /dev/tty: stdin and stdout stay free for data. Nothing typed is echoed,
// and the terminal is restored however the question ends.
import { constants, openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { SignerError } from './errors.ts';

const MAX_TYPED = 4096;

/** Node itself restores the terminal at an exit, but not at every one of these. */
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Arrow keys and the like, and the brackets that some terminals put round a paste. */
const ESCAPE_SEQUENCE = /\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O.)/g;

/**
 * What the person types after `text`, up to Enter, without echo.
 * Ctrl-C restores the terminal and sends this process SIGINT, as it would have without the question.
 * Throws `SignerError`: `no_terminal` without /dev/tty, `prompt_aborted` when given up, `prompt_too_long`.
 */
export async function promptHidden(
  text: string,
  { signal }: { signal?: AbortSignal | undefined } = {},
): Promise<string> {
  if (signal?.aborted) throw aborted();
  const keyboard = new HiddenKeyboard(openTerminal());
  try {
    return await readHidden(keyboard, text, signal);
  } finally {
    keyboard.close();
  }
}

/** The terminal as long as it does not echo. */
class HiddenKeyboard {
  readonly stream: ReadStream;
  readonly #fd: number;
  #hidden = false;

  constructor(fd: number) {
    this.#fd = fd;
    this.stream = new ReadStream(fd);
  }

  /** Echo goes off before the question is seen, so that fast fingers show nothing. */
  ask(text: string): void {
    this.stream.setEncoding('utf8').setRawMode(true);
    this.#hidden = true;
    writeSync(this.#fd, text);
  }

  restore(): void {
    if (!this.#hidden || this.stream.destroyed) return;
    this.#hidden = false;
    try {
      this.stream.setRawMode(false);
      writeSync(this.#fd, '\n');
    } catch {
      // The terminal is gone: nothing to restore.
    }
  }

  close(): void {
    this.restore();
    this.stream.destroy();
  }
}

function openTerminal(): number {
  try {
    return openSync('/dev/tty', constants.O_RDWR | (constants.O_NOCTTY ?? 0));
  } catch (error) {
    throw new SignerError(
      `there is no terminal to ask on (/dev/tty: ${(error as NodeJS.ErrnoException).code})`,
      {
        code: 'no_terminal',
        hint: 'Give the key by --sec-file PATH, --sec-fd N or NOSTR_SECRET_KEY.',
      },
    );
  }
}

function readHidden(
  keyboard: HiddenKeyboard,
  text: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const line = new TypedLine();
  const ending = new AbortController();
  return new Promise<string>((resolve, reject) => {
    const giveUp = (cause?: unknown) => reject(aborted(cause));
    signal?.addEventListener('abort', () => giveUp(), { signal: ending.signal });
    onEndingSignal(ending.signal, () => {
      keyboard.restore();
      giveUp();
    });
    keyboard.stream.on('error', giveUp);
    keyboard.stream.on('end', () => giveUp());
    keyboard.stream.on('data', (chunk: string) => {
      const state = line.type(chunk);
      if (state === 'done') resolve(line.text);
      else if (state === 'too long') reject(tooLong());
      else if (state === 'interrupted') process.kill(process.pid, 'SIGINT');
    });
    keyboard.ask(text); // last: whoever sees the question may send a signal at once
  }).finally(() => ending.abort());
}

/**
 * Calls `restore` when a signal would end the program, before anyone else's handler, and lets the signal do
 * what it would have done without us: if nobody else listens, it is raised again.
 */
function onEndingSignal(until: AbortSignal, restore: () => void): void {
  const stop = () => {
    for (const name of ENDING_SIGNALS) process.off(name, onSignal);
  };
  const onSignal = (name: NodeJS.Signals) => {
    restore();
    stop();
    if (process.listenerCount(name) === 0) process.kill(process.pid, name);
  };
  for (const name of ENDING_SIGNALS) process.prependListener(name, onSignal);
  until.addEventListener('abort', stop);
}

/** A line as the keys make it: raw mode leaves its editing to us. */
class TypedLine {
  text = '';

  type(chunk: string): 'more' | 'done' | 'too long' | 'interrupted' {
    for (const key of chunk.replace(ESCAPE_SEQUENCE, '')) {
      if (key === '\r' || key === '\n' || key === '\x04') return 'done';
      if (key === '\x03') return 'interrupted';
      if (key === '\x7f' || key === '\b') this.text = Array.from(this.text).slice(0, -1).join('');
      else if (key === '\x15') this.text = '';
      else if (key >= ' ') this.text += key;
      if (this.text.length > MAX_TYPED) return 'too long';
    }
    return 'more';
  }
}

function aborted(cause?: unknown): SignerError {
  return new SignerError('the question on the terminal was given up', { code: 'prompt_aborted', cause });
}

function tooLong(): SignerError {
  return new SignerError(`more than ${MAX_TYPED} characters were typed`, { code: 'prompt_too_long' });
}
