// What a command needs of a key: who it is, and signatures. The secret stays behind this interface.
import type { Event, EventTemplate } from '../protocol/event.ts';

export interface Signer {
  /** 64 lower-case hex digits. */
  readonly publicKey: string;
  /** Signs a template as this key's author. */
  sign(template: EventTemplate): Promise<Event>;
  /** Forgets the secret (local keys are zeroed). Signing afterwards is an error. */
  close(): void;
}
