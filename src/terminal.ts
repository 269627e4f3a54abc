// Asks the person at the terminal, by /dev/tty: stdin and stdout stay free for data. No secret is echoed, and the
// terminal is restored however the question ends.
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { SignerError } from './errors.ts';

const MAX_TYPED = 4096;

/** Node itself restores the terminal at an exit, but not at every one of these. */
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Arrow keys and the like, and the brackets that some terminals put round a paste. */
const ESCAPE_SEQUENCE = /\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O.)/g;

/** Whether somebody sits at a terminal that can be asked. */
export function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', constants.O_RDWR | (constants.O_NOCTTY ?? 0)));
    return true;
  } catch {
    return false;
  }
}

/** What the person types after `text`, up to Enter, as it is seen. Throws as `promptHidden` does. */
export function promptLine(
  text: string,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<string> {
  return ask(text, options, fd => new VisibleKeyboard(fd));
}

/**
 * What the person types after `text`, up to Enter, without echo.
 * Ctrl-C restores the terminal and sends this process SIGINT, as it would have without the question.
 * Throws `SignerError`: `no_terminal` without /dev/tty, `prompt_aborted` when given up, `prompt_too_long`.
 */
export function promptHidden(
  text: string,
  options: { signal?: AbortSignal | undefined } = {},
): Promise<string> {
  return ask(text, options, fd => new HiddenKeyboard(fd));
}

async function ask(
  text: string,
  { signal }: { signal?: AbortSignal | undefined },
  open: (fd: number) => Keyboard,
): Promise<string> {
  if (signal?.aborted) throw aborted();
  const keyboard = open(openTerminal());
  try {
    return await readTyped(keyboard, text, signal);
  } finally {
    keyboard.close();
  }
}

interface Keyboard {
  readonly stream: ReadStream;
  ask(text: string): void;
  restore(): void;
  close(): void;
}

/** The terminal as it is: it echoes, and edits the line itself. */
class VisibleKeyboard implements Keyboard {
  readonly stream: ReadStream;
  readonly #fd: number;

  constructor(fd: number) {
    this.#fd = fd;
    this.stream = new ReadStream(fd);
  }

  ask(text: string): void {
    this.stream.setEncoding('utf8');
    writeSync(this.#fd, text);
  }

  restore(): void {}

  close(): void {
    this.stream.destroy();
  }
}

/** The terminal as long as it does not echo. */
class HiddenKeyboard implements Keyboard {
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
    throw noTerminal(`/dev/tty: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** The failure to ask anybody. */
export function noTerminal(reason: string): SignerError {
  return new SignerError(`there is no terminal to ask on (${reason})`, {
    code: 'no_terminal',
    hint: 'Give the key by --sec-file PATH, --sec-fd N or NOSTR_SECRET_KEY.',
  });
}

function readTyped(keyboard: Keyboard, text: string, signal: AbortSignal | undefined): Promise<string> {
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
