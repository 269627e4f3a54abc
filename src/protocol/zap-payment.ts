// What a payer works out before a zap is paid (NIP-57): how an event shares it, and whether the invoice that a provider
// answered is the one that was asked for.
import { InvalidInvoice, type Invoice, parseInvoice } from './bolt11.ts';
import { sha256Hex } from './crypto.ts';
import type { Event } from './event.ts';
import { isHex32 } from './hex.ts';
import { quote } from './quote.ts';

/** What of an invoice is not as it must be for a zap. */
export type ZapInvoiceFault = 'invoice' | 'network' | 'amount' | 'description_hash' | 'expired';

/** Thrown for an invoice that must not be paid; the message says what was asked for and what came. */
export class WrongInvoice extends Error {
  override name = 'WrongInvoice';
  readonly fault: ZapInvoiceFault;

  constructor(fault: ZapInvoiceFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/**
 * The invoice that a provider answered, once it is for this request: on the main network, of this amount, committed to
 * the request byte for byte, and not expired. `now` is in unix seconds.
 * Throws `WrongInvoice`.
 * @example
 * checkZapInvoice('lnbc1', { amountMsat: 1000, request: '{}', now: 0 }) // throws the answer holds no invoice
 */
export function checkZapInvoice(
  text: string,
  { amountMsat, request, now }: { amountMsat: number; request: string; now: number },
): Invoice {
  const invoice = openInvoice(text);
  if (invoice.network !== 'bitcoin')
    throw new WrongInvoice('network', `the invoice is for ${invoice.network}, not for bitcoin`);
  if (invoice.amountMsat !== amountMsat)
    throw new WrongInvoice('amount', `the invoice is of ${shownAmount(invoice)}, not of ${amountMsat} msat`);
  const hash = sha256Hex(request);
  if (invoice.descriptionHash !== hash)
    throw new WrongInvoice(
      'description_hash',
      invoice.descriptionHash === undefined
        ? `the invoice commits to no request: it holds the description ${quote(invoice.description)}`
        : `the invoice is for another request: its description hash is ${invoice.descriptionHash}, not ${hash}`,
    );
  if (invoice.expiresAt <= now)
    throw new WrongInvoice('expired', `the invoice expired ${now - invoice.expiresAt} s ago`);
  return invoice;
}

function shownAmount({ amountMsat }: Invoice): string {
  return amountMsat === undefined ? 'no amount' : `${amountMsat} msat`;
}

function openInvoice(text: string): Invoice {
  try {
    return parseInvoice(text);
  } catch (error) {
    if (!(error instanceof InvalidInvoice)) throw error;
    throw new WrongInvoice('invoice', `the answer holds no invoice: ${error.message}`);
  }
}

/** A share of a zap. */
export interface ZapShare {
  /** A public key. */
  recipient: string;
  /** Where its profile is said to be. */
  relay: string | undefined;
  amountMsat: number;
}

/**
 * Who gets how much of a zap of an event, by its `zap` tags (Appendix G); an event without any pays its author. Shares
 * are whole satoshis where the amount is, and what does not divide goes to the first.
 * @example
 * zapShares({ pubkey: 'aa', tags: [] }, 21000) // → [{ recipient: 'aa', relay: undefined, amountMsat: 21000 }]
 * zapShares({ pubkey: 'aa', tags: [['zap', 'ab'.repeat(32), 'wss://r.example', '1'], ['zap', 'cd'.repeat(32), '', '2'], ['zap', 'ef'.repeat(32)]] }, 10000).map(share => share.amountMsat) // → [4000, 6000]
 */
export function zapShares(event: Pick<Event, 'pubkey' | 'tags'>, amountMsat: number): ZapShare[] {
  const tags = event.tags.filter(([name, key]) => name === 'zap' && isHex32(key));
  const isWeighted = tags.some(tag => tag[3] !== undefined && tag[3] !== '');
  const weights = new Map<string, { relay: string | undefined; weight: number }>();
  for (const [, recipient = '', relay, weight] of tags) {
    const known = weights.get(recipient)?.weight ?? 0;
    weights.set(recipient, { relay: relay || undefined, weight: known + weightOf(weight, isWeighted) });
  }
  const paid = [...weights].filter(([, { weight }]) => weight > 0);
  if (paid.length === 0) return [{ recipient: event.pubkey, relay: undefined, amountMsat }];
  const sum = paid.reduce((total, [, { weight }]) => total + weight, 0);
  const unit = amountMsat % 1000 === 0 ? 1000 : 1;
  const shares = paid.map(([recipient, { relay, weight }]) => ({
    recipient,
    relay,
    amountMsat: Math.floor((amountMsat * weight) / sum / unit) * unit,
  }));
  shares[0]!.amountMsat += amountMsat - shares.reduce((total, share) => total + share.amountMsat, 0);
  return shares.filter(share => share.amountMsat > 0);
}

/** "Receivers without a weight should not be zapped" where others have one. */
function weightOf(text: string | undefined, isWeighted: boolean): number {
  if (!isWeighted) return 1;
  return /^\d{1,9}(?:\.\d{1,9})?$/.test(text ?? '') ? Number(text) : 0;
}
