// The keys of a run: made for it and forgotten with it, or the user's own when they said so.
import { randomBytes } from '../protocol/crypto.ts';
import { type Event, type EventTemplate, eventId } from '../protocol/event.ts';
import { bytesToHex } from '../protocol/hex.ts';
import { generateSecretKey, publicKeyOf } from '../protocol/keys.ts';

export interface Key {
  readonly pubkey: string;
  sign(template: EventTemplate): Promise<Event> | Event;
}

/** The signature over an id, both in hex (BIP-340). */
export type SignId = (id: string, secretKey: Uint8Array) => string;

/** A key that nobody keeps. */
export function throwawayKey(sign: SignId): Key {
  const secretKey = generateSecretKey();
  const pubkey = publicKeyOf(secretKey);
  return {
    pubkey,
    sign: template => {
      const unsigned = { ...template, pubkey };
      const id = eventId(unsigned);
      return { id, ...unsigned, sig: sign(id, secretKey) };
    },
  };
}

/** 64 hex digits: an id that no event has, a pubkey of nobody. */
export function randomId(): string {
  return bytesToHex(randomBytes(32));
}
