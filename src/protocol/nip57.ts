// NIP-57 zaps: the request that a payer signs and a provider answers with an invoice, and the receipt that the provider
// publishes when that is paid. A receipt is the word of the provider, and no proof of payment. Knows no network and no
// clock; what a request or a receipt must be is judged here, and each refusal has a name.
import { InvalidInvoice, type InvoiceClaims, invoiceClaims } from './bolt11.ts';
import { sha256Hex } from './crypto.ts';
import { type Event, type EventTemplate, InvalidEvent, parseEventJson, tagValue } from './event.ts';
import { hexToBytes, isHex32 } from './hex.ts';
import { eventAddress, kindClass, parseAddress } from './kind.ts';
import { checkEvent } from './signature.ts';

/** The kind of a zap request, which goes to a provider and never to a relay. */
export const ZAP_REQUEST_KIND = 9734;

/** The kind of a zap receipt. */
export const ZAP_RECEIPT_KIND = 9735;

/** What is zapped: a person, or an event of theirs. */
export interface ZapTarget {
  /** Who is paid: a public key. */
  recipient: string;
  /** The event; undefined for the person. */
  event?: Pick<Event, 'id' | 'pubkey' | 'kind' | 'tags'> | undefined;
}

/** What else a zap request says. */
export interface ZapDetails {
  /** Where the receipt is to be published; at least one. */
  relays: readonly string[];
  amountMsat: number;
  /** The endpoint of the recipient as an LNURL. */
  lnurl: string;
  /** For the recipient, in public. */
  comment: string;
  /** Unix seconds. */
  now: number;
}

/**
 * The zap request for a target (Appendix A), to be signed by who pays.
 * @example
 * zapRequest({ recipient: 'ab'.repeat(32) }, { relays: ['wss://r.example'], amountMsat: 21000, lnurl: 'lnurl1x', comment: 'thanks', now: 1700000000 }).tags // → [['relays', 'wss://r.example'], ['amount', '21000'], ['lnurl', 'lnurl1x'], ['p', 'ab'.repeat(32)]]
 * zapRequest({ recipient: 'ab'.repeat(32), event: { id: 'cd'.repeat(32), pubkey: 'ab'.repeat(32), kind: 1, tags: [] } }, { relays: [], amountMsat: 1, lnurl: '', comment: '', now: 1 }).tags.slice(4) // → [['e', 'cd'.repeat(32)], ['k', '1']]
 */
export function zapRequest({ recipient, event }: ZapTarget, details: ZapDetails): EventTemplate {
  const { relays, amountMsat, lnurl, comment, now } = details;
  const tags = [
    ['relays', ...relays],
    ['amount', String(amountMsat)],
    ['lnurl', lnurl],
    ['p', recipient],
  ];
  if (event) tags.push(['e', event.id]);
  const address = event && addressOf(event);
  if (address !== undefined) tags.push(['a', address]);
  if (event) tags.push(['k', String(event.kind)]);
  return { kind: ZAP_REQUEST_KIND, created_at: now, tags, content: comment };
}

/** The address by which zaps of an event are looked for; of a replaceable one it ends in a colon. */
function addressOf(event: Pick<Event, 'kind' | 'pubkey' | 'tags'>): string | undefined {
  return kindClass(event.kind) === 'regular' ? undefined : eventAddress(event);
}

/** Why a zap request is refused (Appendix D). */
export type ZapRequestFault =
  | 'request_kind'
  | 'request_id'
  | 'request_signature'
  | 'request_tags'
  | 'request_recipient'
  | 'request_event'
  | 'request_address'
  | 'request_relays'
  | 'request_amount'
  | 'request_receipt_key';

/** What a provider holds a request against. */
export interface ZapRequestContext {
  /** The amount that was asked for beside the request; undefined: none is known. */
  amountMsat?: number | undefined;
  /** Who will sign the receipt; undefined: not known. */
  provider?: string | undefined;
  /** Says what is wrong with id or signature; may be faster than the check made here. */
  check?: typeof checkEvent | undefined;
}

/**
 * The first rule of Appendix D that a request breaks; undefined when it is right.
 * @example
 * zapRequestFault({ kind: 1 }) // → 'request_kind'
 * zapRequestFault(signEvent(zapRequest({ recipient: 'ab'.repeat(32) }, { relays: ['wss://r.example'], amountMsat: 21000, lnurl: 'lnurl1x', comment: '', now: 1 }), hexToBytes('01'.padStart(64, '0'))), { amountMsat: 21 }) // → 'request_amount'
 * zapRequestFault(signEvent(zapRequest({ recipient: 'ab'.repeat(32) }, { relays: ['wss://r.example'], amountMsat: 21000, lnurl: 'lnurl1x', comment: '', now: 1 }), hexToBytes('01'.padStart(64, '0'))), { amountMsat: 21000 }) // → undefined
 */
