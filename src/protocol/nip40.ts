// NIP-40: events with an expiration. The clock is a parameter: expiry is asked for at query time.
import { type Event, tagValue } from './event.ts';
import { isTime } from './time.ts';

/**
 * When the event expires, in unix seconds; undefined when it has no expiration, or one that is no whole number.
 * @example
 * expirationOf({ tags: [['expiration', '1600000000']] }) // → 1600000000
 * expirationOf({ tags: [['expiration', 'soon']] }) // → undefined
 * expirationOf({ tags: [] }) // → undefined
 */
export function expirationOf(event: Pick<Event, 'tags'>): number | undefined {
  const value = tagValue(event, 'expiration');
  if (value === undefined || !/^\d+$/.test(value)) return undefined;
  const seconds = Number(value);
  return isTime(seconds) ? seconds : undefined;
}

/**
 * Whether the event has expired at `nowSeconds` (unix seconds): from the second of its expiration on.
 * @example
 * isExpired({ tags: [['expiration', '100']] }, 99) // → false
 * isExpired({ tags: [['expiration', '100']] }, 100) // → true
 * isExpired({ tags: [] }, 100) // → false
 */
export function isExpired(event: Pick<Event, 'tags'>, nowSeconds: number): boolean {
  const expiration = expirationOf(event);
  return expiration !== undefined && expiration <= nowSeconds;
}
