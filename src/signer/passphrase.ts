// Reads the passphrase of an encrypted key: from the first source that is named, or from a prompt. When that source
// fails, no other is tried. Spaces are part of a passphrase.
import { SignerError } from '../errors.ts';
import type { SignerEnvironment } from './environment.ts';
import { parseCommand, runSecretCommand } from './sources/command.ts';
import { nameOfFile, readKeyDescriptor, readKeyFile } from './sources/key-file.ts';
import { readRules } from './sources/read-rules.ts';

const SOURCES = ['NOST_PASSPHRASE_FD', 'NOST_PASSPHRASE_FILE', 'NOST_PASSPHRASE_COMMAND'] as const;

/** Whether a variable names a source for the passphrase. */
export function hasPassphraseSource({ env }: Pick<SignerEnvironment, 'env'>): boolean {
  return SOURCES.some(name => env[name] !== undefined);
}

/** The passphrase of an existing key; the prompt names it `what`. Throws `SignerError`. */
export async function readPassphrase(what: string, environment: SignerEnvironment): Promise<string> {
  if (hasPassphraseSource(environment)) return readNamed(environment);
  if (!environment.hasTerminal()) throw noPassphrase();
  const { signal } = environment;
  return notEmpty(await environment.promptHidden(`Passphrase of ${what}: `, { signal }));
}

/** How often somebody may mistype a new passphrase. */
const TRIES = 3;

/**
 * A new passphrase; the prompt says what it is for. It is asked for twice, and again when the two differ.
 * Throws `SignerError`.
 */
export async function choosePassphrase(what: string, environment: SignerEnvironment): Promise<string> {
  if (hasPassphraseSource(environment)) return readNamed(environment);
  if (!environment.hasTerminal()) throw noPassphrase();
  for (let tries = TRIES; ; tries--) {
    try {
      return await typeTwice(what, environment);
    } catch (error) {
      if (!(error instanceof SignerError) || !MISTYPED.includes(error.code) || tries <= 1) throw error;
      environment.note(`${error.message}; try again`);
    }
  }
}

const MISTYPED: readonly string[] = ['passphrase_differs', 'passphrase_empty'];

async function typeTwice(what: string, { promptHidden, signal }: SignerEnvironment): Promise<string> {
  const first = notEmpty(await promptHidden(`New passphrase for ${what}: `, { signal }));
  const again = await promptHidden('The same again: ', { signal });
  if (first !== again) {
    throw new SignerError('the two passphrases differ', { code: 'passphrase_differs', hint: NOTHING_DONE });
  }
  return first;
}

const NOTHING_DONE = 'Nothing was changed. Type the command again to try once more.';

async function readNamed(environment: SignerEnvironment): Promise<string> {
  const { env } = environment;
  const [fd, file, command] = SOURCES.map(name => env[name]);
  const rules = { ...readRules(environment), keepSpaces: true };
  if (fd !== undefined)
    return readOnce(env, () => readKeyDescriptor(descriptor(fd), 'NOST_PASSPHRASE_FD', rules));
  if (file !== undefined) return readKeyFile(file, nameOfPassphraseFile(file), rules);
  const argv = parseCommand(command!);
  if (argv) return runSecretCommand(argv, 'NOST_PASSPHRASE_COMMAND', environment, true);
  throw badVariable('NOST_PASSPHRASE_COMMAND is neither words nor a JSON array of words');
}

/** A command may need it twice, to open a key and to encrypt it; a descriptor is read only once. */
async function readOnce(env: object, read: () => Promise<string>): Promise<string> {
  const reading = READ.get(env) ?? read();
  READ.set(env, reading);
  return reading;
}

/** What the descriptor of each environment held. */
const READ = new WeakMap<object, Promise<string>>();

/** Without a slash it may be the passphrase itself. */
function nameOfPassphraseFile(path: string): string {
  return path.includes('/') ? nameOfFile('NOST_PASSPHRASE_FILE', path) : 'the file of NOST_PASSPHRASE_FILE';
}

/** A value that is not a number is not quoted: it may be the passphrase. */
function descriptor(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw badVariable('NOST_PASSPHRASE_FD: a file descriptor is a whole number from 0 up');
}

function badVariable(message: string): SignerError {
  return new SignerError(message, { code: 'bad_value' });
}

function notEmpty(passphrase: string): string {
  if (passphrase !== '') return passphrase;
  throw new SignerError('the passphrase is empty', { code: 'passphrase_empty', hint: NOTHING_DONE });
}

function noPassphrase(): SignerError {
  return new SignerError('a passphrase is needed, and there is no terminal to ask on', {
    code: 'no_passphrase',
    hint: 'Give it by NOST_PASSPHRASE_FD, NOST_PASSPHRASE_FILE or NOST_PASSPHRASE_COMMAND.',
  });
}
