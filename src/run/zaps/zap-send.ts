// Sends a zap (NIP-57): finds who is paid, asks their provider for an invoice, checks it, and prints it or has a wallet pay
// it. Nothing is paid before every invoice of a zap is there and right; who shares it gets an invoice of their own.
import type { Context } from '../../context.ts';
import { Failure, UsageError } from '../../errors.ts';
import type { KeyFlags } from '../../flags/key-flags.ts';
import type { NetworkFlags } from '../../flags/network-flags.ts';
import { locate } from '../../flags/people.ts';
import type { Invoice } from '../../protocol/bolt11.ts';
import { type Event, stringifyEvent } from '../../protocol/event.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import { type ZapTarget, zapRequest } from '../../protocol/nip57.ts';
import { relayHintsIn } from '../../protocol/relay-url.ts';
import { checkZapInvoice, WrongInvoice, type ZapShare, zapShares } from '../../protocol/zap-payment.ts';
import type { Signer } from '../../signer/signer.ts';
import { type CommandEnd, untilEnd } from '../command-end.ts';
import { completeEvent, flagsFault } from '../events/draft.ts';
import { inputOf } from '../lookup/names.ts';
import { type Asking, askInvoice, findProvider, NoZaps } from '../lookup/provider.ts';
import type { PersonOrEvent } from '../lookup/wanted.ts';
import { relaysIfAny } from '../relays.ts';
import { CommandKey, keyWords } from '../signing.ts';
import { Payer } from '../wallet/paying.ts';
import { checkBounds } from './amount.ts';
import { ZapSearch } from './search.ts';
import { type Ready, Settlement, tellsOfMoney } from './settlement.ts';

export interface ZapSendFlags extends NetworkFlags, KeyFlags {
  content?: string | undefined;
  relay?: readonly string[] | undefined;
  pay?: boolean | undefined;
  wallet?: string | undefined;
  /** Milliseconds. */
  wait?: number | undefined;
  allowNsec?: boolean | undefined;
}

/** Who shares a zap beyond that is not paid: each is looked up, and asks for an invoice. */
const MOST_SHARES = 10;

/** Relays that a receipt is asked to be published on. */
const MOST_RECEIPT_RELAYS = 10;

const WHEN = 'before the zap was sent';

/** Sends so many msat to whom the word names. */
export async function sendZap(
  context: Context,
  word: PersonOrEvent,
  amountMsat: number,
  flags: ZapSendFlags,
): Promise<void> {
  checkFlags(flags);
  const { signal } = context.deadline;
  const key = await CommandKey.open(flags, context, false, signal);
  await untilEnd(context.deadline, WHEN, async end => {
    let payer: Payer | undefined;
    try {
      const relays = await relaysIfAny(flags.relay ?? [], context, flags);
      const signer = await key.signer();
      payer = flags.pay ? await Payer.open(flags.wallet, { context, flags, signal }) : undefined;
      const sending = new Sending(context, flags, { relays, end, signer });
      const ready = await sending.invoices(await sending.targets(word, amountMsat));
      const named = new Set(relays);
      await new Settlement({ context, flags, end, named }, payer).all(ready);
      (await end.flush(context.stdout))();
    } catch (error) {
      if (!context.signal.aborted) throw error;
      if (tellsOfMoney(error))
        context.log.warn({ type: 'warning', message: `${error.message}. ${error.hint}` });
    } finally {
      await Promise.all([payer?.close(), key.close()]);
    }
  });
}

function checkFlags({ pay, wallet }: ZapSendFlags): void {
  if (wallet !== undefined && !pay)
    throw new UsageError('--wallet says which wallet pays, and --pay that one does: give both', {
      code: 'bad_value',
    });
}

interface Parts {
  /** The user's own. */
  relays: readonly string[];
  end: CommandEnd;
  signer: Signer;
}

/** Who is to be paid, for what. */
interface Target extends ZapTarget, ZapShare {
  hints: readonly string[];
}

