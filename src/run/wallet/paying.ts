// Pays an invoice with a wallet, and never twice: the request is signed once, and where no answer comes the wallet is asked
// what became of the payment. Where that cannot be had either, this is said, and with what to look for.
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import type { NetworkFlags } from '../../flags/network-flags.ts';
import type { Invoice } from '../../protocol/bolt11.ts';
import {
  type Payment,
  paymentIn,
  UNPAID_ERRORS,
  type WalletError,
  type WalletResponse,
} from '../../protocol/nip47.ts';
import { isPreimageOf } from '../../protocol/nip57.ts';
import { quote } from '../../protocol/quote.ts';
import { isoTime } from '../../protocol/time.ts';
import type { Answered, Ended } from './exchange.ts';
import { type SealedRequest, WalletClient, walletRefused, walletSilent } from './wallet-client.ts';

/** A payment that was made. */
export interface Paid {
  /** 64 lower-case hex digits; undefined where the wallet says only that it has paid. */
  preimage: string | undefined;
  feesMsat: number | undefined;
}

/** Nobody knows whether it was paid. */
export class PaymentUnknown extends Failure<'timeout'> {
  constructor(why: string, wallet: string, { paymentHash, expiresAt }: Invoice, cause?: unknown) {
    super('timeout', `whether the invoice was paid is not known: ${why}`, {
      code: 'payment_unknown',
      hint: `Look for the payment ${paymentHash} in the wallet ${wallet} before you pay again: until ${isoTime(expiresAt)} this one may still go through.`,
      cause,
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
    this.#signal.throwIfAborted();
    try {
      return await this.#carryOut(request, invoice);
    } catch (error) {
      if (error instanceof Failure || this.#signal.reason === error) throw error;
      const why = `an error of nost itself (${(error as Error).message})`;
      throw new PaymentUnknown(why, this.#name, invoice, error);
    }
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  async #carryOut(request: SealedRequest, invoice: Invoice): Promise<Paid> {
    const given = new AbortController();
    const signal = AbortSignal.any([this.#signal, given.signal]);
    // It is listened to while the wallet is asked what became of it.
    const answer = this.#client.send(request, FOR_EVER, signal);
    try {
      const first = await earlier(answer, this.#flags.relayTimeout);
      if (first && 'answer' in first) return await this.#concluded(first.answer, invoice);
      if (!first?.ended.isUnsent) return await this.#withoutAnswer(answer, invoice, first?.ended);
      this.#signal.throwIfAborted();
      throw walletSilent(this.#name, first.ended); // it was not asked
    } finally {
      given.abort();
    }
  }

  /** What the wallet says to a payment. A preimage that fits proves that it was made, whatever else is said. */
  async #concluded({ result, error }: WalletResponse, invoice: Invoice): Promise<Paid> {
    const { preimage, feesMsat } = paymentIn(result ?? {});
    if (preimage !== undefined && isPreimageOf(preimage, invoice.paymentHash)) return { preimage, feesMsat };
    if (error) return this.#afterError(error, invoice);
    const what = preimage === undefined ? 'no preimage' : 'a preimage that is of another payment';
    throw new PaymentUnknown(`the wallet ${this.#name} says that it paid, with ${what}`, this.#name, invoice);
  }

  /** An error that does not say that nothing was paid: a payment that took too long may still be under way. */
  async #afterError(error: WalletError, invoice: Invoice): Promise<Paid> {
    const refused = walletRefused(this.#name, error);
    if (UNPAID_ERRORS.has(error.code)) throw refused;
    const looked = this.#signal.aborted ? undefined : await this.#lookUp(invoice);
    const { error: none, result } = looked?.answer ?? {};
    if (none?.code === 'NOT_FOUND') throw refused;
    const payment = paymentIn(result ?? {});
    if (isSettled(payment, invoice)) return { preimage: payment.preimage, feesMsat: payment.feesMsat };
    const isOver = error.code === 'PAYMENT_FAILED' && payment.state !== 'pending';
    if (payment.state === 'failed' || isOver) throw refused;
    throw new PaymentUnknown(`${refused.message}${UNDER_WAY[payment.state] ?? ''}`, this.#name, invoice);
  }

  /** No answer came in time, or the connection broke. */
  async #withoutAnswer(
    answer: Promise<Answered<WalletResponse>>,
    invoice: Invoice,
    ended: Ended | undefined,
  ): Promise<Paid> {
    const why = this.#whyNone(ended);
    const unknown = (said: string) => new PaymentUnknown(`${why}${said}`, this.#name, invoice);
    if (this.#signal.aborted) throw unknown('');
    const looked = this.#lookUp(invoice);
    const late = ended ? NEVER : answer.then(told => ('answer' in told ? told.answer : undefined));
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
    throw unknown(UNDER_WAY[payment.state] ?? '');
  }

  #whyNone(ended: Ended | undefined): string {
    const wallet = `the wallet ${this.#name}`;
    if (this.#signal.aborted) return `it ended before ${wallet} answered`;
    if (!ended || ended.end === 'timeout') return `${wallet} does not answer`;
    if (ended.end === 'disconnect') return `the connection to ${wallet} was lost`;
    return `the relay of ${wallet} says ${quote(ended.reason, 200)}`;
  }

  async #lookUp({ paymentHash }: Invoice): Promise<Answered<WalletResponse>> {
    const params = { payment_hash: paymentHash };
    const request = await this.#client.seal({ method: 'lookup_invoice', params });
    return this.#client.send(request, this.#flags.relayTimeout);
  }

  get #name(): string {
    return this.#client.wallet.name;
  }
}

const UNDER_WAY: Partial<Record<Payment['state'], string>> = {
  pending: ', and the payment is still under way',
};

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
