// The limits of the embedded relay for one connection. The first four are in its NIP-11 document. The others bound
// memory when a client sends too fast or reads too slowly.

/** NIP-11 `max_message_length` in bytes. A follow list of 10,000 people takes about 730 kB. */
export const MAX_MESSAGE_LENGTH = 1024 * 1024;

/** NIP-11 `max_subscriptions`: open subscriptions on one connection. */
export const MAX_SUBSCRIPTIONS = 200;

/** Filters in one REQ or COUNT. */
export const MAX_FILTERS = 100;

/** NIP-11 `max_event_tags`. A follow list has 10,000. */
export const MAX_EVENT_TAGS = 20_000;

/** Steps of work for one message; a step is about a microsecond. */
export const MAX_STEPS = 20_000_000;

/** Maximum number of events for one filter when `maxLimit` is not set. */
export const DEFAULT_MAX_LIMIT = 5000;

/** Unsent bytes of a socket above which stored events and answers wait. */
export const HIGH_WATER = 1024 * 1024;

/** Unsent bytes above which a subscription is closed as too slow for live events. */
export const TOO_SLOW = 16 * 1024 * 1024;

/** Characters of queued frames above which reading from the socket stops. */
export const MAX_INBOX = 4 * 1024 * 1024;

/** Number of queued frames above which reading from the socket stops. */
export const MAX_INBOX_FRAMES = 1000;

/** Open negotiations (NIP-77) on one connection. */
export const MAX_NEGOTIATIONS = 4;

/** Events of one negotiation; each takes 44 bytes. */
export const MAX_NEGOTIATED = 500_000;

/** Events of all open negotiations. */
export const MAX_NEGOTIATED_IN_ALL = 1_000_000;

/** Bytes of an answer of a negotiation; on the wire it is twice as long. */
export const NEGOTIATION_FRAME = 60_000;
