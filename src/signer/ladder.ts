// Decides which key signs. The first source that is *named* is used: the flag, NOST_AS, NOSTR_SECRET_KEY,
// NOSTR_SECRET_KEY_FILE, the credential of a service manager, then the default account. When that source fails, the
// command fails: it never takes another key, never generates one, and never guesses.
import { Failure, SignerError, UsageError } from '../errors.ts';
import { secretInArgv } from './argv.ts';
import type { SecretVariable, SignerEnvironment } from './environment.ts';
import type { Signer } from './signer.ts';
import { checkDescriptor, descriptorOf } from './sources/descriptor.ts';
import { nameOfFile, readKeyDescriptor, readKeyFile } from './sources/key-file.ts';
import { readRules } from './sources/read-rules.ts';

/** The flags that name a source, the same in every command that signs. At most one may be given. */
export interface SourceFlags {
  secFile?: string | undefined;
  secFd?: number | undefined;
  promptSec?: boolean | undefined;
  as?: string | undefined;
}

/** A source that was named; messages call it `name`. Contains no secret. */
export type SecretSource =
  | { type: 'file'; name: string; path: string }
  | { type: 'descriptor'; name: string; fd: number }
  | { type: 'prompt'; name: string }
  | { type: 'variable'; name: string; variable: SecretVariable }
  | { type: 'account'; name: string; account: string };

/**
 * The signer of the first source that is named.
 * Throws `UsageError` for two flags, and `SignerError` for a source that fails or, with code `no_key`, when
 * no source is named. Call it once: a pipe can only be read once.
 */
export async function resolveSigner(flags: SourceFlags, environment: SignerEnvironment): Promise<Signer> {
  const { LocalSigner } = await import('./local.ts'); // loads the curve, which a query may never need
  return new LocalSigner(await resolveSecret(flags, environment), environment);
}

/**
 * The same as 32 bytes, for commands that work on the key itself. The caller zeroes them.
 */
export async function resolveSecret(flags: SourceFlags, environment: SignerEnvironment): Promise<Uint8Array> {
  const source = nameSource(flags, environment);
  if (source) return openSource(source, environment);
  const { accountNames, chosenSecret } = await import('./chosen.ts');
  const secret = await chosenSecret(environment);
  if (!secret) throw noKey(await accountNames(environment));
  return secret;
}

/**
 * The source that a flag or a variable names, without reading it; undefined when none does. Call it before
 * opening a connection: later, a descriptor could be one of this program.
 * Throws `UsageError` for two flags, or a flag that was given the key itself; `SignerError` for a descriptor
 * that is not open, or a variable that is empty.
 */
export function nameSource(
  flags: SourceFlags,
  environment: Pick<SignerEnvironment, 'secrets' | 'env'>,
): SecretSource | undefined {
  const source = sourceOfFlags(flags) ?? sourceOfVariables(environment);
  const fd = descriptorOfSource(source);
  if (source && fd !== undefined) checkDescriptor(fd, source.name);
  return source;
}

/**
 * The account whose key `resolveSigner` would give, without reading that; undefined where the key alone tells whose it is,
 * or where there is none. Throws as `nameSource` does, and `SignerError` for an account that is not there.
 */
export async function accountOfKey(
  flags: SourceFlags,
  environment: SignerEnvironment,
): Promise<{ pubkey: string } | undefined> {
  const source = nameSource(flags, environment);
  if (source !== undefined && source.type !== 'account') return undefined;
  if (source?.account === '') throw emptyVariable(source.name);
  const { chosenAccount, namedAccount } = await import('./chosen.ts');
  return source ? namedAccount(source.account, environment) : chosenAccount(environment);
}

/** Whether the source reads stdin. A command that also reads stdin then refuses: both cannot have it. */
export function claimsStdin(source: SecretSource | undefined): boolean {
  return descriptorOfSource(source) === 0;
}

function descriptorOfSource(source: SecretSource | undefined): number | undefined {
  if (source?.type === 'descriptor') return source.fd;
  return source?.type === 'file' ? descriptorOf(source.path) : undefined;
}

