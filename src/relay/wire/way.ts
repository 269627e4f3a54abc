// The way to one relay on a route: whose certificates are believed, and the tunnel through a proxy, if there is one.
import type { LookupFunction } from 'node:net';
import type { Route } from './route.ts';
import { trustOf } from './trust.ts';
import { type Tunnel, tunnelTo } from './tunnel.ts';

export interface Way {
  tls: ReturnType<typeof trustOf>;
  tunnel: Tunnel | undefined;
  /** How the host is looked up, where not everybody's address will do. */
  lookup?: LookupFunction;
}

/** The way to the relay at `url`; `lookup` finds its address where that is done here. Throws `InvalidProxy`. */
export function wayOf(url: string, route: Route, lookup?: LookupFunction): Way {
  return { tls: trustOf(route), tunnel: tunnelTo(url, route, lookup) };
}
