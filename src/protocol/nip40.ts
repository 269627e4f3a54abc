// NIP-40: events with an expiration. The clock is a parameter: expiry is asked for at query time.
import { type Event, tagValue } from './event.ts';
import { quote } from './quote.ts';
import { implausibleTime, isTime } from './time.ts';

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

/**
 * Why the expiration that somebody wrote is none, or cannot be meant; undefined where there is none or it is good.
 * Relays keep an event for ever whose expiration they cannot read.
 * @example
 * expirationFault({ tags: [['expiration', '1700000000']] }) // → undefined
 * expirationFault({ tags: [['expiration', 'soon']] }) // → 'expiration: "soon" is not unix seconds'
 */
export function expirationFault({ tags }: Pick<Event, 'tags'>): string | undefined {
  for (const [name, value = ''] of tags) {
    if (name !== 'expiration') continue;
    const fault = /^\d+$/.test(value)
      ? implausibleTime(Number(value))
      : `${quote(value)} is not unix seconds`;
    if (fault !== undefined) return `expiration: ${fault}`;
  }
  return undefined;
}
