// LNURL-pay, as zaps use it: a lightning address or an LNURL leads to a document that says how much may be sent and where
// an invoice is to be had (LUD-01, LUD-06, LUD-16). Asks nobody itself: what comes from the network is a parameter.
import { bech32 } from '@scure/base';
import { isHex32 } from './hex.ts';
import { isOnCurve } from './keys.ts';
import { quote } from './quote.ts';

/** The text is no address, or the document is not what LNURL-pay says. */
export class InvalidLnurl extends Error {
  override name = 'InvalidLnurl';
}

/** What a provider says of a recipient (LUD-06 and NIP-57). Amounts are thousandths of a satoshi. */
export interface PayEndpoint {
  /** An https URL, which may have a query of its own. */
  callback: string;
  minSendable: number;
  maxSendable: number;
  /** Whether it gives receipts for zaps. */
  allowsNostr: boolean;
  /** Who signs those receipts, 64 lower-case hex digits; undefined when there is none, or what is there is no key. */
  nostrPubkey: string | undefined;
}

/** No provider has a longer one. */
const LONGEST_URL = 2048;

const LABEL = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const ADDRESS = new RegExp(`^([a-z0-9._+-]{1,64})@(${LABEL}(?:\\.${LABEL})+(?::\\d{1,5})?)$`);

/**
 * Where the document of a lightning address lies (LUD-16). Upper case becomes lower case. Onion services, which LUD-16
 * asks by http, are not asked.
 * Throws `InvalidLnurl`.
 * @example
 * addressUrl('Bob@Example.com') // → 'https://example.com/.well-known/lnurlp/bob'
 * addressUrl('bob') // throws "bob" is no lightning address
 * addressUrl('bob@1.2') // throws "bob@1.2" is no lightning address
 */
export function addressUrl(address: string): string {
  const [, name, host] = ADDRESS.exec(address.trim().toLowerCase()) ?? [];
  const url = `https://${host}/.well-known/lnurlp/${name}`;
  if (name === undefined || !URL.canParse(url) || new URL(url).host !== host!.replace(/:443$/, ''))
    throw new InvalidLnurl(`${quote(address)} is no lightning address such as bob@example.com`);
  return url;
}

/**
 * A URL as an LNURL (LUD-01), in lower case.
 * @example
 * encodeLnurl('https://example.com/.well-known/lnurlp/bob') // → 'lnurl1dp68gurn8ghj7etcv9khqmr99e3k7mf09emk2mrv944kummhdchkcmn4wfk8qtmzda3qfkgtq7'
 */
export function encodeLnurl(url: string): string {
  return bech32.encode('lnurl', bech32.toWords(new TextEncoder().encode(url)), false);
}

/**
 * The https URL in an LNURL, in lower or upper case, with or without `lightning:` before it.
 * Throws `InvalidLnurl`.
 * @example
 * decodeLnurl('LNURL1DP68GURN8GHJ7ETCV9KHQMR99E3K7MF09EMK2MRV944KUMMHDCHKCMN4WFK8QTMZDA3QFKGTQ7') // → 'https://example.com/.well-known/lnurlp/bob'
 * decodeLnurl('lnurl1qqqq') // throws not an LNURL
 */
export function decodeLnurl(text: string): string {
  const code = text.trim().replace(/^lightning:/i, '');
  const decoded = code.length <= 2 * LONGEST_URL ? bech32.decodeUnsafe(code, false) : undefined;
  const bytes = decoded?.prefix === 'lnurl' ? bech32.fromWordsUnsafe(decoded.words) : undefined;
  if (!bytes) throw new InvalidLnurl(`not an LNURL: ${quote(text)}`);
  return httpsUrl(new TextDecoder().decode(bytes), 'the URL in the LNURL');
}

