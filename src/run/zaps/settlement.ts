// Settles the invoices of a zap: prints them, or has a wallet pay one after the other. Whatever ends it, nothing that was
// paid goes unsaid, for whoever does not know it pays again.
import type { Context } from '../../context.ts';
import { Failure, IoError } from '../../errors.ts';
import { worstKind } from '../../exit-codes.ts';
import type { NetworkFlags } from '../../flags/network-flags.ts';
import type { Invoice } from '../../protocol/bolt11.ts';
import type { Event } from '../../protocol/event.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import type { CommandEnd } from '../command-end.ts';
import { type Paid, type Payer, PaymentUnknown } from '../wallet/paying.ts';
import { shownAmount } from './amount.ts';
import { type Expected, ReceiptWait } from './receipts.ts';

/** An invoice that was checked, and what its receipt will be like. */
export interface Ready extends Expected {
  amountMsat: number;
  checked: Invoice;
}

/** What invoices are settled with. */
export interface Settling {
  context: Context;
  flags: NetworkFlags & { wait?: number | undefined };
  end: CommandEnd;
  /** Relays that the user named. */
  named: ReadonlySet<string>;
}

export class Settlement {
  readonly #settling: Settling;
  readonly #payer: Payer | undefined;
  readonly #paid: Ready[] = [];

  /** Without a payer the invoices are printed. */
  constructor(settling: Settling, payer: Payer | undefined) {
    this.#settling = settling;
    this.#payer = payer;
  }

  /** Settles all, in their order; the first that cannot be is the last that is tried. Throws a `Failure`. */
  async all(ready: readonly Ready[]): Promise<void> {
    const { end } = this.#settling;
    for (const [i, one] of ready.entries()) {
      try {
        end.check('before everything was paid');
        end.signal.throwIfAborted();
        await this.#settle(one, ready.length - i - 1);
      } catch (error) {
        throw this.#withPaid(error, one, ready.length);
      }
    }
  }

  /**
   * Prints the invoice, or has it paid and prints what came of it; waits for the receipt where that is wanted. `rest` is how
   * many come after it.
   */
  async #settle(ready: Ready, rest: number): Promise<void> {
    const { flags } = this.#settling;
    const { wait = this.#payer ? flags.relayTimeout : 0 } = flags;
    const waiting = wait > 0 ? await ReceiptWait.start(ready, this.#settling) : undefined;
    try {
      if (this.#payer) await this.#pay(ready, this.#payer, waiting, wait);
      else {
        await this.#print(ready);
        if (waiting) await this.#await(waiting, wait, ready, rest);
      }
    } finally {
      await waiting?.stop();
    }
  }

  async #print(ready: Ready): Promise<void> {
    const { context } = this.#settling;
    await context.stdout.line(ready.invoice);
    if (context.log.isTerminal) await this.#showCode(ready);
  }

  /** Until the user has paid it. */
  async #await(waiting: ReceiptWait, wait: number, { amountMsat }: Ready, rest: number): Promise<void> {
    const { context, end } = this.#settling;
    const receipt = await waiting.within(wait);
    end.check('before the receipt came');
    if (!receipt) throw noReceipt(wait, rest);
    const message = `${shownAmount(amountMsat)}; the receipt is ${receipt.id}`;
    context.log.note({ type: 'paid', receipt: receipt.id, message });
  }

