// Who takes zaps for a person: the LNURL-pay provider that their profile names (NIP-57, LUD-06, LUD-16). Its hosts come from
// the network, so they must be public, speak TLS, and get none of the user's headers.
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import type { LookupFlags } from '../../flags/network-flags.ts';
import type { Event } from '../../protocol/event.ts';
import {
  addressUrl,
  decodeLnurl,
  encodeLnurl,
  InvalidLnurl,
  invoiceUrl,
  type PayEndpoint,
  parsePayEndpoint,
  readInvoiceAnswer,
} from '../../protocol/lnurl.ts';
import { InvalidProfile, parseProfile, profileText } from '../../protocol/nip24.ts';
import { quote } from '../../protocol/quote.ts';
import { fetchJson, HttpError } from '../../relay/wire/http.ts';
import { routeFor } from '../relays.ts';
import { KIND_OF } from './nip05.ts';

/** A provider that gives receipts. */
export interface Provider extends PayEndpoint {
  nostrPubkey: string;
  /** Its endpoint for the recipient. */
  lnurl: string;
}

/** How providers are asked. */
export interface Asking {
  context: Context;
  flags: LookupFlags;
  signal: AbortSignal;
}

/** The recipient cannot be zapped, or not so much. */
export class NoZaps extends Failure<'refused'> {
  constructor(message: string, hint?: string) {
    super('refused', message, { code: 'no_zaps', hint });
  }
}

/** The provider of a profile. `who` begins each message. Throws `NoZaps`, or a `Failure` with the code `lnurl`. */
export async function findProvider(
  profile: Pick<Event, 'content'>,
  who: string,
  asking: Asking,
): Promise<Provider> {
  const { url, named } = endpointOf(profile.content, who);
  const endpoint = await payEndpointAt(url, asking).catch(error => {
    throw error instanceof Failure && error.code === 'lnurl' ? withProvider(error, named) : error;
  });
  const { nostrPubkey, allowsNostr } = endpoint;
  const host = new URL(url).host;
  if (!allowsNostr) throw new NoZaps(`${who}: ${host} takes payments, but no zaps (allowsNostr)`);
  if (nostrPubkey === undefined)
    throw new NoZaps(`${who}: ${host} names no valid key for receipts (nostrPubkey)`);
  return { ...endpoint, nostrPubkey, lnurl: encodeLnurl(url) };
}

/** What the document at a URL says of payments. Throws a `Failure` with the code `lnurl`. */
export async function payEndpointAt(url: string, asking: Asking): Promise<PayEndpoint> {
  return parsed(url, await ask(url, asking), parsePayEndpoint);
}

/** The lightning address counts before the older LNURL. */
function endpointOf(content: string, who: string): { url: string; named: string } {
  try {
    const profile = parseProfile(content);
    const [lud16, lud06] = [profileText(profile, 'lud16'), profileText(profile, 'lud06')];
    if (lud16) return { url: addressUrl(lud16), named: `${quote(lud16)}, the lightning address` };
    if (lud06) return { url: decodeLnurl(lud06), named: 'the lud06' };
  } catch (error) {
    if (error instanceof InvalidLnurl || error instanceof InvalidProfile)
      throw new NoZaps(`${who}: ${error.message}`);
    throw error;
  }
  throw new NoZaps(`${who}: the profile names no lightning address (lud16)`, NO_ADDRESS);
}

const NO_ADDRESS =
  'Without one nobody can be zapped. Your own is set by: nost profile --set lud16=NAME@DOMAIN';

/** The host alone does not say how it came into it. */
function withProvider({ kind, message }: Failure, named: string): Failure {
  return new Failure(kind, message, {
    code: 'lnurl',
    hint: `That is the provider of ${named} in the profile.`,
  });
}

/** The invoice for a signed request, unchecked. Throws a `Failure` with the code `lnurl`. */
export async function askInvoice(
  provider: Provider,
  { amountMsat, request }: { amountMsat: number; request: string },
  asking: Asking,
): Promise<string> {
  const { callback, lnurl } = provider;
  const url = invoiceUrl(callback, { amountMsat, request, lnurl });
  return parsed(url, await ask(url, asking), readInvoiceAnswer);
}

const MOST_REDIRECTS = 3;

async function ask(url: string, { context, flags, signal }: Asking): Promise<unknown> {
  const { connectTimeout, relayTimeout, allowPrivate = false } = flags;
  const route = await routeFor(flags, context);
  const waits = { route, connectTimeout, timeout: relayTimeout, signal };
  const hosts = { mayBePrivate: () => allowPrivate, isNamed: () => false };
  try {
    return await fetchJson(url, { ...waits, ...hosts, readsErrors: true }, MOST_REDIRECTS);
  } catch (error) {
    signal.throwIfAborted(); // then that is why
    if (!(error instanceof HttpError)) throw error;
    throw unasked(KIND_OF[error.reason], url, error.message);
  }
}

function parsed<T>(url: string, document: unknown, parse: (document: unknown) => T): T {
  try {
    return parse(document);
  } catch (error) {
    if (error instanceof InvalidLnurl) throw unasked('refused', url, error.message);
    throw error;
  }
}

/** The host alone is named: behind it stands a whole request. */
function unasked(kind: 'refused' | 'unreachable' | 'timeout', url: string, why: string): Failure {
  return new Failure(kind, `${new URL(url).host}: ${why}`, { code: 'lnurl' });
}