class Sending {
  readonly #context: Context;
  readonly #flags: ZapSendFlags;
  readonly #parts: Parts;
  readonly #search: ZapSearch;
  readonly #asking: Asking;

  constructor(context: Context, flags: ZapSendFlags, parts: Parts) {
    const { relays, end } = parts;
    this.#context = context;
    this.#flags = flags;
    this.#parts = parts;
    const own = { own: relays, hints: [], isNamed: flags.relay !== undefined, keyWords: keyWords(flags) };
    this.#search = new ZapSearch(context, { flags, end, named: new Set(relays), ...own });
    this.#asking = { context, flags, signal: end.signal };
  }

  /** Whom the word names, or who shares the event that it names. */
  async targets(word: PersonOrEvent, amountMsat: number): Promise<Target[]> {
    if ('person' in word) {
      const input = inputOf(this.#context, this.#parts.end.signal, this.#flags);
      const { value: recipient, hints } = await locate(word.person, input);
      return [{ recipient, relay: undefined, amountMsat, hints }];
    }
    const { wanted } = word;
    const event = await this.#search.event(wanted);
    const shares = zapShares(event, amountMsat);
    if (shares.length > MOST_SHARES)
      throw new NoZaps(`${shares.length} people share what is paid for this event: more than ${MOST_SHARES}`);
    return shares.map(share => ({
      ...share,
      event,
      hints: [...relayHintsIn(share.relay === undefined ? [] : [share.relay]), ...wanted.hints],
    }));
  }

  /** The invoices of all, each checked. */
  async invoices(targets: readonly Target[]): Promise<Ready[]> {
    const ready: Ready[] = [];
    for (const target of targets) ready.push(await this.#invoice(target));
    return ready;
  }

  async #invoice({ recipient, event, amountMsat, hints }: Target): Promise<Ready> {
    const who = encodeEntity({ type: 'npub', pubkey: recipient });
    const provider = await findProvider(await this.#search.profile(recipient, hints), who, this.#asking);
    checkBounds(provider, amountMsat, who);
    const relays = this.#receiptRelays(recipient, hints);
    const request = stringifyEvent(
      await this.#sign({ recipient, event }, { relays, amountMsat, lnurl: provider.lnurl }),
    );
    const invoice = await askInvoice(provider, { amountMsat, request }, this.#asking);
    const checked = this.#check(invoice, { amountMsat, request }, new URL(provider.callback).host);
    return { recipient, event, provider, request, invoice, relays, amountMsat, checked };
  }

  /** Throws for an invoice that must not be paid. */
  #check(invoice: string, asked: { amountMsat: number; request: string }, host: string): Invoice {
    try {
      return checkZapInvoice(invoice, { ...asked, now: Math.floor(this.#context.now() / 1000) });
    } catch (error) {
      if (!(error instanceof WrongInvoice)) throw error;
      throw new Failure('refused', `${host}: ${error.message}`, {
        code: 'wrong_invoice',
        hint: 'It was not paid, and is not shown.',
      });
    }
  }

  async #sign(
    target: ZapTarget,
    about: { relays: readonly string[]; amountMsat: number; lnurl: string },
  ): Promise<Event> {
    const { signer } = this.#parts;
    const { content: comment = '', allowNsec = false } = this.#flags;
    const now = Math.floor(this.#context.now() / 1000);
    const template = zapRequest(target, { ...about, comment, now });
    try {
      completeEvent(template, signer, { allowNsec, now: () => now }, {}); // refuses what tells a secret
    } catch (error) {
      throw flagsFault(error);
    }
    return signer.sign(template);
  }

  /** Where the user looks for the receipt, and where the recipient reads. */
  #receiptRelays(recipient: string, hints: readonly string[]): string[] {
    const { relays } = this.#parts;
    const read = this.#search.readRelays(recipient);
    const all = new Set([...relays, ...read, ...(relays.length + read.length === 0 ? hints : [])]);
    return [...all].slice(0, MOST_RECEIPT_RELAYS);
  }
}
