// Reads the key of an account from its store and checks that it is the key of this account.
import { SignerError } from '../../errors.ts';
import { publicKeyOf } from '../../protocol/keys.ts';
import type { SignerEnvironment } from '../environment.ts';
import type { Account } from './accounts.ts';
import { KeychainError } from './keychain-state.ts';
import { readKey } from './stores.ts';

/**
 * The 32 bytes of the key of an account. A key that does not belong to the public key of the account is not returned.
 * Throws `SignerError`.
 */
export async function readAccountKey(account: Account, environment: SignerEnvironment): Promise<Uint8Array> {
  const secret = await readKey(account, environment);
  environment.onSecret?.(secret);
  if (ownerOf(secret) === account.pubkey) return secret;
  secret.fill(0);
  if (account.store === 'keychain') throw new KeychainError('wrong_item', `not that of ${account.npub}`);
  throw new SignerError(`the key kept for ${account.npub} is a different key`, {
    code: 'wrong_key',
    hint: 'Nothing was signed. Import the right key again, or remove the account: nost key remove.',
  });
}

function ownerOf(secret: Uint8Array): string | undefined {
  try {
    return publicKeyOf(secret);
  } catch {
    return undefined;
  }
}
