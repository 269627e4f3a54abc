// NIP-47 Nostr Wallet Connect: the URI by which a client reaches a wallet, whose secret is a key that may spend money;
// what a wallet says it can do; requests and responses. Encrypts nothing itself: texts come and go in the clear here.
import { type ConnectionUri, InvalidConnectionUri, readConnectionUri } from './connection-uri.ts';
import { type Event, type EventTemplate, tagValue } from './event.ts';
import { isHex32 } from './hex.ts';
import { jsonFault, quote } from './quote.ts';

export { InvalidConnectionUri };

/** The kind of the event in which a wallet says what it can do. */
export const WALLET_INFO_KIND = 13194;

/** The kinds of a request and of the response to it; relays need not keep either. */
export const WALLET_REQUEST_KIND = 23194;
export const WALLET_RESPONSE_KIND = 23195;

/** `nostr+walletconnect://…`: the wallet's key, and the secret key with which the client signs its requests, in hex. */
export interface WalletUri extends ConnectionUri {
  secret: string;
  /** The lightning address of the wallet. */
  lud16: string | undefined;
}

/**
 * Reads a `nostr+walletconnect:` URI, with or without the slashes.
 * Throws `InvalidConnectionUri`, which never quotes it.
 * @example
 * parseWalletUri(`nostr+walletconnect://${'ab'.repeat(32)}?relay=wss://r.example&secret=${'01'.repeat(32)}`).pubkey.slice(0, 4) // → 'abab'
 * parseWalletUri(`nostr+walletconnect://${'ab'.repeat(32)}?relay=wss://r.example`) // throws must hold a secret of 64 hex digits
 */
export function parseWalletUri(text: string): WalletUri {
  const { uri, query } = readConnectionUri(text, 'nostr+walletconnect');
  const secret = (uri.secret ?? '').toLowerCase();
  if (!isHex32(secret))
    throw new InvalidConnectionUri('the nostr+walletconnect URI must hold a secret of 64 hex digits');
  return { ...uri, secret, lud16: query.get('lud16') || undefined };
}

/** How requests and responses are encrypted: `nip44_v2`, or NIP-04, which is old. */
export type WalletEncryption = 'nip44_v2' | 'nip04';

/** What a wallet says of itself. */
export interface WalletInfo {
  /** Such as `pay_invoice`; without notifications. */
  methods: string[];
  /** The better one that it knows. A wallet that names none knows NIP-04 alone. */
  encryption: WalletEncryption | undefined;
}

/**
 * What the info event of a wallet says. `encryption` is undefined when it names only ways that are unknown here.
 * @example
 * readWalletInfo({ content: 'pay_invoice get_balance', tags: [['encryption', 'nip44_v2 nip04']] }) // → { methods: ['pay_invoice', 'get_balance'], encryption: 'nip44_v2' }
 * readWalletInfo({ content: 'pay_invoice', tags: [] }).encryption // → 'nip04'
 * readWalletInfo({ content: '', tags: [['encryption', 'rot13']] }).encryption // → undefined
 */
export function readWalletInfo(event: Pick<Event, 'content' | 'tags'>): WalletInfo {
  const words = (text: string) => text.split(/[\s,]+/).filter(word => word !== '');
  const named = words(tagValue(event, 'encryption') ?? 'nip04');
  const known = (['nip44_v2', 'nip04'] as const).find(way => named.includes(way));
  return { methods: words(event.content).filter(word => word !== 'notifications'), encryption: known };
}

/** What a wallet is asked. Amounts are thousandths of a satoshi. */
export type WalletRequest =
  | { method: 'pay_invoice'; params: { invoice: string } }
  | { method: 'lookup_invoice'; params: { payment_hash: string } }
  | { method: 'get_balance'; params: Record<string, never> };

/** Around a request. */
export interface RequestEnvelope {
  /** The public key of the wallet. */
  wallet: string;
  /** `stringifyRequest`, encrypted for the wallet. */
  content: string;
  encryption: WalletEncryption;
  /** Unix seconds. */
  now: number;
  /** From this second on the wallet ignores it. */
  expiration: number;
}

