// BOLT-11: an invoice of the Lightning network (`lnbc…`), which NIP-57 zaps and NIP-47 wallets pass on. Reads and checks
// one; makes none. What an invoice must hold and does not, and a signature that nobody made, are errors.
import { bech32 } from '@scure/base';
import { fallbackAddress, type InvoiceNetwork, NETWORKS } from './bolt11-address.ts';
import { SIGNATURE_WORDS, signerOf } from './bolt11-signature.ts';
import { bytesToHex } from './hex.ts';
import { nearbyTexts } from './mistyped.ts';
import { quote } from './quote.ts';

/** Thrown when text is no valid invoice. */
export class InvalidInvoice extends Error {
  override name = 'InvalidInvoice';
}

/** What an invoice says. Hashes and keys are lower-case hex. */
export interface Invoice {
  network: InvoiceNetwork;
  /** Thousandths of a satoshi; undefined when the payer chooses. */
  amountMsat: number | undefined;
  /** Unix time in seconds. */
  createdAt: number;
  /** From this second on it must not be paid: `createdAt` and the expiry, an hour where it names none. */
  expiresAt: number;
  /** sha256 of the preimage that the payee reveals. */
  paymentHash: string;
  paymentSecret: string;
  /** What it is for; or else the hash of that is given. */
  description: string | undefined;
  /** sha256 of a longer description; of a zap that is the request, byte for byte. */
  descriptionHash: string | undefined;
  /** The compressed key of the node that is paid: the signer. */
  payee: string;
  /** Blocks that the last hop must leave to the payee. */
  minFinalCltvExpiry: number;
  /** Bits that are set: a node that does not know an even one must not pay. */
  features: number[];
  /** Addresses on the chain, for when the payment does not go through. */
  fallbacks: string[];
  /** Private ways to the payee, hop by hop. */
  routes: RouteHop[][];
  /** What the payer must pass on to the payee, in hex. */
  metadata: string | undefined;
}

export interface RouteHop {
  pubkey: string;
  /** As nodes print it: block, transaction, output. */
  shortChannelId: string;
  feeBaseMsat: number;
  feeProportionalMillionths: number;
  cltvExpiryDelta: number;
}

/** "What fits into a QR code": BOLT-11 sets no bound. */
export const MAX_INVOICE = 7089;

const DEFAULT_EXPIRY = 3600;
const DEFAULT_CLTV = 18;
const TIMESTAMP_WORDS = 7;

/**
 * Whether the text begins as an invoice does, with or without `lightning:`.
 * @example
 * isInvoice('LNBC1…') // → true
 * isInvoice('lnurl1…') // → false
 */
export function isInvoice(text: string): boolean {
  return /^(?:lightning:)?ln(?:bcrt|bc|tbs|tb|sb)(?:\d|$)/i.test(text);
}

/**
 * Reads an invoice, in lower or upper case, with or without `lightning:` before it. The fields that BOLT-11 says to skip
 * are skipped; of several fields of a name the first counts.
 * Throws `InvalidInvoice`.
 * @example
 * parseInvoice('lnbc2500u1pvjluezsp5zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zyg3zygspp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdq5xysxxatsyp3k7enxv4jsxqzpu9qrsgquk0rl77nj30yxdy8j9vdx85fkpmdla2087ne0xh8nhedh8w27kyke0lp53ut353s06fv3qfegext0eh0ymjpf39tuven09sam30g4vgpfna3rh').amountMsat // → 250000000
 * parseInvoice('lnbc1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpl2pkx2ctnv5sxxmmwwd5kgetjypeh2ursdae8g6na6hlh') // throws the invoice is too short to hold a signature
 * parseInvoice('lnurl1…') // throws not a BOLT-11 invoice
 */
