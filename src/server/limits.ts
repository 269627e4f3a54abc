// What the embedded relay bears from one connection. The first four are told to clients by NIP-11; the others keep
// memory flat when a client reads or writes faster or slower than it should.

/** NIP-11 `max_message_length`, bytes. Follow lists of 10,000 people take about 730 kB. */
export const MAX_MESSAGE_LENGTH = 1024 * 1024;

/** NIP-11 `max_subscriptions`: open at once on one connection. */
export const MAX_SUBSCRIPTIONS = 200;

/** Filters in one REQ or COUNT. */
export const MAX_FILTERS = 100;

/** Most events one filter gets when `maxLimit` is not set. */
export const DEFAULT_MAX_LIMIT = 5000;

/** Bytes waiting for a socket above which stored events and answers wait. */
export const HIGH_WATER = 1024 * 1024;

/** Bytes a subscription may leave unread before it is closed as too slow for live events. */
export const TOO_SLOW = 16 * 1024 * 1024;

/** Characters of frames waiting to be handled above which the socket is not read any further. */
export const MAX_INBOX = 4 * 1024 * 1024;

/** Frames waiting to be handled above which the socket is not read any further. */
export const MAX_INBOX_FRAMES = 1000;