/**
 * What the document of a recipient says. Fields it need not have are undefined when they are of the wrong kind.
 * Throws `InvalidLnurl` with the reason that the provider gives, or with what the document lacks.
 * @example
 * parsePayEndpoint({ tag: 'payRequest', callback: 'https://example.com/pay', minSendable: 1000, maxSendable: 5000 }) // → { callback: 'https://example.com/pay', minSendable: 1000, maxSendable: 5000, allowsNostr: false, nostrPubkey: undefined }
 * parsePayEndpoint({ status: 'ERROR', reason: 'nobody is called so' }) // throws the provider says: "nobody is called so"
 * parsePayEndpoint({ tag: 'payRequest', callback: 'http://example.com/pay' }) // throws the callback is not an https URL
 * parsePayEndpoint({ callback: 'https://example.com/pay', minSendable: 9, maxSendable: 8 }) // throws it takes no amount: the least is 9 msat, the most 8
 */
export function parsePayEndpoint(document: unknown): PayEndpoint {
  const { tag, callback, minSendable, maxSendable, allowsNostr, nostrPubkey } = fieldsOf(document);
  if (tag !== undefined && tag !== 'payRequest')
    throw new InvalidLnurl(`it is not for payments: its tag is ${quote(tag)}, not "payRequest"`);
  const url = httpsUrl(callback, 'the callback');
  const [least, most] = [amountOf(minSendable, 'minSendable'), amountOf(maxSendable, 'maxSendable')];
  if (least > most)
    throw new InvalidLnurl(`it takes no amount: the least is ${least} msat, the most ${most}`);
  return {
    callback: url,
    minSendable: least,
    maxSendable: most,
    allowsNostr: allowsNostr === true,
    nostrPubkey: isHex32(nostrPubkey) && isOnCurve(nostrPubkey) ? nostrPubkey : undefined,
  };
}

/**
 * Where the invoice of a zap is asked for (NIP-57, Appendix B); `request` is the signed kind 9734 as JSON.
 * @example
 * invoiceUrl('https://example.com/pay?u=1', { amountMsat: 21000, request: '{}', lnurl: 'lnurl1x' }) // → 'https://example.com/pay?u=1&amount=21000&nostr=%7B%7D&lnurl=lnurl1x'
 */
export function invoiceUrl(
  callback: string,
  { amountMsat, request, lnurl }: { amountMsat: number; request: string; lnurl: string },
): string {
  const url = new URL(callback);
  url.hash = '';
  const own = url.search.replace(/^\?/, '');
  const query = [
    ...(own === '' ? [] : [own]),
    `amount=${amountMsat}`,
    `nostr=${encodeURIComponent(request)}`,
    `lnurl=${lnurl}`,
  ];
  url.search = query.join('&');
  return url.href;
}

/**
 * The invoice in the answer of a callback, unchecked.
 * Throws `InvalidLnurl`.
 * @example
 * readInvoiceAnswer({ pr: 'lnbc1…', routes: [] }) // → 'lnbc1…'
 * readInvoiceAnswer({ pr: 'lightning:lnbc1…' }) // → 'lnbc1…'
 * readInvoiceAnswer({ status: 'ERROR', reason: 'too poor' }) // throws the provider says: "too poor"
 * readInvoiceAnswer({}) // throws the answer holds no invoice
 */
export function readInvoiceAnswer(document: unknown): string {
  const { pr } = fieldsOf(document);
  if (typeof pr !== 'string' || pr === '') throw new InvalidLnurl('the answer holds no invoice (pr)');
  return pr.replace(/^lightning:/i, ''); // a wallet takes an invoice, and no URI
}

function fieldsOf(document: unknown): Record<string, unknown> {
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new InvalidLnurl('the answer is no JSON object');
  const fields = document as Record<string, unknown>;
  if (typeof fields['status'] !== 'string' || fields['status'].toUpperCase() !== 'ERROR') return fields;
  throw new InvalidLnurl(`the provider says: ${quote(fields['reason'] ?? 'ERROR', 200)}`);
}

function amountOf(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidLnurl(`${name} is no whole number of msat: ${quote(value)}`);
}

function httpsUrl(value: unknown, what: string): string {
  const isUrl = typeof value === 'string' && value.length <= LONGEST_URL && URL.canParse(value);
  const url = isUrl ? new URL(value) : undefined;
  if (url?.protocol !== 'https:' || url.username !== '' || url.password !== '')
    throw new InvalidLnurl(`${what} is not an https URL: ${quote(value)}`);
  return url.href;
}