export function zapRequestFault(
  request: Event,
  { amountMsat, provider, check = checkEvent }: ZapRequestContext = {},
): ZapRequestFault | undefined {
  if (request.kind !== ZAP_REQUEST_KIND) return 'request_kind';
  const broken = check(request);
  if (broken) return `request_${broken}`;
  const values = (name: string) => request.tags.filter(tag => tag[0] === name).map(tag => tag[1]);
  if (request.tags.length === 0) return 'request_tags';
  const [people, events] = [values('p'), values('e')];
  if (people.length !== 1 || !isHex32(people[0])) return 'request_recipient';
  if (events.length > 1 || (events.length === 1 && !isHex32(events[0]))) return 'request_event';
  if (values('a').some(address => !parseAddress(address ?? ''))) return 'request_address';
  if (!request.tags.some(tag => tag[0] === 'relays' && tag.length > 1)) return 'request_relays';
  const amount = tagValue(request, 'amount');
  if (amountMsat !== undefined && amount !== undefined && amount !== String(amountMsat))
    return 'request_amount';
  const signers = values('P');
  if (signers.length > 1 || (provider !== undefined && signers.some(key => key !== provider)))
    return 'request_receipt_key';
  return undefined;
}

/** Why a receipt is no zap. The id and the signature of the receipt itself are checked before. */
export type ReceiptFault =
  | 'kind'
  | 'provider'
  | 'no_invoice'
  | 'bad_invoice'
  | 'network'
  | 'no_amount'
  | 'no_request'
  | 'bad_request'
  | 'amount'
  | 'recipient'
  | 'event'
  | 'address'
  | Exclude<ZapRequestFault, 'request_relays' | 'request_amount' | 'request_receipt_key'>;

/** What a receipt only should be, and is not: many that are honest are not so. */
export type ReceiptWarning = 'description_hash' | 'lnurl' | 'preimage' | 'sender';

/** What a receipt is held against. */
export interface ReceiptContext {
  /** The `nostrPubkey` of each recipient that may have been zapped; others were not. */
  providers: ReadonlyMap<string, ReceiptProvider>;
  /** The event that was zapped; undefined: the person, or any event. */
  event?: Pick<Event, 'id' | 'pubkey' | 'kind' | 'tags'> | undefined;
  /** As in `ZapRequestContext`. */
  check?: ZapRequestContext['check'];
}

/** Who signs the receipts of a recipient. */
export interface ReceiptProvider {
  nostrPubkey: string;
  /** The endpoint of the recipient as an LNURL. */
  lnurl: string;
}

/** What is found in a receipt, as far as it can be read. */
export interface JudgedReceipt {
  /** Undefined when it is a zap. */
  fault: ReceiptFault | undefined;
  warnings: ReceiptWarning[];
  /** Of the invoice. */
  amountMsat: number | undefined;
  invoice: string | undefined;
  /** Of the invoice: what is paid once has one. */
  paymentHash: string | undefined;
  /** Who is paid. */
  recipient: string | undefined;
  /** Who signed the request; undefined unless that signature holds. */
  sender: string | undefined;
  comment: string | undefined;
}

/**
 * Judges a receipt whose id and signature hold (Appendix F), by the provider of its recipient, its invoice, and the
 * request within it. The first fault counts; what the NIP only asks for ("SHOULD") is a warning.
 * @example
 * judgeReceipt({ kind: 1, tags: [] }, { providers: new Map() }).fault // → 'kind'
 * judgeReceipt({ kind: 9735, pubkey: 'cd'.repeat(32), tags: [['p', 'ab'.repeat(32)]] }, { providers: new Map([['ab'.repeat(32), { nostrPubkey: 'ef'.repeat(32), lnurl: '' }]]) }).fault // → 'provider'
 */
export function judgeReceipt(receipt: Event, context: ReceiptContext): JudgedReceipt {
  const invoice = tagValue(receipt, 'bolt11');
  const claims = claimsOf(invoice);
  const request = requestIn(receipt);
  const event = typeof request === 'object' ? request : undefined;
  const broken = event && zapRequestFault(event, { check: context.check });
  const isSigned = event !== undefined && !/^request_(?:kind|id|signature)$/.test(broken ?? '');
  const recipient = tagValue(receipt, 'p');
  const fault =
    receiptFault(receipt, context) ??
    invoiceFault(invoice, claims) ??
    (typeof request === 'string' ? request : undefined) ??
    (broken === 'request_relays' || broken === 'request_receipt_key' || broken === 'request_amount'
      ? undefined
      : broken) ??
    (event && mismatch(receipt, event, claims!.amountMsat!, context));
  return {
    fault,
    warnings: event ? warningsOf(receipt, event, claims, context) : [],
    amountMsat: claims?.amountMsat,
    invoice,
    paymentHash: claims?.paymentHash,
    recipient,
    sender: isSigned ? event.pubkey : undefined,
    comment: isSigned ? event.content : undefined,
  };
}

