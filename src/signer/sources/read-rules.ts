// How the files and pipes of this environment are read: whose they must be, and how long a pipe may take.
import type { SignerEnvironment } from '../environment.ts';
import type { ReadRules } from './key-file.ts';

/** Milliseconds: long enough for a person to unlock what feeds the pipe (`<(pass show nostr)`). */
const PATIENCE = 60_000;

/** Folders that a container or a service manager guards (contract §6). */
const GUARDED = '/run/secrets';

export function readRules({ userId, env, patience = PATIENCE, signal }: SignerEnvironment): ReadRules {
  const credentials = env['CREDENTIALS_DIRECTORY'];
  return { userId, trustedFolders: credentials ? [credentials, GUARDED] : [GUARDED], patience, signal };
}
