// Three people with fixed keys (those of the vectors), who sign the same bytes at each run. They sign by WebAssembly: the
// bytes are those of the curve in JavaScript, which needs ten times as long.
import { signSchnorr, xOnlyPointFromScalar } from 'tiny-secp256k1';
import { type Event, type EventTemplate, eventId } from '../../src/protocol/event.ts';
import { bytesToHex, hexToBytes } from '../../src/protocol/hex.ts';
import { authTemplate } from '../../src/protocol/nip42.ts';

const NO_RANDOMNESS = new Uint8Array(32);

/** A second in the past that tests may count from. */
export const T0 = 1_700_000_000;

export interface Person {
  /** 64 lower-case hex digits. */
  readonly publicKey: string;
  readonly secretKey: Uint8Array;
  /** The secret as 64 hex digits, as a key file holds it. */
  readonly secretHex: string;
  /** Signs; what is not given is a kind-1 event of second T0 without tags and content. */
  sign(template?: Partial<EventTemplate>): Event;
  /** A text note. */
  note(content: string, created_at?: number, tags?: string[][]): Event;
  /** A deletion request (NIP-09) with these tags. */
  deletion(tags: string[][], created_at?: number): Event;
  /** The answer to a relay's challenge (NIP-42). */
  auth(challenge: string, relayUrl: string, created_at: number): Event;
}

export function person(secretHex: string): Person {
  const secretKey = hexToBytes(secretHex);
  const pubkey = bytesToHex(xOnlyPointFromScalar(secretKey));
  const sign = (template: Partial<EventTemplate> = {}): Event => {
    const { created_at = T0, kind = 1, tags = [], content = '' } = template;
    const id = eventId({ pubkey, created_at, kind, tags, content });
    const sig = bytesToHex(signSchnorr(hexToBytes(id), secretKey, NO_RANDOMNESS));
    return { id, pubkey, created_at, kind, tags, content, sig };
  };
  return {
    publicKey: pubkey,
    secretKey,
    secretHex: bytesToHex(secretKey),
    sign,
    note: (content, created_at = T0, tags = []) => sign({ content, created_at, tags }),
    deletion: (tags, created_at = T0) => sign({ kind: 5, tags, created_at }),
    auth: (challenge, relayUrl, created_at) => sign(authTemplate(challenge, relayUrl, created_at)),
  };
}

export const A = person('0000000000000000000000000000000000000000000000000000000000000003');
export const B = person('b7e151628aed2a6abf7158809cf4f3c762e7160f38b4da56a784d9045190cfef');
export const C = person('c90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b14e5c9');

/** So many others. */
export function peopleOf(count: number): Person[] {
  return Array.from({ length: count }, (_, i) => person(`02${(i + 1).toString(16).padStart(62, '0')}`));
}

/** `event` with a signature that does not verify. */
export function withBrokenSignature(event: Event): Event {
  return { ...event, sig: (event.sig[0] === '0' ? '1' : '0') + event.sig.slice(1) };
}
