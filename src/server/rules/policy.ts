// Who may publish and read which events: NIP-40 expiration, NIP-42 authentication, NIP-59 gift wraps, NIP-62, NIP-70
// protected events. Pure functions; a refusal is the message of OK or CLOSED with its machine-readable prefix.
import { type Event, isTags } from '../../protocol/event.ts';
import type { Filter } from '../../protocol/filter.ts';
import { kindClass } from '../../protocol/kind.ts';
import { isExpired } from '../../protocol/nip40.ts';
import { AUTH_KIND } from '../../protocol/nip42.ts';
import { asksToVanish, VANISH_KIND } from '../../protocol/nip62.ts';
import { isProtected } from '../../protocol/nip70.ts';
import { MAX_EVENT_TAGS, MAX_FILTERS, MAX_SEARCH, TOO_MANY_TAGS } from '../limits.ts';

const GIFT_WRAPS = new Set([1059, 21059]);
const REPOSTS = new Set([6, 16]);

/** The client of a request, and the time of the request. */
export interface Visitor {
  /** Whether the relay requires authentication. */
  authRequired: boolean;
  /** Public keys that authenticated on this connection (NIP-42 allows several). */
  authed: ReadonlySet<string>;
  /** The URLs that the client may have used for this relay. */
  ownUrls: readonly string[];
  /** Unix seconds. */
  now: number;
}

/** Why a verified event is refused; undefined when it is accepted. */
export function refusalToPublish(event: Event, visitor: Visitor): string | undefined {
  if (event.kind === AUTH_KIND) return `invalid: kind ${AUTH_KIND} belongs in an AUTH frame`;
  if (visitor.authRequired && visitor.authed.size === 0) return AUTH_REQUIRED;
  if (event.tags.length > MAX_EVENT_TAGS) return `invalid: ${TOO_MANY_TAGS}`;
  if (hasExpired(event, visitor.now)) return 'invalid: the event has expired';
  if (isProtected(event) && !visitor.authed.has(event.pubkey)) {
    return visitor.authed.size === 0
      ? 'auth-required: a protected event is taken from its author only'
      : 'restricted: a protected event is taken from its author only';
  }
  if (event.kind === VANISH_KIND && !asksToVanish(event, visitor.ownUrls))
    return 'blocked: this request to vanish is for other relays';
  if (embedsProtected(event)) return 'blocked: it reposts a protected event';
  return undefined;
}

const AUTH_REQUIRED = 'auth-required: authenticate first (NIP-42)';

/** NIP-40: "The expiration timestamp does not affect storage of ephemeral events." */
function hasExpired(event: Event, now: number): boolean {
  return isExpired(event, now) && kindClass(event.kind) !== 'ephemeral';
}

/** NIP-70: relays should reject reposts (kinds 6 and 16) that embed a protected event. */
function embedsProtected(event: Event): boolean {
  if (!REPOSTS.has(event.kind) || !event.content.includes('"-"')) return false;
  try {
    const { tags } = JSON.parse(event.content);
    return isTags(tags) && isProtected({ tags });
  } catch {
    return false; // the content is not a JSON object
  }
}

/** Why a REQ or COUNT is refused; undefined when it is answered. */
export function refusalToRead(filters: readonly Filter[], visitor: Visitor): string | undefined {
  if (filters.length > MAX_FILTERS) return `invalid: at most ${MAX_FILTERS} filters at once`;
  if (visitor.authRequired && visitor.authed.size === 0) return AUTH_REQUIRED;
  if (filters.some(({ search = '' }) => search.length > MAX_SEARCH))
    return `error: too expensive: a search has at most ${MAX_SEARCH} characters`;
  return undefined;
}

/** Whether a client may see an event: it is not expired; with authentication, a gift wrap is only for its recipient. */
export function maySee(event: Event, visitor: Visitor): boolean {
  if (hasExpired(event, visitor.now)) return false;
  if (!visitor.authRequired || !GIFT_WRAPS.has(event.kind)) return true;
  return event.tags.some(([name, reader]) => name === 'p' && visitor.authed.has(reader!));
}

/** Whether a client may see all events that match a filter and have not expired. */
export function maySeeAll({ kinds }: Filter, { authRequired }: Visitor): boolean {
  return !authRequired || (kinds !== undefined && !kinds.some(kind => GIFT_WRAPS.has(kind)));
}