function sourceOfFlags({ secFile, secFd, promptSec, as }: SourceFlags): SecretSource | undefined {
  const given: SecretSource[] = [];
  if (secFile !== undefined) given.push(fileFlag(secFile));
  if (secFd !== undefined) given.push(descriptorFlag(secFd));
  if (promptSec) given.push(TYPED);
  if (as !== undefined) given.push(accountFlag(as));
  if (given.length > 1) {
    const flags = given.map(({ type, name }) => (type === 'prompt' ? '--prompt-sec' : name.split(' ')[0]));
    throw new UsageError(`${flags.join(' and ')} both say which key to use`, {
      code: 'two_keys',
      hint: 'Give one of them.',
    });
  }
  return given[0];
}

/** Somebody who types on the terminal. */
export const TYPED = { type: 'prompt', name: 'what you typed' } as const;

function fileFlag(path: string): SecretSource {
  if (isSecret(path)) throw secretInArgv('--sec-file was given a key instead of a path');
  if (path === '') throw new UsageError('--sec-file needs the path of a file', { code: 'bad_value' });
  return { type: 'file', name: nameOfFile('--sec-file', path), path };
}

/** A number too large for a descriptor is not quoted: it may be a key that consists of digits. */
function descriptorFlag(fd: number): SecretSource {
  return { type: 'descriptor', name: fd < 1e9 ? `--sec-fd ${fd}` : '--sec-fd', fd };
}

function accountFlag(account: string): SecretSource {
  if (isSecret(account)) throw secretInArgv('--as was given a key instead of an account');
  if (account === '') throw new UsageError('--as needs the name of an account', { code: 'bad_value' });
  return { type: 'account', name: '--as', account };
}

/** Also with a missing or extra character, because the error about a missing file would quote it. */
function isSecret(text: string): boolean {
  return /^\s*(?:n(?:crypt)?sec1[a-z0-9]{20,}|[0-9a-f]{48,}|bunker:\/\/.*)\s*$/i.test(text);
}

/**
 * A variable with an empty value counts as named: in `NOSTR_SECRET_KEY=$(pass show nostr)` it means that `pass`
 * failed, and the next source would sign with another key.
 */
function sourceOfVariables({
  secrets,
  env,
}: Pick<SignerEnvironment, 'secrets' | 'env'>): SecretSource | undefined {
  const account = env['NOST_AS'];
  if (account !== undefined) return { type: 'account', name: 'NOST_AS', account };
  if (secrets.get('NOSTR_SECRET_KEY') !== undefined) return variable('NOSTR_SECRET_KEY');
  const path = secrets.get('NOSTR_SECRET_KEY_FILE');
  return path === undefined ? undefined : fileVariable(path);
}

function variable(name: SecretVariable): SecretSource {
  return { type: 'variable', name, variable: name };
}

function fileVariable(path: string): SecretSource {
  const name = 'NOSTR_SECRET_KEY_FILE';
  if (isSecret(path)) {
    throw new SignerError(`${name} holds a key instead of a path`, {
      code: 'bad_secret',
      hint: 'A key itself goes into NOSTR_SECRET_KEY.',
    });
  }
  if (path === '') throw emptyVariable(name);
  return { type: 'file', name: nameOfFile(name, path), path };
}

async function openSource(source: SecretSource, environment: SignerEnvironment): Promise<Uint8Array> {
  if (source.type === 'account') return openAccount(source, environment);
  const { openSecretText } = await import('./secret-text.ts');
  return openSecretText(await readSource(source, environment), source.name, environment);
}

async function openAccount(
  { name, account }: Extract<SecretSource, { type: 'account' }>,
  environment: SignerEnvironment,
): Promise<Uint8Array> {
  if (account === '') throw emptyVariable(name);
  if (environment.secrets.names.length > 0) {
    environment.detail(`${name} goes before ${environment.secrets.names.join(' and ')}`);
  }
  const { accountSecret } = await import('./chosen.ts');
  return accountSecret(account, environment);
}

