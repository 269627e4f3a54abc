// What a deletion must not tell relays: they are asked for each code before anything is signed, and the reason is for
// everybody to read.
import { UsageError } from '../../errors.ts';
import { holdsConnection, holdsNsec } from '../../signer/secret-text.ts';
import type { Signer } from '../../signer/signer.ts';
import type { Target } from './target.ts';

/**
 * Throws `UsageError` before any relay hears of it: where the key itself was typed as a code; and, but for --allow-nsec,
 * where an identifier or the reason holds a secret.
 */
export function refuseSecrets(
  targets: readonly Pick<Target, 'key'>[],
  { reason = '', allowNsec = false }: { reason?: string | undefined; allowNsec?: boolean | undefined },
  signer: Pick<Signer, 'isRevealedBy'>,
): void {
  const codes = targets.map(({ key }) => key);
  if (signer.isRevealedBy(codes.join(' ')))
    throw new UsageError('your secret key stands among the codes: no relay was asked', { code: 'bad_code' });
  if (allowNsec) return;
  if (codes.some(isSecret)) throw holds('a code holds a secret');
  if (isSecret(reason)) throw holds('the reason holds a secret');
  if (signer.isRevealedBy(reason)) throw holds('the reason holds the secret key that is to sign it');
}

function isSecret(text: string): boolean {
  return holdsNsec(text) || holdsConnection(text) || /ncryptsec1[02-9ac-hj-np-z]{16}/i.test(text);
}

function holds(what: string): UsageError {
  return new UsageError(`${what}: no relay was asked; --allow-nsec sends it all the same`, {
    code: 'bad_value',
  });
}
