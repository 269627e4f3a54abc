// Prompts on /dev/tty, so that stdin and stdout stay free for data. A secret is not echoed, and the terminal is
// restored however the prompt ends.
import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { ReadStream } from 'node:tty';
import { SignerError } from './errors.ts';

const MAX_TYPED = 4096;

/** Node restores the terminal on exit, but not after each of these signals. */
const ENDING_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/** Escape sequences: arrow keys, and the markers that some terminals put around pasted text. */
const ESCAPE_SEQUENCE = /\x1b(?:\[[0-9;?]*[ -/]*[@-~]|O.)/g;

/** Whether there is a terminal to prompt on. */
export function hasTerminal(): boolean {
  try {
    closeSync(openSync('/dev/tty', constants.O_RDWR | (constants.O_NOCTTY ?? 0)));
    return true;
  } catch {
    return false;
  }
}

/** How a question is asked. */
export interface AskOptions {
  /** Gives up the question. */
  signal?: AbortSignal | undefined;
  /** Whether what was typed up to a line end goes on in the next line; `rest` is what came with it, as in a paste. */
  goesOn?: ((typed: string, rest: string) => boolean) | undefined;
}

/** Prompts with `text` and returns the line typed, with echo. Throws as `promptHidden` does. */
export function promptLine(text: string, options: AskOptions = {}): Promise<string> {
  return ask(text, options, fd => new VisibleKeyboard(fd));
}

/**
 * Prompts with `text` and returns the line typed, without echo.
 * Ctrl-C restores the terminal and sends SIGINT to this process, as it does without a prompt. Ctrl-Z stops it with the
 * terminal restored; when it goes on, it asks anew, without echo.
 * Throws `SignerError`: `no_terminal` without /dev/tty, `prompt_aborted` when it ends or with Ctrl-D alone,
 * `prompt_too_long`.
 */
export function promptHidden(text: string, options: AskOptions = {}): Promise<string> {
  return ask(text, options, fd => new HiddenKeyboard(fd));
}

async function ask(text: string, options: AskOptions, open: (fd: number) => Keyboard): Promise<string> {
  if (options.signal?.aborted) throw aborted();
  const keyboard = open(openTerminal());
  try {
    return await readTyped(keyboard, text, options);
  } catch (error) {
    keyboard.restore();
    throw error;
  } finally {
    keyboard.close();
  }
}

interface Keyboard {
  readonly stream: ReadStream;
  ask(text: string): void;
  /** The terminal is as before, on a new line. */
  restore(): void;
  close(): void;
}

/** The terminal in its normal mode: it echoes, and it edits the line itself. */
class VisibleKeyboard implements Keyboard {
  readonly stream: ReadStream;
  readonly #fd: number;
  #asked = false;

  constructor(fd: number) {
    this.#fd = fd;
    this.stream = new ReadStream(fd);
  }

  ask(text: string): void {
    this.stream.setEncoding('utf8');
    this.#asked = true;
    writeSync(this.#fd, text);
  }

  restore(): void {
    if (!this.#asked) return;
    this.#asked = false;
    newLine(this.#fd);
  }

  close(): void {
    this.stream.destroy();
  }
}

/** The terminal in raw mode: it does not echo. */
class HiddenKeyboard implements Keyboard {
  readonly stream: ReadStream;
  readonly #fd: number;
  #hidden = false;

  constructor(fd: number) {
    this.#fd = fd;
    this.stream = new ReadStream(fd);
  }

  /** Echo is off before the prompt is shown, so that early keystrokes stay hidden too. */
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
    } catch {
      // The terminal was closed; there is nothing to restore.
    }
    newLine(this.#fd);
  }

  close(): void {
    this.restore();
    this.stream.destroy();
  }
}

function newLine(fd: number): void {
  try {
    writeSync(fd, '\n');
  } catch {
    // The terminal was closed.
  }
}

function openTerminal(): number {
  try {
    return openSync('/dev/tty', constants.O_RDWR | (constants.O_NOCTTY ?? 0));
  } catch (error) {
    throw noTerminal(`/dev/tty: ${(error as NodeJS.ErrnoException).code}`);
  }
}

/** There is no terminal to prompt on; `reason` says why. */
export function noTerminal(reason: string): SignerError {
  return new SignerError(`there is no terminal to ask on (${reason})`, {
    code: 'no_terminal',
    hint: 'Give the key by --sec-file PATH, --sec-fd N or NOSTR_SECRET_KEY.',
  });
}

function readTyped(keyboard: Keyboard, text: string, { signal, goesOn }: AskOptions): Promise<string> {
  const line = new TypedLine(goesOn);
  const ending = new AbortController();
  return new Promise<string>((resolve, reject) => {
    const giveUp = (cause?: unknown) => reject(aborted(cause));
    signal?.addEventListener('abort', () => giveUp(), { signal: ending.signal });
    onEndingSignal(ending.signal, () => {
      keyboard.restore();
      giveUp();
    });
    const stop = onStop(ending.signal, keyboard, () => {
      line.text = ''; // a terminal that echoes forgets it, too
      keyboard.ask(text);
    });
    keyboard.stream.on('error', giveUp);
    keyboard.stream.on('end', () => giveUp());
    keyboard.stream.on('data', (chunk: string) => {
      const state = line.type(chunk);
      if (state === 'done') resolve(line.text);
      else if (state === 'ended') giveUp();
      else if (state === 'too long') reject(tooLong());
      else if (state === 'interrupted') process.kill(process.pid, 'SIGINT');
      else if (state === 'stopped') stop(0); // the terminal would stop the whole job
    });
    keyboard.ask(text); // last, because a test may send a signal as soon as it sees the prompt
  }).finally(() => ending.abort());
}

/**
 * Calls `restore` before any other handler when a signal arrives that would end the program. The signal then has
 * its usual effect: if no other handler listens, it is raised again.
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

/** A stop is not obeyed by a process that no shell would wake: then nothing tells that it goes on. */
const STOP_MS = 100;

/**
 * Stops this process by SIGTSTP with the terminal restored, and asks again when it goes on: when somebody sends the
 * signal, or when the returned function is called with the processes to stop.
 */
function onStop(until: AbortSignal, keyboard: Keyboard, askAgain: () => void): (pid: number) => void {
  const stop = (pid: number) => {
    keyboard.restore();
    process.off('SIGTSTP', onSignal);
    process.once('SIGCONT', goOn);
    process.kill(pid, 'SIGTSTP');
    setTimeout(goOn, STOP_MS);
  };
  const goOn = () => {
    process.off('SIGCONT', goOn);
    if (until.aborted || process.listeners('SIGTSTP').includes(onSignal)) return;
    process.on('SIGTSTP', onSignal);
    askAgain();
  };
  const onSignal = () => stop(process.pid);
  process.on('SIGTSTP', onSignal);
  until.addEventListener('abort', () => {
    process.off('SIGTSTP', onSignal);
    process.off('SIGCONT', goOn);
  });
  return stop;
}

/** Builds the line from the keys: in raw mode, editing is our task. */
class TypedLine {
  text = '';
  readonly #goesOn: (typed: string, rest: string) => boolean;

  constructor(goesOn: AskOptions['goesOn'] = () => false) {
    this.#goesOn = goesOn;
  }

  type(chunk: string): 'more' | 'done' | 'ended' | 'too long' | 'interrupted' | 'stopped' {
    const keys = Array.from(chunk.replace(ESCAPE_SEQUENCE, '').replaceAll('\r\n', '\n'));
    for (const [at, key] of keys.entries()) {
      if (key === '\x04') return this.text === '' ? 'ended' : 'done';
      if (key === '\r' || key === '\n') {
        if (!this.#goesOn(this.text, keys.slice(at + 1).join(''))) return 'done';
        this.text += '\n';
      }
      if (key === '\x03') return 'interrupted';
      if (key === '\x1a') return 'stopped';
      if (key === '\x7f' || key === '\b') this.text = Array.from(this.text).slice(0, -1).join('');
      else if (key === '\x15') this.text = '';
      else if (key >= ' ') this.text += key;
      if (this.text.length > MAX_TYPED) return 'too long';
    }
    return 'more';
  }
}

function aborted(cause?: unknown): SignerError {
  return new SignerError('the question was not answered', { code: 'prompt_aborted', cause });
}

function tooLong(): SignerError {
  return new SignerError(`more than ${MAX_TYPED} characters were typed`, { code: 'prompt_too_long' });
}