/** What a source is to hold. */
export interface WantedText {
  /** The text of the prompt, for the source that prompts. */
  question?: string | undefined;
  /** Whether it may be broken into lines, as a seed phrase of so many words. */
  words?: number | undefined;
  /** What to type where there is nothing to read; by default the flag that asks for it. */
  instead?: string | undefined;
  /** Throws a `Failure` for what the text cannot be; by default what is no secret key. Only a prompt asks again then. */
  check?: ((text: string, where: string) => Promise<void>) | undefined;
}

/** Of the commands that have the flags of keys. */
const BY_PROMPT = 'To type the key on the terminal use --prompt-sec.';

/** The text of a source. */
export async function readSource(
  source: Exclude<SecretSource, { type: 'account' }>,
  environment: SignerEnvironment,
  wanted: WantedText = {},
): Promise<string> {
  const { words, instead = BY_PROMPT } = wanted;
  const rules = { ...readRules(environment), manyLines: words !== undefined, instead };
  switch (source.type) {
    case 'file':
      return readKeyFile(source.path, source.name, rules);
    case 'descriptor':
      return readKeyDescriptor(source.fd, source.name, rules);
    case 'prompt':
      return askFor(wanted, source.name, environment);
    case 'variable':
      return readVariable(source.variable, environment);
  }
}

/** How often somebody may mistype. */
const TRIES = 3;

async function askFor(
  { question = 'Secret key (nsec, hex or ncryptsec): ', words, check }: WantedText,
  where: string,
  { promptHidden, note, signal }: SignerEnvironment,
): Promise<string> {
  const { checkSecretText } = await import('./secret-text.ts');
  const goesOn =
    words === undefined ? undefined : (typed: string, rest: string) => lacksWords(typed, rest, words);
  for (let tries = TRIES; ; tries--) {
    const text = await promptHidden(question, { signal, goesOn });
    try {
      await (check ?? checkSecretText)(text, where);
      return text;
    } catch (error) {
      if (!(error instanceof Failure) || tries <= 1) throw error;
      note(`${error.message}; try again`);
    }
  }
}

/** An empty line ends it. */
function lacksWords(typed: string, rest: string, words: number): boolean {
  if (typed.trim() === '' || typed.endsWith('\n')) return false;
  return rest.trim() !== '' || typed.trim().split(/\s+/).length < words;
}

function readVariable(name: SecretVariable, { secrets }: SignerEnvironment): string {
  const text = secrets.get(name);
  if (!text?.trim()) throw emptyVariable(name);
  return text;
}

function emptyVariable(name: string): SignerError {
  return new SignerError(`${name} is set, but empty`, {
    code: 'bad_secret',
    hint: `Unset it to sign with another source: unset ${name}`,
  });
}

function noKey(accounts: readonly string[]): SignerError {
  const hint = [howToChoose(accounts), waysToGiveAKey()].join('\n');
  return new SignerError('no key to sign with', { code: 'no_key', hint });
}

/** More are not listed in a hint. */
const SHOWN_ACCOUNTS = 8;

function howToChoose(accounts: readonly string[]): string {
  const [first, ...others] = accounts;
  if (first === undefined) return 'nost keygen --name me makes a key, which then signs.';
  const more = accounts.length > SHOWN_ACCOUNTS ? ' …' : '';
  const shown = [first, ...others].slice(0, SHOWN_ACCOUNTS).join(', ');
  return `Accounts: ${shown}${more}. To sign with one: --as ${first}, or for good: nost key use ${first}`;
}

/** The ways to name a key, one in each line. */
function waysToGiveAKey(): string {
  return [
    '--sec-file PATH        a file with the key, private to you',
    '--sec-fd N             an open descriptor: --sec-fd 3 3<key.txt',
    '--prompt-sec           typed on the terminal, without echo',
    '--as ACCOUNT           an account (nost key list)',
    'NOSTR_SECRET_KEY       the key itself, in the environment',
    'NOSTR_SECRET_KEY_FILE  the path of a file with the key',
  ].join('\n');
}
