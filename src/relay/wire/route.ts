// How relays are reached: what the user and their network demand of every connection. The same for the WebSocket and
// for HTTP, so that no request takes another way than the one that was asked for.
import type { Happening } from '../../protocol/recording.ts';
import type { ProxyServer } from './proxy.ts';

export interface Route {
  /** Sent with the handshake and with HTTP requests, each value on a line of its own; names in lower case. */
  headers: Readonly<Record<string, string[]>>;
  /** Certificates in PEM of authorities to trust besides the usual ones. */
  extraAuthorities: readonly string[];
  /** Accept any certificate of a relay. */
  insecure: boolean;
  /** Offer permessage-deflate (RFC 7692). */
  deflate: boolean;
  /** The proxy to a relay, given as ws or wss; undefined: none. Throws `InvalidProxy`. */
  proxyFor(relay: URL): ProxyServer | undefined;
  /** Told of everything that goes this way. */
  trace?: WireTrace | undefined;
  /** Told of the same, byte for byte, so that it can be played again. */
  recorder?: WireRecorder | undefined;
}

export interface WireTrace {
  /** `text` is the frame (UTF-8) or, of a connection that closed or failed, why. */
  tell(what: 'open' | 'sent' | 'received' | 'closed' | 'failed', relay: string, text: string | Buffer): void;
}

export interface WireRecorder {
  /** A connection or an HTTP request begins: the function is told what happens, and what happens at once together. */
  begin(relay: string): WireNotes;
}

/** Hears what happens on one connection. */
export type WireNotes = (...happenings: Happening[]) => void;

/** Straight to the relay, trusting whom Node trusts. */
export const PLAIN_ROUTE: Route = {
  headers: {},
  extraAuthorities: [],
  insecure: false,
  deflate: false,
  proxyFor: () => undefined,
};