/**
 * The text of a request, to be encrypted.
 * @example
 * stringifyRequest({ method: 'get_balance', params: {} }) // → '{"method":"get_balance","params":{}}'
 */
export function stringifyRequest({ method, params }: WalletRequest): string {
  return JSON.stringify({ method, params });
}

/**
 * The event of a request, to be signed with the secret of the connection.
 * @example
 * walletRequest({ wallet: 'ab', content: 'x', encryption: 'nip44_v2', now: 5, expiration: 65 }) // → { kind: 23194, created_at: 5, tags: [['p', 'ab'], ['encryption', 'nip44_v2'], ['expiration', '65']], content: 'x' }
 */
export function walletRequest(envelope: RequestEnvelope): EventTemplate {
  const { wallet, content, encryption, now, expiration } = envelope;
  const tags = [['p', wallet]];
  if (encryption !== 'nip04') tags.push(['encryption', encryption]); // older wallets know no such tag
  tags.push(['expiration', String(expiration)]);
  return { kind: WALLET_REQUEST_KIND, created_at: now, tags, content };
}

/** Why an event is not the response to a request. */
export type ResponseFault = 'kind' | 'wallet' | 'client' | 'request';

/**
 * Why an event, whose id and signature hold, is not the response of this wallet to this client about this request;
 * undefined when it is.
 * @example
 * responseFault({ kind: 23195, pubkey: 'ab', tags: [['p', 'cd'], ['e', 'ef']] }, { wallet: 'ab', client: 'cd', request: 'ef' }) // → undefined
 * responseFault({ kind: 23195, pubkey: 'ab', tags: [['p', 'cd'], ['e', '00']] }, { wallet: 'ab', client: 'cd', request: 'ef' }) // → 'request'
 */
export function responseFault(
  event: Pick<Event, 'kind' | 'pubkey' | 'tags'>,
  { wallet, client, request }: { wallet: string; client: string; request: string },
): ResponseFault | undefined {
  if (event.kind !== WALLET_RESPONSE_KIND) return 'kind';
  if (event.pubkey !== wallet) return 'wallet';
  if (tagValue(event, 'p') !== client) return 'client';
  return tagValue(event, 'e') === request ? undefined : 'request';
}

/** What a wallet answered: a result of the method's own shape, or why there is none; a few give both. */
export type WalletResponse =
  | { result: Record<string, unknown>; error?: never }
  | { error: WalletError; result?: Record<string, unknown> };

/** Why a wallet did not do what it was asked. */
export interface WalletError {
  /** As NIP-47 names them, or another word. */
  code: string;
  message: string;
}

/** The error codes of NIP-47, and what each means. */
export const WALLET_ERRORS: Readonly<Record<string, string>> = {
  RATE_LIMITED: 'it is asked too often',
  NOT_IMPLEMENTED: 'it does not know this request',
  INSUFFICIENT_BALANCE: 'it holds too little for the amount and the fees',
  QUOTA_EXCEEDED: 'the budget of this connection is used up',
  RESTRICTED: 'this connection may not do that',
  UNAUTHORIZED: 'it knows no such connection',
  INTERNAL: 'it failed',
  UNSUPPORTED_ENCRYPTION: 'it does not know the encryption',
  PAYMENT_FAILED: 'the payment failed',
  NOT_FOUND: 'it knows no such payment',
  OTHER: 'it gives no reason',
};

/** Those that say that a payment was not begun. Any other may stand for one that took too long, and is still under way. */
export const UNPAID_ERRORS: ReadonlySet<string> = new Set([
  'RATE_LIMITED',
  'NOT_IMPLEMENTED',
  'INSUFFICIENT_BALANCE',
  'QUOTA_EXCEEDED',
  'RESTRICTED',
  'UNAUTHORIZED',
  'UNSUPPORTED_ENCRYPTION',
]);

/** Thrown for a text that is no response. Never quotes it: it was encrypted. */
export class InvalidResponse extends Error {
  override name = 'InvalidResponse';
}

