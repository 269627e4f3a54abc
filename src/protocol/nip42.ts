// NIP-42: a client proves to a relay who it is. The template a client signs, and the relay's checks of it.
import { type Event, type EventTemplate, tagValue } from './event.ts';
import { parseRelayUrl } from './relay-url.ts';
import { checkEvent } from './signature.ts';

/** The ephemeral kind of an authentication; it must never be stored or broadcast. */
export const AUTH_KIND = 22242;

/** "within ~10 minutes" (NIP-42), in both directions, seconds. */
export const AUTH_WINDOW = 600;

/**
 * The event a client signs to answer `challenge`. `relayUrl` is the URL it is connected to, `createdAt` unix seconds.
 * @example
 * authTemplate('abc', 'wss://x.com', 7) // → { created_at: 7, kind: 22242, tags: [['relay', 'wss://x.com'], ['challenge', 'abc']], content: '' }
 */
export function authTemplate(challenge: string, relayUrl: string, createdAt: number): EventTemplate {
  return {
    created_at: createdAt,
    kind: AUTH_KIND,
    tags: [
      ['relay', relayUrl],
      ['challenge', challenge],
    ],
    content: '',
  };
}

/** What a relay knows when an AUTH event comes. */
export interface AuthExpectation {
  /** The last challenge sent on this connection. */
  challenge: string;
  /** The URL under which clients reach this relay. */
  relayUrl: string;
  /** Unix seconds. */
  now: number;
}

/**
 * Why an AUTH event is to be refused, or undefined when it proves its author: kind, time (ten minutes either
 * way), challenge, host and port of the relay, then id and signature (NIP-42). Scheme and path do not count:
 * a proxy may change them.
 * @example
 * checkAuth({ kind: 1, tags: [] }, { challenge: 'abc', relayUrl: 'wss://x.com', now: 7 }) // → 'the kind must be 22242'
 */
export function checkAuth(event: Event, expected: AuthExpectation): string | undefined {
  const refusal = checkAuthClaims(event, expected);
  if (refusal !== undefined) return refusal;
  const failed = checkEvent(event);
  return failed && `the ${failed} does not verify`;
}

/**
 * The same without id and signature, for who verifies these elsewhere.
 * @example
 * checkAuthClaims({ kind: 1, tags: [] }, { challenge: 'abc', relayUrl: 'wss://x.com', now: 7 }) // → 'the kind must be 22242'
 */
export function checkAuthClaims(event: Event, expected: AuthExpectation): string | undefined {
  if (event.kind !== AUTH_KIND) return `the kind must be ${AUTH_KIND}`;
  if (Math.abs(event.created_at - expected.now) > AUTH_WINDOW) {
    return 'created_at is more than ten minutes away from now';
  }
  if (tagValue(event, 'challenge') !== expected.challenge) {
    return 'the challenge is not the one sent on this connection';
  }
  if (!sameEndpoint(tagValue(event, 'relay'), expected.relayUrl)) return 'the relay tag names another relay';
  return undefined;
}

/** Hosts are compared whole: a prefix would let `relay.example.evil` pass. */
function sameEndpoint(named: string | undefined, own: string): boolean {
  if (named === undefined) return false;
  const endpoint = endpointOf(named);
  return endpoint !== undefined && endpoint === endpointOf(own);
}

function endpointOf(text: string): string | undefined {
  try {
    const { hostname, port, protocol } = parseRelayUrl(text);
    return `${hostname}:${port || (protocol === 'wss:' ? '443' : '80')}`;
  } catch {
    return undefined;
  }
}
