// Whose certificates are believed: the usual authorities, those the user added, or, if they insist, anybody's.
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import type { Route } from './route.ts';

export interface Trust {
  rejectUnauthorized: boolean;
  secureContext?: SecureContext;
}

/** Reading some 150 certificates takes milliseconds: once for all relays of a command. */
const contexts = new WeakMap<Route, SecureContext>();

/** The options of a TLS connection on this route. */
export function trustOf(route: Route): Trust {
  const trust = { rejectUnauthorized: !route.insecure };
  return route.extraAuthorities.length === 0 ? trust : { ...trust, secureContext: contextOf(route) };
}

/** `ca` replaces the roots of Node, so those stand in it too. */
function contextOf(route: Route): SecureContext {
  let context = contexts.get(route);
  context ??= createSecureContext({ ca: [...rootCertificates, ...route.extraAuthorities] });
  contexts.set(route, context);
  return context;
}
