// The limits of the embedded relay. The first four are in its NIP-11 document. The others bound memory and time when
// clients send too fast, read too slowly, or never end what they began.

/** NIP-11 `max_message_length` in bytes. A follow list of 10,000 people takes about 730 kB. */
export const MAX_MESSAGE_LENGTH = 1024 * 1024;

/** NIP-11 `max_subscriptions`: open subscriptions on one connection. */
export const MAX_SUBSCRIPTIONS = 200;

/** REQs of one connection whose stored events are sent at the same time; the next frames wait. */
export const MAX_STARTING = 16;

/** Filters in one REQ or COUNT. */
export const MAX_FILTERS = 100;

/** Characters of a NIP-50 search: some words take as many steps as they and the content have characters, multiplied. */
export const MAX_SEARCH = 256;

/** Values in all filters of the open subscriptions of a connection, and of all connections. */
export const MAX_LISTED = 60_000;
export const MAX_LISTED_IN_ALL = 500_000;

/** NIP-11 `max_event_tags`. A follow list has 10,000. */
export const MAX_EVENT_TAGS = 10_000;
export const TOO_MANY_TAGS = `too many tags: at most ${MAX_EVENT_TAGS}`;

/** Lists and objects in a frame, and values: what an event with all the tags it may have needs. */
export const MAX_LISTS = MAX_EVENT_TAGS + 100;
export const MAX_VALUES = 100_000;

/** Steps of work for one message; a step is about a microsecond. */
export const MAX_STEPS = 20_000_000;

/** Maximum number of events for one filter when `maxLimit` is not set. */
export const DEFAULT_MAX_LIMIT = 5000;

/** Unsent bytes of a socket above which stored events and answers wait. */
export const HIGH_WATER = 1024 * 1024;

/** The same when there are so many connections that their parts of the memory are small. */
export const LEAST_PART = 16 * 1024;

/** Bytes over all connections that wait to be sent. */
export const MAX_UNSENT_IN_ALL = 64 * 1024 * 1024;

/** Bytes over all connections that wait to be handled. */
export const MAX_UNREAD_IN_ALL = 64 * 1024 * 1024;

/** Memory that a waiting frame takes beside its text. */
export const FRAME_COST = 256;

/** Fragments of one message, and pieces in which its bytes come. Each takes memory beside its bytes. */
export const MAX_FRAGMENTS = 1024;
export const MAX_PIECES = 4096;

/** Unsent bytes above which a subscription is closed as too slow for live events. */
export const TOO_SLOW = 16 * 1024 * 1024;

/** Characters of queued frames above which reading from the socket stops. */
export const MAX_INBOX = 4 * 1024 * 1024;

/** Characters of frames that are read together. */
export const MAX_BATCH = 256 * 1024;

/** A longer frame is handled alone, and has a place among the long ones. */
export const LONG_FRAME = MAX_BATCH;

/** Characters of frames that are worked on at the same time, over all connections: short ones, and long ones. */
export const MAX_SHORT_IN_HAND = 8 * 1024 * 1024;
export const MAX_LONG_IN_HAND = 2 * 1024 * 1024;

/** Number of queued frames above which reading from the socket stops. */
export const MAX_INBOX_FRAMES = 1000;

/** Open negotiations (NIP-77) on one connection. */
export const MAX_NEGOTIATIONS = 4;

/** Negotiations, over all connections, whose events are gathered at the same time. */
export const MAX_GATHERED = 8;

/** Events of one negotiation; each takes 44 bytes. */
export const MAX_NEGOTIATED = 1_000_000;

/** Events of all open negotiations. */
export const MAX_NEGOTIATED_IN_ALL = 2_000_000;

/** Bytes of an answer of a negotiation; on the wire it is twice as long. */
export const NEGOTIATION_FRAME = 60_000;

/** Milliseconds between two pings; a client that is silent from one to the next is gone. */
export const HEARTBEAT_MS = 30_000;

/** Milliseconds from a connection to a whole request, and to the next one. */
export const HANDSHAKE_MS = 10_000;

/** TCP connections at the same time, where there are descriptors for them; more are ended at once. */
export const MAX_CONNECTIONS = 5000;

/** WebSockets from one address, so that no address takes all the connections. */
export const MAX_FROM_ADDRESS = 3000;

/** Authentications on one connection (NIP-42 allows several keys). */
export const MAX_AUTHED = 100;
