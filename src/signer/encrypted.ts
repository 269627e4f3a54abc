// Decrypts and encrypts NIP-49 keys with a passphrase from its source. Every failure is a `SignerError`.
import { SignerError } from '../errors.ts';
import {
  decryptKey,
  type EncryptionSettings,
  encryptKey,
  InvalidEncryptedKey,
  readEncryptedKeyHeader,
  WrongPassphrase,
} from '../protocol/nip49.ts';
import type { SignerEnvironment } from './environment.ts';
import { hasPassphraseSource, readPassphrase } from './passphrase.ts';

/**
 * The key in an ncryptsec; `where` names its source in messages. The text is checked before the passphrase is read.
 * Throws `SignerError`.
 */
export async function openEncrypted(
  text: string,
  where: string,
  environment: SignerEnvironment,
): Promise<Uint8Array> {
  checkEncrypted(text, where);
  try {
    return await decryptWith(text, where, environment);
  } catch (error) {
    throw wordError(error, where);
  }
}

/** Refuses a text that is no ncryptsec. Throws `SignerError`. */
export function checkEncrypted(text: string, where: string): void {
  try {
    readEncryptedKeyHeader(text);
  } catch (error) {
    throw wordError(error, where);
  }
}

/** Whoever types may mistype; a named source would only give the same again. */
const TRIES = 3;

async function decryptWith(text: string, where: string, environment: SignerEnvironment): Promise<Uint8Array> {
  for (let tries = hasPassphraseSource(environment) ? 1 : TRIES; ; tries--) {
    try {
      const passphrase = await readPassphrase(where, environment);
      return await shown('opening the key…', () => decryptKey(text, passphrase), environment);
    } catch (error) {
      if (!isMistyped(error) || tries <= 1) throw error;
      environment.note(`${error.message}; try again`);
    }
  }
}

function isMistyped(error: unknown): error is Error {
  return (
    error instanceof WrongPassphrase || (error instanceof SignerError && error.code === 'passphrase_empty')
  );
}

/** scrypt takes a second or more. */
async function shown<T>(text: string, work: () => Promise<T>, { showWork }: SignerEnvironment): Promise<T> {
  const end = showWork(text);
  try {
    return await work();
  } finally {
    end();
  }
}

/** Encrypts a key to an ncryptsec. Throws `SignerError`. */
export async function sealKey(
  secret: Uint8Array,
  passphrase: string,
  settings: EncryptionSettings,
  environment: SignerEnvironment,
): Promise<string> {
  try {
    return await shown('encrypting the key…', () => encryptKey(secret, passphrase, settings), environment);
  } catch (error) {
    throw wordError(error, 'the key');
  }
}

function wordError(error: unknown, where: string): unknown {
  if (error instanceof WrongPassphrase) {
    return new SignerError(`${where}: ${error.message}`, {
      code: 'wrong_passphrase',
      hint: 'If you are sure that it is right, the encrypted key is damaged: take another copy of it.',
    });
  }
  if (error instanceof InvalidEncryptedKey) {
    return new SignerError(`${where}: ${error.message}`, { code: 'bad_secret' });
  }
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_CRYPTO_INVALID_SCRYPT_PARAMS' || code === 'ERR_OSSL_EVP_MEMORY_LIMIT_EXCEEDED') {
    return new SignerError(`${where}: there is not enough memory for its scrypt cost`, {
      code: 'bad_secret',
    });
  }
  return error;
}