function receiptFault(receipt: Event, { providers }: ReceiptContext): ReceiptFault | undefined {
  if (receipt.kind !== ZAP_RECEIPT_KIND) return 'kind';
  const people = receipt.tags.filter(([name]) => name === 'p');
  const provider = providers.get(people[0]?.[1] ?? '');
  if (!provider || people.length > 1) return 'recipient';
  return receipt.pubkey === provider.nostrPubkey ? undefined : 'provider';
}

/** Undefined where it is no invoice. */
function claimsOf(invoice: string | undefined): InvoiceClaims | undefined {
  try {
    return invoice === undefined ? undefined : invoiceClaims(invoice);
  } catch (error) {
    if (error instanceof InvalidInvoice) return undefined;
    throw error;
  }
}

function invoiceFault(
  invoice: string | undefined,
  claims: InvoiceClaims | undefined,
): ReceiptFault | undefined {
  if (invoice === undefined) return 'no_invoice';
  if (!claims) return 'bad_invoice';
  if (claims.network !== 'bitcoin') return 'network'; // what is no money counts for nothing
  return claims.amountMsat === undefined ? 'no_amount' : undefined;
}

function requestIn(receipt: Event): Event | 'no_request' | 'bad_request' {
  const text = tagValue(receipt, 'description');
  if (text === undefined) return 'no_request';
  try {
    return parseEventJson(text);
  } catch (error) {
    if (error instanceof InvalidEvent) return 'bad_request';
    throw error;
  }
}

/** Where the receipt, the request in it and what is looked for do not fit together. */
function mismatch(
  receipt: Event,
  request: Event,
  amountMsat: number,
  { event }: ReceiptContext,
): ReceiptFault | undefined {
  const amount = tagValue(request, 'amount');
  if (amount !== undefined && amount !== String(amountMsat)) return 'amount';
  const differs = (name: string) => tagValue(receipt, name) !== tagValue(request, name);
  if (differs('p')) return 'recipient';
  if (differs('e')) return 'event';
  if (differs('a')) return 'address';
  return event && isOfOther(request, event);
}

/** A receipt for an older version of the same address is one for it. */
function isOfOther(
  request: Event,
  event: Pick<Event, 'id' | 'pubkey' | 'kind' | 'tags'>,
): 'event' | 'address' | undefined {
  const [address, named] = [addressOf(event), tagValue(request, 'a')];
  if (address !== undefined && named !== undefined) return named === address ? undefined : 'address';
  return tagValue(request, 'e') === event.id ? undefined : 'event';
}

function warningsOf(
  receipt: Event,
  request: Event,
  invoice: InvoiceClaims | undefined,
  { providers }: ReceiptContext,
): ReceiptWarning[] {
  const warnings: ReceiptWarning[] = [];
  // Byte for byte: what was parsed and written again has another hash.
  if (invoice?.descriptionHash !== sha256Hex(tagValue(receipt, 'description') ?? ''))
    warnings.push('description_hash');
  const lnurl = tagValue(request, 'lnurl');
  const provider = providers.get(tagValue(receipt, 'p') ?? '');
  if (lnurl !== undefined && provider && lnurl.toLowerCase() !== provider.lnurl) warnings.push('lnurl');
  const preimage = tagValue(receipt, 'preimage');
  if (preimage !== undefined && preimage !== '' && !isPreimageOf(preimage, invoice?.paymentHash))
    warnings.push('preimage');
  const sender = tagValue(receipt, 'P');
  if (sender !== undefined && sender !== request.pubkey) warnings.push('sender');
  return warnings;
}

/**
 * Whether a preimage, 64 hex digits, is that of a payment hash.
 * @example
 * isPreimageOf('00'.repeat(32), '66687aadf862bd776c8fc18b8e9f8e20089714856ee233b3902a591d0d5f2925') // → true
 * isPreimageOf('00', undefined) // → false
 */
export function isPreimageOf(preimage: string, paymentHash: string | undefined): boolean {
  const hex: unknown = preimage.toLowerCase();
  return isHex32(hex) && sha256Hex(hexToBytes(hex)) === paymentHash;
}
