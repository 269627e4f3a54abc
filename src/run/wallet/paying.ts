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
import {
  noAnswer,
  type SealedRequest,
  UNSUPPORTED_ENCRYPTION,
  WalletClient,
  walletRefused,
  walletSilent,
} from './wallet-client.ts';

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
      const paid = await this.#carryOut(request, invoice);
      return paid ?? (await this.pay(text, invoice));
    } catch (error) {
      if (error instanceof Failure || this.#signal.reason === error) throw error;
      const why = `an error of nost itself (${(error as Error).message})`;
      throw new PaymentUnknown(why, this.#name, invoice, error);
    }
  }

  async close(): Promise<void> {
    await this.#client.close();
  }

  /** Undefined where the wallet could not read the request, and may read another. */
  async #carryOut(request: SealedRequest, invoice: Invoice): Promise<Paid | undefined> {
    const given = new AbortController();
    const signal = AbortSignal.any([this.#signal, given.signal]);
    const doubt = new Doubt(invoice);
    // It is listened to while the wallet is asked what became of it.
    const concludes = (response: WalletResponse) => doubt.concludes(response);
    const answer = this.#client.send(request, FOR_EVER, { signal, concludes });
    try {
      const first = await earlier(Promise.race([answer, doubt.begun]), this.#flags.relayTimeout);
      const { error, result } = first?.answer ?? {};
      if (error?.code === UNSUPPORTED_ENCRYPTION && !result && this.#client.tryNip44()) return undefined;
      if (first?.answer) return this.#concluded(first.answer, invoice);
      if (!first?.ended?.isUnsent || doubt.response) return await this.#lookInto(doubt, answer, first?.ended);
      this.#signal.throwIfAborted();
      throw walletSilent(this.#name, first.ended, this.#flags.relayTimeout); // it was not asked
    } finally {
      given.abort();
    }
  }

  /** A preimage that fits, or an error that says that nothing was begun. */
  #concluded({ result, error }: WalletResponse, { paymentHash }: Invoice): Paid {
    const { preimage, feesMsat } = paymentIn(result ?? {});
    if (isPreimageOf(preimage ?? '', paymentHash)) return { preimage, feesMsat };
    throw walletRefused(this.#name, error!);
  }

  /**
   * Nothing came that concludes: the wallet is asked what became of the payment, and once more when it says something in the
   * meantime. A late answer that concludes ends it.
   */
  async #lookInto(
    doubt: Doubt,
    answer: Promise<Answered<WalletResponse>>,
    ended: Ended | undefined,
  ): Promise<Paid> {
    const { invoice, response: said } = doubt;
    const unknown = (told: string) =>
      new PaymentUnknown(`${this.#why(doubt, ended)}${told}`, this.#name, invoice);
    if (this.#signal.aborted) throw unknown('');
    const looked = this.#lookUp(invoice);
    const late = ended ? NEVER : answer.then(told => told.answer);
    const response = await Promise.race([late, looked.then(() => undefined)]);
    if (response) return this.#concluded(response, invoice);
    const { answer: told } = await looked;
    const payment = paymentIn(told?.result ?? {});
    if (isSettled(payment, invoice)) return { preimage: payment.preimage, feesMsat: payment.feesMsat };
    if (payment.state === 'pending' && !ended && !said) {
      const last = await earlier(Promise.race([late, doubt.begun]), this.#flags.relayTimeout);
      if (last) return this.#concluded(last, invoice);
    }
    if (doubt.response !== said) return this.#lookInto(doubt, answer, ended);
    if (doubt.isOver(payment)) throw walletRefused(this.#name, said?.error ?? FAILED);
    throw unknown(told?.error ? notTold(told.error) : (UNDER_WAY[payment.state] ?? ''));
  }

  /** Why it is not known. */
  #why({ response }: Doubt, ended: Ended | undefined): string {
    if (response?.error) return walletRefused(this.#name, response.error).message;
    if (!response) return this.#whyNone(ended);
    const { preimage } = paymentIn(response.result);
    const what = preimage === undefined ? 'no preimage' : 'a preimage that is of another payment';
    return `the wallet ${this.#name} says that it paid, with ${what}`;
  }

  #whyNone(ended: Ended | undefined): string {
    const wallet = `the wallet ${this.#name}`;
    if (this.#signal.aborted) {
      const isLate = this.#signal.reason instanceof Failure;
      return `${isLate ? '--timeout passed' : 'it was interrupted'} before ${wallet} answered`;
    }
    if (!ended || ended.end === 'timeout')
      return `${noAnswer(this.#name, this.#flags.relayTimeout)} (--relay-timeout)`;
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

/** What a wallet said to a payment that proves nothing: an error that may mean that it is under way, or no preimage. */
class Doubt {
  readonly invoice: Invoice;
  /** Resolves when it said such a thing for the first time. */
  readonly begun: Promise<undefined>;
  #response: WalletResponse | undefined;
  #begin: () => void = () => {};

  constructor(invoice: Invoice) {
    this.invoice = invoice;
    this.begun = new Promise(resolve => {
      this.#begin = () => resolve(undefined);
    });
  }

  /** The first of them. */
  get response(): WalletResponse | undefined {
    return this.#response;
  }

  /** Whether a response proves that it was paid, whatever else it says, or that it was not begun. */
  concludes(response: WalletResponse): boolean {
    const { preimage } = paymentIn(response.result ?? {});
    if (isPreimageOf(preimage ?? '', this.invoice.paymentHash)) return true;
    if (response.error && UNPAID_ERRORS.has(response.error.code)) return true;
    this.#response ??= response;
    this.#begin();
    return false;
  }

  /** Whether it was not paid, and will not be. A wallet that knows of no such payment may know of none that goes out. */
  isOver({ state }: Payment): boolean {
    if (this.#response && !this.#response.error) return false; // it said that it paid
    return state === 'failed' || (state === 'unknown' && this.#response?.error?.code === 'PAYMENT_FAILED');
  }
}

function notTold({ code }: WalletError): string {
  return code === 'NOT_FOUND'
    ? ', and does not find the payment (NOT_FOUND)'
    : `, and does not tell (${/^[A-Z_]{1,40}$/.test(code) ? code : quote(code)})`;
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
