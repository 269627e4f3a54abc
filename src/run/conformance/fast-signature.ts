// A run signs hundreds of events with throwaway keys: by WebAssembly where there is some.
import type { SignId } from '../../check/key.ts';
import { signId } from '../../protocol/signature.ts';

export async function fastSignature(): Promise<SignId> {
  const { openBulkSigning } = await import('../../signer/bulk-signing.ts');
  return (await openBulkSigning()) ?? signId;
}
