// The keys of a run: made for it and forgotten with it, or the user's own when they said so.
import { randomBytes } from '../protocol/crypto.ts';
import type { Event, EventTemplate } from '../protocol/event.ts';
import { bytesToHex } from '../protocol/hex.ts';
import { generateSecretKey, publicKeyOf } from '../protocol/keys.ts';
import { signEvent } from '../protocol/signature.ts';

export interface Key {
  readonly pubkey: string;
  sign(template: EventTemplate): Promise<Event> | Event;
}

/** A key that nobody keeps. */
export function throwawayKey(): Key {
  const secretKey = generateSecretKey();
  return { pubkey: publicKeyOf(secretKey), sign: template => signEvent(template, secretKey) };
}

/** 64 hex digits: an id that no event has, a pubkey of nobody. */
export function randomId(): string {
  return bytesToHex(randomBytes(32));
}