export function parseInvoice(text: string): Invoice {
  const { prefix, words } = decodeWords(text.replace(/^lightning:/i, ''), meant);
  const { network, amountMsat } = readPrefix(prefix);
  if (words.length < TIMESTAMP_WORDS + SIGNATURE_WORDS)
    throw new InvalidInvoice('the invoice is too short to hold a signature');
  const signed = words.slice(0, -SIGNATURE_WORDS);
  const fields = readFields(signed);
  const createdAt = numberOf(signed.slice(0, TIMESTAMP_WORDS), 'the time');
  const required = (name: 'p' | 's', what: string) => {
    const words = fields.get(name)?.[0];
    if (words) return bytesToHex(bytesOf(words, what));
    throw new InvalidInvoice(`the invoice has no ${what} (field ${name})`);
  };
  const optional = <T>(name: string, read: (words: number[]) => T): T | undefined => {
    const words = fields.get(name)?.[0];
    return words && read(words);
  };
  const description = optional('d', words => textOf(bytesOf(words, 'description')));
  const descriptionHash = optional('h', words => bytesToHex(bytesOf(words, 'description hash')));
  if (description === undefined && descriptionHash === undefined)
    throw new InvalidInvoice('the invoice has no description and no hash of one (field d or h)');
  return {
    network,
    amountMsat,
    createdAt,
    expiresAt: createdAt + (optional('x', words => numberOf(words, 'the expiry')) ?? DEFAULT_EXPIRY),
    paymentHash: required('p', 'payment hash'),
    paymentSecret: required('s', 'payment secret'),
    description,
    descriptionHash,
    payee: payeeOf(
      prefix,
      words,
      optional('n', words => bytesOf(words, 'payee')),
    ),
    minFinalCltvExpiry: optional('c', words => numberOf(words, 'the final expiry delta')) ?? DEFAULT_CLTV,
    features: optional('9', bitsOf) ?? [],
    fallbacks: (fields.get('f') ?? []).flatMap(words => fallbackAddress(words, network) ?? []),
    routes: (fields.get('r') ?? []).map(words => hopsOf(bytesOf(words, 'route'))),
    metadata: optional('m', words => bytesToHex(bytesOf(words, 'metadata'))),
  };
}

/** What an invoice says, as far as it can be read. */
export type InvoiceClaims = Pick<Invoice, 'network' | 'amountMsat' | 'descriptionHash'> & {
  paymentHash: string | undefined;
};

/**
 * What an invoice says of the network, the amount and the hashes; nothing of who signed it, which costs most. Some wallets
 * put into zap receipts what nobody could pay, without a payment hash: the amount in it is still what was said to be paid.
 * Throws `InvalidInvoice`.
 * @example
 * invoiceClaims('lnbc1pvjluezpp5qqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqqqsyqcyq5rqwzqfqypqdpl2pkx2ctnv5sxxmmwwd5kgetjypeh2ursdae8g6na6hlh') // → { network: 'bitcoin', amountMsat: undefined, paymentHash: undefined, descriptionHash: undefined }
 */
export function invoiceClaims(text: string): InvoiceClaims {
  const { prefix, words } = decodeWords(text.replace(/^lightning:/i, ''), () => ''); // nobody typed it
  const { network, amountMsat } = readPrefix(prefix);
  const fields = fieldsOrNone(words);
  const hash = (name: 'p' | 'h') => {
    const bytes = bech32.fromWordsUnsafe(fields.get(name)?.[0] ?? []);
    return bytes && bytes.length > 0 ? bytesToHex(bytes) : undefined;
  };
  return { network, amountMsat, paymentHash: hash('p'), descriptionHash: hash('h') };
}

function fieldsOrNone(words: readonly number[]): Map<string, number[][]> {
  try {
    return readFields(words.slice(0, -SIGNATURE_WORDS));
  } catch (error) {
    if (error instanceof InvalidInvoice) return new Map();
    throw error;
  }
}

/** `slip` is what may be said of one that is mistyped. */
function decodeWords(text: string, slip: (text: string) => string): { prefix: string; words: number[] } {
  if (text.length > MAX_INVOICE)
    throw new InvalidInvoice(`the invoice is longer than ${MAX_INVOICE} characters`);
  if (!isInvoice(text)) throw new InvalidInvoice(`not a BOLT-11 invoice: ${quote(text)}`);
  if (text !== text.toLowerCase() && text !== text.toUpperCase())
    throw new InvalidInvoice('the invoice mixes upper and lower case');
  const decoded = bech32.decodeUnsafe(text, false);
  if (!decoded) throw new InvalidInvoice(`the invoice is mistyped or cut (invalid checksum)${slip(text)}`);
  return decoded;
}

/** A longer one is not shown again. */
const LONGEST_SHOWN = 1000;

/** The only invoice that is one slip away. */
function meant(text: string): string {
  const [, prefix = '', data = ''] = /^(ln[a-z0-9]*)1([^1]*)$/.exec(text.toLowerCase()) ?? [];
  const [only, ...others] = text.length > LONGEST_SHOWN ? [] : nearbyTexts(prefix, data);
  return only === undefined || others.length > 0 ? '' : `; did you mean ${only}?`;
}

/** Of one bitcoin, in thousandths of a satoshi; a `p` is a tenth of one. */
const MSAT: Record<string, number> = { '': 1e11, m: 1e8, u: 1e5, n: 1e2, p: 0.1 };

