// NIP-26 delegation: an event that one key signs for another, who allowed it by a token. Unrecommended: what there is can
// be checked, nothing new is made.
import { schnorr } from '@noble/curves/secp256k1.js';
import { sha256Hex } from './crypto.ts';
import type { Event } from './event.ts';
import { hexToBytes, isHex, isHex32 } from './hex.ts';

/** Who allowed what, and the proof. */
export interface Delegation {
  /** The public key in whose name the event is. */
  delegator: string;
  /** As it was signed: `kind=1&created_at>1674834236`. */
  conditions: string;
  /** A signature, 128 lower-case hex digits. */
  token: string;
}

/**
 * What the first `delegation` tag says; undefined where there is none, or where it has not the right form.
 * @example
 * delegationOf({ tags: [['delegation', 'ab'.repeat(32), 'kind=1', 'cd'.repeat(64)]] }).conditions // → 'kind=1'
 * delegationOf({ tags: [['delegation', 'ab', 'kind=1', 'cd']] }) // → undefined
 */
export function delegationOf({ tags }: Pick<Event, 'tags'>): Delegation | undefined {
  const [, delegator, conditions, token] = tags.find(([name]) => name === 'delegation') ?? [];
  if (!isHex32(delegator) || conditions === undefined || !isHex(token, 128)) return undefined;
  return { delegator, conditions, token };
}

/**
 * The text whose sha256 the delegator signs.
 * @example
 * delegationText('ab', 'kind=1') // → 'nostr:delegation:ab:kind=1'
 */
export function delegationText(delegatee: string, conditions: string): string {
  return `nostr:delegation:${delegatee}:${conditions}`;
}

/** What is wrong with a delegation: its form, the token, or that the event is not one of those it allows. */
export type DelegationFault = 'form' | 'token' | 'conditions';

/**
 * The first check that the delegation of an event fails; undefined when all hold, and for an event without any. Nothing is
 * said of the id and the signature of the event.
 * @example
 * checkDelegation({ tags: [], pubkey: 'ab'.repeat(32), kind: 1, created_at: 1 }) // → undefined
 * checkDelegation({ tags: [['delegation']], pubkey: 'ab'.repeat(32), kind: 1, created_at: 1 }) // → 'form'
 */
export function checkDelegation(
  event: Pick<Event, 'tags' | 'pubkey' | 'kind' | 'created_at'>,
): DelegationFault | undefined {
  if (!event.tags.some(([name]) => name === 'delegation')) return undefined;
  const delegation = delegationOf(event);
  if (!delegation) return 'form';
  if (!isSigned(delegation, event.pubkey)) return 'token';
  return meetsConditions(event, delegation.conditions) ? undefined : 'conditions';
}

function isSigned({ delegator, conditions, token }: Delegation, delegatee: string): boolean {
  const hash = hexToBytes(sha256Hex(delegationText(delegatee, conditions)));
  try {
    return schnorr.verify(hexToBytes(token), hash, hexToBytes(delegator));
  } catch {
    return false; // a public key that is no point of the curve
  }
}

/**
 * Whether an event is one of those that conditions allow: one of the kinds, where kinds are named, and within all bounds of
 * time, which are exclusive. A condition that nobody knows allows nothing.
 * @example
 * meetsConditions({ kind: 1, created_at: 5 }, 'kind=0&kind=1&created_at>4') // → true
 * meetsConditions({ kind: 1, created_at: 5 }, 'created_at<5') // → false
 * meetsConditions({ kind: 1, created_at: 5 }, 'content=x') // → false
 */
export function meetsConditions(
  { kind, created_at }: Pick<Event, 'kind' | 'created_at'>,
  conditions: string,
): boolean {
  const kinds: number[] = [];
  for (const condition of conditions === '' ? [] : conditions.split('&')) {
    const [, field, digits] = /^(kind=|created_at<|created_at>)(\d{1,16})$/.exec(condition) ?? [];
    const value = Number(digits);
    if (field === undefined) return false;
    if (field === 'kind=') kinds.push(value);
    else if (field === 'created_at<' ? created_at >= value : created_at <= value) return false;
  }
  return kinds.length === 0 || kinds.includes(kind);
}
