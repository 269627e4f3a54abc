// The rules for reading key files and pipes: who must own them, and how long a pipe may take.
import type { SignerEnvironment } from '../environment.ts';
import type { ReadRules } from './key-file.ts';

/** Milliseconds: long enough to unlock a password manager that feeds the pipe (`<(pass show nostr)`). */
const PATIENCE = 60_000;

/** The folder of secrets in a container, which protects it. */
const GUARDED = '/run/secrets';

export function readRules({ userId, env, patience = PATIENCE, signal }: SignerEnvironment): ReadRules {
  const credentials = env['CREDENTIALS_DIRECTORY'];
  return { userId, trustedFolders: credentials ? [credentials, GUARDED] : [GUARDED], patience, signal };
}