/**
 * The response in a decrypted text.
 * Throws `InvalidResponse`.
 * @example
 * parseResponse('{"result_type":"get_balance","result":{"balance":10000}}', 'get_balance') // → { result: { balance: 10000 } }
 * parseResponse('{"result_type":"pay_invoice","error":{"code":"QUOTA_EXCEEDED","message":"no"},"result":null}', 'pay_invoice') // → { error: { code: 'QUOTA_EXCEEDED', message: 'no' } }
 * parseResponse('{"result_type":"get_info","result":{}}', 'get_balance') // throws the response is to "get_info", not to get_balance
 * parseResponse('x', 'get_balance') // throws the response is not JSON
 */
export function parseResponse(text: string, method: WalletRequest['method']): WalletResponse {
  const { result_type, error, result } = objectOf(parseJson(text)) ?? {};
  if (result_type !== undefined && result_type !== method)
    throw new InvalidResponse(`the response is to ${quote(result_type)}, not to ${method}`);
  const told = objectOf(error);
  const found = objectOf(result);
  if (told) {
    const said = { code: textOf(told['code']) || 'OTHER', message: textOf(told['message']) };
    return found ? { error: said, result: found } : { error: said };
  }
  if (found && (error === undefined || error === null)) return { result: found };
  throw new InvalidResponse('the response holds neither a result nor an error');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidResponse(`the response is ${jsonFault(error).replace(/: .*/s, '')}`);
  }
}

function objectOf(value: unknown): Record<string, unknown> | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : undefined;
}

/** A text of a stranger, cut: errors are one line. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 200) : '';
}

/**
 * The balance in the result of `get_balance`, in thousandths of a satoshi.
 * Throws `InvalidResponse`.
 * @example
 * balanceIn({ balance: 10000 }) // → 10000
 * balanceIn({ balance: '10000' }) // throws no balance
 */
export function balanceIn({ balance }: Readonly<Record<string, unknown>>): number {
  if (typeof balance === 'number' && Number.isSafeInteger(balance) && balance >= 0) return balance;
  throw new InvalidResponse('the response holds no balance');
}

/** What became of a payment. */
export interface Payment {
  /** 64 lower-case hex digits; undefined when it is not made, or the wallet gives none. */
  preimage: string | undefined;
  /** Thousandths of a satoshi. */
  feesMsat: number | undefined;
  /** `settled` is the word of the wallet: a preimage that fits is better. */
  state: 'settled' | 'pending' | 'failed' | 'unknown';
}

/**
 * The payment in the result of `pay_invoice` or `lookup_invoice`.
 * @example
 * paymentIn({ preimage: 'AB'.repeat(32), fees_paid: 7 }) // → { preimage: 'ab'.repeat(32), feesMsat: 7, state: 'unknown' }
 * paymentIn({ state: 'failed' }).state // → 'failed'
 * paymentIn({ state: 'expired' }).state // → 'unknown'
 * paymentIn({ settled_at: 1700000000 }).state // → 'settled'
 */
export function paymentIn(result: Readonly<Record<string, unknown>>): Payment {
  const { preimage, fees_paid, state, settled_at, type } = result;
  const hex = typeof preimage === 'string' ? preimage.toLowerCase() : undefined;
  const fees = typeof fees_paid === 'number' && Number.isSafeInteger(fees_paid) && fees_paid >= 0;
  return {
    preimage: isHex32(hex) ? hex : undefined,
    feesMsat: fees ? fees_paid : undefined,
    state: stateOf(state, settled_at, type),
  };
}

/** `expired` is said of invoices, and of one that comes in nothing is learned of what goes out, until it is settled. */
function stateOf(state: unknown, settledAt: unknown, type: unknown): Payment['state'] {
  if (state === 'settled') return state;
  if (state === 'pending' || state === 'failed') return type === 'incoming' ? 'unknown' : state;
  return state !== 'expired' && typeof settledAt === 'number' && settledAt > 0 ? 'settled' : 'unknown';
}
