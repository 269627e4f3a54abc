// Runs a program that prints a secret: `pass show nostr`, `op read …`. It has no shell, an empty stdin, and limits of
// time and of output. Its stderr is not shown: it may hold the secret.
import { SignerError } from '../../errors.ts';
import { quote } from '../../protocol/quote.ts';
import { runChild } from '../child.ts';
import type { SignerEnvironment } from '../environment.ts';
import { MAX_SECRET_BYTES, oneLine } from './key-file.ts';

/** Long enough for a user to unlock a password manager. */
const TIMEOUT_MS = 30_000;

/**
 * The one line that the program prints, without its line ending.
 * Throws `SignerError`, code `command_failed`. It names the program but not its arguments, which may be private.
 */
export async function runSecretCommand(
  argv: readonly string[],
  name: string,
  environment: SignerEnvironment,
  keepSpaces = false,
): Promise<string> {
  const { how, code, signal, output, complained } = await runChild({
    argv,
    env: environment.env,
    timeout: TIMEOUT_MS,
    maxOutput: MAX_SECRET_BYTES,
    detached: !environment.hasTerminal(), // with a terminal, the program may have to prompt on it
    signal: environment.signal,
  });
  if (how === 'ended' && code === 0) return oneLine(output, name, { keepSpaces });
  output.fill(0);
  const ends = {
    ended: signal === null ? `ended with ${code}` : `was ended by ${signal}`,
    timeout: `gave no answer within ${TIMEOUT_MS / 1000} s`,
    too_long: `printed more than ${MAX_SECRET_BYTES} bytes: that is no key`,
    aborted: 'was given up',
    not_started: 'cannot be started',
  };
  throw new SignerError(`${name}: ${quote(argv[0])} ${ends[how]}`, {
    code: 'command_failed',
    hint: complained
      ? 'What it wrote to stderr may hold the secret and is not shown: run it yourself to see.'
      : undefined,
  });
}

/**
 * Parses a program and its arguments: a JSON array, or words separated by spaces. There are no quotes and no variables,
 * because there is no shell. Undefined for a text that is neither.
 */
export function parseCommand(text: string): readonly string[] | undefined {
  if (!text.trim().startsWith('[')) return text.trim() === '' ? undefined : text.trim().split(/\s+/);
  try {
    const value: unknown = JSON.parse(text);
    const isArgv = Array.isArray(value) && value.length > 0 && value.every(word => typeof word === 'string');
    return isArgv && value[0] !== '' ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The same for the value of a flag. Throws where there are no words. */
export function programWords(text: string): readonly string[] {
  const words = parseCommand(text);
  if (words) return words;
  throw new Error(`${quote(text)} is neither words nor a JSON array of words`);
}
