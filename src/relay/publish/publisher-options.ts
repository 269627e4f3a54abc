// What the publisher of one relay is told, and what it tells the publishing around it.
import type { EndReason, PublishOutcome } from '../link/outcome.ts';
import type { LinkOptions } from '../link/relay-link.ts';
import type { OutgoingEvent } from './outgoing-event.ts';

export interface RelayPublisherOptions {
  /** Events that may await their OK at once; `auto`: as many as the relay answers without delay. */
  pipeline: number | 'auto';
  /** Attempts after the first, for transient failures: for each event, and to connect. Default 0. */
  retry?: number | undefined;
  /** Connects at once, and again for ever, with or without events; `retry` then bounds the attempts for each event alone. */
  staysConnected?: boolean | undefined;
  connection: LinkOptions['connection'] & { relayTimeout: number };
  backoff?: LinkOptions['backoff'];
}

/** What the publishing around it is told. */
export interface RelayPublisherHooks {
  /** The outcome of one event at this relay: exactly one call for each event offered. */
  onOutcome: (outcome: PublishOutcome, event: OutgoingEvent) => void;
  /** More is about to be sent: answers that a kill must not lose are to be kept first. */
  onSending: () => void;
  /** There is room for more events. */
  onRoom: () => void;
  /** The user's own key could not sign an AUTH: the whole command stops. */
  onFault: (error: unknown) => void;
  /** A connection is open. */
  onOpen?: () => void;
  /** A connection was lost, or could not be opened. */
  onLost?: (ended: EndReason) => void;
}
