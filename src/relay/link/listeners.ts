// Who is told of the frames of a connection: whoever asked, published or negotiates, and the log. Types alone.
import type { CountResult, EoseHint } from '../../protocol/message.ts';

/** Who asked a REQ or COUNT. */
export interface SubscriptionListener {
  /** Events in the order they came; `size` is the length of their frames. */
  events(events: unknown[], size: number): void;
  eose(hint: EoseHint | undefined): void;
  count(result: CountResult): void;
  closed(message: string): void;
  notice(text: string): void;
  disconnected(reason: string): void;
}

/** Who published. `ok` is called for every OK frame, also for ids nobody sent. */
export interface PublishListener {
  ok(eventId: string, accepted: boolean, message: string): void;
  notice(text: string): void;
  disconnected(reason: string): void;
}

/** Who negotiates (NIP-77). */
export interface NegotiationListener {
  answered(frame: Uint8Array): void;
  /** NEG-ERR, or CLOSED: the negotiation is over. */
  refused(message: string): void;
  /** A NEG frame came that makes no sense. */
  unreadable(reason: string): void;
  notice(text: string): void;
  disconnected(reason: string): void;
}

/** What belongs to no request, and what is worth a line of `-v`. */
export type ConnectionNews = 'open' | 'notice' | 'auth' | 'invalid' | 'eose' | 'closed' | 'retry';
export type ConnectionLog = (relay: string, news: ConnectionNews, text: string) => void;
