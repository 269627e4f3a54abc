// Whose certificates are believed: the usual authorities, those the user added, or, if they insist, anybody's.
import { createSecureContext, rootCertificates, type SecureContext } from 'node:tls';
import type { Route } from './route.ts';

/** Reading some 150 certificates takes milliseconds: once for all relays of a command. */
const contexts = new WeakMap<Route, SecureContext>();

/** The options of a TLS connection to a relay on this route. */
export function trustOf(route: Route): { rejectUnauthorized: boolean; secureContext?: SecureContext } {
  return { rejectUnauthorized: !route.insecure, ...authoritiesOf(route) };
}

/** Of a TLS connection that is checked in any case. */
export function authoritiesOf(route: Route): { secureContext?: SecureContext } {
  if (route.extraAuthorities.length === 0) return {};
  let secureContext = contexts.get(route);
  // `ca` replaces the roots of Node, so those stand in it too.
  secureContext ??= createSecureContext({ ca: [...rootCertificates, ...route.extraAuthorities] });
  contexts.set(route, secureContext);
  return { secureContext };
}