function readPrefix(prefix: string): Pick<Invoice, 'network' | 'amountMsat'> {
  const [, name = '', amount] = /^ln(bcrt|bc|tbs|tb|sb)(.*)$/.exec(prefix) ?? [];
  const network = NETWORKS[name];
  if (network === undefined) throw new InvalidInvoice(`not a BOLT-11 invoice: ${quote(prefix)}`);
  return { network, amountMsat: amount ? readAmount(amount) : undefined };
}

function readAmount(text: string): number {
  const [, digits, unit = ''] = /^([1-9]\d*)(.?)$/.exec(text) ?? [];
  if (digits === undefined) throw new InvalidInvoice(`the amount ${quote(text)} is not a positive number`);
  const msat = Object.hasOwn(MSAT, unit) ? MSAT[unit] : undefined;
  if (msat === undefined)
    throw new InvalidInvoice(`the amount ${quote(text)} has an unknown multiplier; m, u, n and p are known`);
  if (unit === 'p' && !digits.endsWith('0'))
    throw new InvalidInvoice(`the amount ${quote(text)} is less than a thousandth of a satoshi precise`);
  const amount = unit === 'p' ? Number(digits.slice(0, -1)) : Number(digits) * msat;
  if (!Number.isSafeInteger(amount)) throw new InvalidInvoice(`the amount ${quote(text)} is too large`);
  return amount;
}

const LETTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';

/** "A reader MUST skip over p, h, s or n fields that do not have" these lengths. */
const WORDS_OF: Readonly<Record<string, number>> = { p: 52, h: 52, s: 52, n: 53 };

/** The words of each tagged field, by its letter. */
function readFields(signed: readonly number[]): Map<string, number[][]> {
  const fields = new Map<string, number[][]>();
  for (let at = TIMESTAMP_WORDS; at < signed.length; ) {
    const name = LETTERS[signed[at]!]!;
    const length = signed[at + 1]! * 32 + signed[at + 2]!;
    const end = at + 3 + length;
    if (!(end <= signed.length))
      throw new InvalidInvoice(`the invoice ends in the middle of its field ${name}`);
    const wanted = Object.hasOwn(WORDS_OF, name) ? WORDS_OF[name] : undefined;
    if (wanted === undefined || wanted === length) {
      const known = fields.get(name);
      const words = signed.slice(at + 3, end);
      if (known) known.push(words);
      else fields.set(name, [words]);
    }
    at = end;
  }
  return fields;
}

function bytesOf(words: number[], what: string): Uint8Array {
  const bytes = bech32.fromWordsUnsafe(words);
  if (!bytes) throw new InvalidInvoice(`the ${what} of the invoice is badly padded`);
  return bytes;
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new InvalidInvoice('the description of the invoice is not UTF-8');
  }
}

/** Beyond 2^45 nothing is meant, and a sum of two stays exact. */
const MAX_NUMBER = 2 ** 45;

function numberOf(words: readonly number[], what: string): number {
  let number = 0;
  for (const word of words) {
    number = number * 32 + word;
    if (number > MAX_NUMBER) throw new InvalidInvoice(`${what} of the invoice is too large a number`);
  }
  return number;
}

function bitsOf(words: readonly number[]): number[] {
  const bits: number[] = [];
  for (let i = words.length - 1; i >= 0; i--)
    for (let bit = 0; bit < 5; bit++) if ((words[i]! >> bit) & 1) bits.push((words.length - 1 - i) * 5 + bit);
  return bits;
}

/** 33, 8, 4, 4 and 2 bytes. */
const HOP_BYTES = 51;

function hopsOf(bytes: Uint8Array): RouteHop[] {
  const hops: RouteHop[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 0; at + HOP_BYTES <= bytes.length; at += HOP_BYTES) {
    const block = view.getUint32(at + 33) >>> 8;
    const transaction = view.getUint32(at + 35) & 0xffffff;
    hops.push({
      pubkey: bytesToHex(bytes.subarray(at, at + 33)),
      shortChannelId: `${block}x${transaction}x${view.getUint16(at + 39)}`,
      feeBaseMsat: view.getUint32(at + 41),
      feeProportionalMillionths: view.getUint32(at + 45),
      cltvExpiryDelta: view.getUint16(at + 49),
    });
  }
  return hops;
}

function payeeOf(prefix: string, words: readonly number[], named: Uint8Array | undefined): string {
  const { signer, fault } = signerOf(prefix, words, named);
  if (signer === undefined) throw new InvalidInvoice(`the signature of the invoice ${fault}`);
  return signer;
}
