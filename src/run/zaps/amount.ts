// How much is sent: satoshis, or thousandths of one.
import type { PayEndpoint } from '../../protocol/lnurl.ts';
import { quote } from '../../protocol/quote.ts';
import { NoZaps } from '../lookup/provider.ts';

/** All there will ever be, in satoshis: more is a mistake. */
const ALL_SATS = 21e14;

/** Thousandths of a satoshi of `21`, `21sat`, `21sats` or `1000msat`. Throws for anything else, with the reason. */
export function parseAmount(text: string): number {
  const [, digits, unit = ''] = /^(\d+)(|sats?|msats?)$/i.exec(text.replaceAll('_', '')) ?? [];
  if (digits === undefined) throw new Error(`${quote(text)} is no amount${amountFault(text)}`);
  const isMilli = /^m/i.test(unit);
  const msat = Number(digits) * (isMilli ? 1 : 1000);
  if (msat === 0) throw new Error('an amount must be more than nothing');
  if (msat > ALL_SATS * 1000 || !Number.isSafeInteger(msat))
    throw new Error(`${quote(text)} is more than a zap can be`);
  return msat;
}

function amountFault(text: string): string {
  const [, whole, part, unit = ''] = /^(\d{1,12})\.(\d+)(sats?|msats?|)$/i.exec(text) ?? [];
  if (whole === undefined || part === undefined) return ' such as 21, 21sat or 1000msat';
  if (/^m/i.test(unit)) return ': there is nothing smaller than an msat';
  if (part.length > 3) return ': there is nothing smaller than an msat, the thousandth of a sat';
  const msat = Number(whole) * 1000 + Number(part.padEnd(3, '0'));
  if (msat % 1000 === 0) return `: it is a whole number, ${msat / 1000}`;
  return `: a part of a satoshi is written in msat, ${msat}msat`;
}

/** An amount as people read it. */
export function shownAmount(msat: number): string {
  return msat % 1000 === 0 ? `${msat / 1000} sat` : `${msat} msat`;
}

/** Throws `NoZaps` when the provider does not take the amount. */
export function checkBounds(
  { minSendable, maxSendable }: PayEndpoint,
  amountMsat: number,
  who: string,
): void {
  if (amountMsat < minSendable)
    throw new NoZaps(`${who} takes no less than ${shownAmount(minSendable)}: not ${shownAmount(amountMsat)}`);
  if (amountMsat > maxSendable)
    throw new NoZaps(`${who} takes no more than ${shownAmount(maxSendable)}: not ${shownAmount(amountMsat)}`);
}