  /** For the camera of a phone. */
  async #showCode({ invoice, amountMsat, recipient }: Ready): Promise<void> {
    const { log, columns } = this.#settling.context;
    const { qrCode } = await import('./qr-code.ts');
    const lines = qrCode(invoice, columns.stderr) ?? ['(the QR code is wider than the terminal)'];
    const npub = encodeEntity({ type: 'npub', pubkey: recipient });
    log.table([...lines, `${shownAmount(amountMsat)} to ${npub}`]);
  }

  async #pay(ready: Ready, payer: Payer, waiting: ReceiptWait | undefined, wait: number): Promise<void> {
    const { log } = this.#settling.context;
    const { invoice, amountMsat, recipient, checked } = ready;
    this.#mustBeGood(checked);
    const line = { invoice, amount_msat: amountMsat, recipient };
    let paid: Paid;
    try {
      paid = await payer.pay(invoice, checked);
    } catch (error) {
      // A script must know which payment to look for; the error says it, too, where that cannot be written.
      if (error instanceof PaymentUnknown) await this.#tell({ ...line, paid: null }).catch(() => {});
      throw error;
    }
    this.#paid.push(ready);
    log.note({ type: 'paid', message: shownAmount(amountMsat) }); // now: the wait for the receipt may be cut short
    const { preimage, feesMsat: fees_msat } = paid;
    let receipt: Event | undefined;
    try {
      receipt = await this.#receipt(waiting, wait);
    } finally {
      await this.#tell({ ...line, paid: true, preimage, fees_msat, receipt: receipt?.id ?? null });
    }
    if (waiting && !receipt)
      log.warn({ type: 'warning', message: 'paid, but no receipt came: do not pay again for want of it' });
  }

  /** The receipt, once it comes; at an end from outside at once none, whatever relays do then. */
  async #receipt(waiting: ReceiptWait | undefined, wait: number): Promise<Event | undefined> {
    let receipt: Event | undefined;
    const found = waiting?.within(wait).then(event => {
      receipt = event;
    });
    await this.#settling.end.cut(found ?? Promise.resolve());
    return receipt;
  }

  /** Payments before it may have taken long. */
  #mustBeGood({ expiresAt }: Invoice): void {
    const now = Math.floor(this.#settling.context.now() / 1000);
    if (expiresAt > now) return;
    throw new Failure('refused', `the invoice expired ${now - expiresAt} s ago, and was not paid`, {
      code: 'wrong_invoice',
    });
  }

  /** Prints a line, and is sure that it is written. Throws `IoError`. */
  async #tell(line: object): Promise<void> {
    const { context, end } = this.#settling;
    await context.stdout.line(JSON.stringify(line));
    await end.cut(context.stdout.flush());
  }

  /** An error, and with it what was paid before. */
  #withPaid(error: unknown, { checked }: Ready, count: number): unknown {
    const paid = this.#paid.length;
    if (paid === 0) return error;
    const { message, hint } = error instanceof Failure ? error : INTERRUPTED;
    if (error instanceof IoError) {
      const told = `${message}. It was paid all the same${count > 1 ? `: ${paid} of ${count} shares` : ''}`;
      const hint = `Do not pay again: look for ${checked.paymentHash.slice(0, HASH_SHOWN)}… in the wallet.`;
      return new IoError(told, { code: error.code, hint, cause: error });
    }
    if (error instanceof Failure && worstKind([error.kind, 'partial']) !== 'partial') return error;
    if (!(error instanceof Failure) && !this.#settling.end.signal.aborted) return error;
    const told = `${paid} of ${count} shares were paid, and no more: ${message}`;
    const again = 'The same again would pay them once more: stdout says who was paid.';
    return new Failure('partial', told, {
      code: 'partial',
      hint: hint === undefined ? again : `${hint} ${again}`,
      cause: error,
    });
  }
}

function noReceipt(wait: number, rest: number): Failure {
  const hint = 'It may have been paid all the same: look in the wallet before you pay again.';
  const more = `The invoices of ${rest} more are not shown: without --wait all are shown at once.`;
  return new Failure('timeout', `no receipt came within ${wait / 1000} s`, {
    hint: rest === 0 ? hint : `${hint}\n${more}`,
  });
}

/** Letters of a payment hash; all of them look like a secret, and an error shows none. */
const HASH_SHOWN = 16;

const INTERRUPTED = { message: 'it was interrupted', hint: undefined };

/** Whether an error says that something was paid, or may have been: it is told, whatever else ended the command. */
export function tellsOfMoney(error: unknown): error is Failure {
  return (
    error instanceof PaymentUnknown ||
    (error instanceof Failure && (error.code === 'partial' || error.code === 'stdout'))
  );
}
