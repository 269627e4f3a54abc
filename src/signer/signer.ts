// What a command needs from a key: the public key, signatures, encryption and decryption. The secret stays behind this
// interface.
import type { Event, EventTemplate } from '../protocol/event.ts';

export interface Signer {
  /** 64 lower-case hex digits. */
  readonly publicKey: string;
  /** Signs a template as this key's author. */
  sign(template: EventTemplate): Promise<Event>;
  /** Encrypts a text for `peer` and this key (NIP-44). */
  nip44Encrypt(peer: string, text: string): Promise<string>;
  /** Decrypts what `peer` encrypted for this key, or this key for `peer`. Rejects with `InvalidPayload`. */
  nip44Decrypt(peer: string, payload: string): Promise<string>;
  /** The same with NIP-04, which is old and not authenticated. */
  nip04Encrypt(peer: string, text: string): Promise<string>;
  nip04Decrypt(peer: string, payload: string): Promise<string>;
  /** Whether a text contains the secret, in hex or base64. A signer that does not have it cannot tell: false. */
  isRevealedBy(text: string): boolean;
  /** Releases the secret; a local key is zeroed. Signing afterwards is an error. */
  close(): void;
}
