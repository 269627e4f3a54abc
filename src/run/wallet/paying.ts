// Pays an invoice with a wallet, and never twice: the request is signed once, and where no answer comes the wallet is asked
// what became of the payment. Where that cannot be had either, this is said, and with what to look for.
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import type { NetworkFlags } from '../../flags/network-flags.ts';
import type { Invoice } from '../../protocol/bolt11.ts';
import { type Payment, paymentIn, type WalletResponse } from '../../protocol/nip47.ts';
import { isPreimageOf } from '../../protocol/nip57.ts';
import type { Answered } from './exchange.ts';
import { WalletClient, walletRefused, walletSilent } from './wallet-client.ts';

/** A payment that was made. */
export interface Paid {
  /** 64 lower-case hex digits; undefined where the wallet says only that it has paid. */
  preimage: string | undefined;
  feesMsat: number | undefined;
}

/** Nobody knows whether it was paid. */
export class PaymentUnknown extends Failure<'timeout'> {
  constructor(why: string, wallet: string, { paymentHash, expiresAt }: Invoice) {
    const until = new Date(expiresAt * 1000).toISOString().replace('.000Z', 'Z');
    super('timeout', `whether the invoice was paid is not known: ${why}`, {
      code: 'payment_unknown',
      hint: `Look for the payment ${paymentHash} in the wallet ${wallet} before you pay again: until ${until} this one may still go through.`,
    });
  }
}

export class Payer {
  readonly #client: WalletClient;
  readonly #flags: NetworkFlags;
  readonly #signal: AbortSignal;

  private constructor(client: WalletClient, flags: NetworkFlags, signal: AbortSignal) {
    this.#client = client;
    this.#flags = flags;
    this.#signal = signal;
  }

  /** Opens the wallet that is named, or the only one, and asks whether it pays. Throws a `Failure`. */
  static async open(
    name: string | undefined,
    { context, flags, signal }: { context: Context; flags: NetworkFlags; signal: AbortSignal },
  ): Promise<Payer> {
    const client = await WalletClient.open(name, { context, flags, signal });
    try {
      const info = await client.info();
      if (info && !info.methods.includes('pay_invoice'))
        throw new Failure(
          'refused',
          `the wallet ${client.wallet.name} does not pay: it offers no pay_invoice`,
          {
            code: 'wallet_refused',
          },
        );
      return new Payer(client, flags, signal);
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  /**
   * Pays an invoice that was checked. Throws `PaymentUnknown`, or another `Failure` when it is known that nothing was paid.
   */
  async pay(text: string, invoice: Invoice): Promise<Paid> {
    const request = await this.#client.seal({ method: 'pay_invoice', params: { invoice: text } });
    const given = new AbortController();
    const signal = AbortSignal.any([this.#signal, given.signal]);
    // It is listened to while the wallet is asked what became of it.
    const answer = this.#client.send(request, FOR_EVER, signal);
    try {
      const first = await earlier(answer, this.#flags.relayTimeout);
      if (first && 'answer' in first) return this.#concluded(first.answer, invoice);
      if (first?.ended.end === 'refused') throw walletSilent(this.#name, first.ended); // it was not asked
      return await this.#lookedUp(answer, invoice, first);
    } finally {
      given.abort();
    }
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  /** What the wallet says to a payment. */
  #concluded({ result, error }: WalletResponse, invoice: Invoice): Paid {
    if (error) throw walletRefused(this.#name, error);
    const { preimage, feesMsat } = paymentIn(result);
    if (preimage !== undefined && isPreimageOf(preimage, invoice.paymentHash)) return { preimage, feesMsat };
    const what = preimage === undefined ? 'no preimage' : 'a preimage that is of another payment';
    throw new PaymentUnknown(`the wallet ${this.#name} says that it paid, with ${what}`, this.#name, invoice);
  }

  /** No answer came in time, or the connection broke. */
  async #lookedUp(
    answer: Promise<Answered<WalletResponse>>,
    invoice: Invoice,
    first: Answered<WalletResponse> | undefined,
  ): Promise<Paid> {
    const why =
      first && 'ended' in first && first.ended.end !== 'timeout'
        ? `the connection to the wallet ${this.#name} was lost`
        : `the wallet ${this.#name} does not answer`;
    const unknown = (said: string) => new PaymentUnknown(`${why}${said}`, this.#name, invoice);
    if (this.#signal.aborted) throw unknown('');
    const lookup = await this.#client.seal({
      method: 'lookup_invoice',
      params: { payment_hash: invoice.paymentHash },
    });
    const looked = this.#client.send(lookup, this.#flags.relayTimeout);
    const late = first ? NEVER : answer.then(told => ('answer' in told ? told.answer : undefined));
    const response = await Promise.race([late, looked.then(() => undefined)]);
    if (response) return this.#concluded(response, invoice);
    const told = await looked;
    if (!('answer' in told)) throw unknown('');
    if (told.answer.error) throw unknown(`, and does not tell (${told.answer.error.code})`);
    const payment = paymentIn(told.answer.result);
    if (isSettled(payment, invoice)) return { preimage: payment.preimage, feesMsat: payment.feesMsat };
    if (payment.state === 'failed') throw walletRefused(this.#name, FAILED);
    const last = payment.state === 'pending' ? await earlier(late, this.#flags.relayTimeout) : undefined;
    if (last) return this.#concluded(last, invoice);
    throw unknown(payment.state === 'pending' ? ', and the payment is still under way' : '');
  }

  get #name(): string {
    return this.#client.wallet.name;
  }
}

const FAILED = { code: 'PAYMENT_FAILED', message: '' };

/** No timer is so long: the wait has other ends. */
const FOR_EVER = Number.POSITIVE_INFINITY;

/** There is nothing that may still come. */
const NEVER = new Promise<undefined>(() => {});

/** A preimage proves it; without one the wallet is believed. */
function isSettled({ preimage, state }: Payment, { paymentHash }: Invoice): boolean {
  if (preimage !== undefined) return isPreimageOf(preimage, paymentHash);
  return state === 'settled';
}

/** What a promise comes to within so many milliseconds. */
function earlier<T>(promise: Promise<T>, ms: number): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), ms);
    promise.finally(() => clearTimeout(timer)).then(resolve, reject);
  });
}
