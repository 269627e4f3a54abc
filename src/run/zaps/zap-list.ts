// Lists the zap receipts of an event or a person: each is judged by the provider of whom it says was paid (NIP-57, Appendix
// F), and printed as valid or refused with the reason; then the sum of the valid ones.
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { buildFilters } from '../../flags/filter-flags.ts';
import type { NetworkFlags } from '../../flags/network-flags.ts';
import { locate } from '../../flags/people.ts';
import { sha256Hex } from '../../protocol/crypto.ts';
import type { Event } from '../../protocol/event.ts';
import type { Filter } from '../../protocol/filter.ts';
import { hexToBytes } from '../../protocol/hex.ts';
import { IdBytes, IdTable } from '../../protocol/id-table.ts';
import { eventAddress, kindClass } from '../../protocol/kind.ts';
import { encodeEntity } from '../../protocol/nip19.ts';
import {
  type JudgedReceipt,
  judgeReceipt,
  type ReceiptContext,
  type ReceiptFault,
  type ReceiptProvider,
  ZAP_RECEIPT_KIND,
} from '../../protocol/nip57.ts';
import { relayHintsIn } from '../../protocol/relay-url.ts';
import { zapShares } from '../../protocol/zap-payment.ts';
import { type CommandEnd, untilEnd } from '../command-end.ts';
import { inputOf } from '../lookup/names.ts';
import { findProvider } from '../lookup/provider.ts';
import type { PersonOrEvent } from '../lookup/wanted.ts';
import { runQuery } from '../query-run.ts';
import { relaysIfAny } from '../relays.ts';
import { openEventCheck } from '../verification.ts';
import { ZapSearch } from './search.ts';

export interface ZapListFlags extends NetworkFlags {
  relay?: readonly string[] | undefined;
  since?: string | undefined;
  until?: string | undefined;
}

const WHEN = 'before every receipt was there';

/** Prints the receipts of what the word names. */
export async function listZaps(context: Context, word: PersonOrEvent, flags: ZapListFlags): Promise<void> {
  await untilEnd(context.deadline, WHEN, async end => {
    const { since, until } = flags;
    const [range] = await buildFilters({ since, until }, inputOf(context, end.signal));
    const relays = await relaysIfAny(flags.relay ?? [], context, flags);
    const named = new Set(relays);
    const own = { own: relays, hints: [], isNamed: flags.relay !== undefined, keyWords: '' };
    const search = new ZapSearch(context, { flags, end, named, ...own });
    try {
      const zapped = await find(word, search, { context, flags, end });
      const providers = await providersOf(zapped, search, { context, flags, end });
      const receipts = new Receipts({ event: zapped.event, providers, check: await openEventCheck(context) });
      const read = zapped.recipients.slice(0, 1).flatMap(recipient => search.readRelays(recipient));
      const asked = new Set([...relays, ...zapped.hints, ...read]);
      const filters = zapped.filters.map(filter => ({ ...filter, ...range }));
      const partial = await failureOf(
        runQuery(
          context,
          { ...flags, all: true, canAuth: false },
          { relays: [...asked], filters, named, isBounded: true, key: undefined, end },
          ({ relay, events }) =>
            context.stdout.lines(events.map(event => receipts.line(event.toEvent(), relay))),
        ),
      );
      if (context.stdout.readerGone.aborted) return;
      await context.stdout.line(receipts.sum());
      (await end.flush(context.stdout))();
      if (partial) throw partial;
    } catch (error) {
      if (!context.signal.aborted) throw error;
    }
    end.check(WHEN);
  });
}

/** Why not every receipt is there, where some are: their sum is the last line all the same. Rejects for other failures. */
async function failureOf(query: Promise<unknown>): Promise<Failure | undefined> {
  try {
    await query;
    return undefined;
  } catch (error) {
    if (error instanceof Failure && error.kind === 'partial') return error;
    throw error;
  }
}

interface Parts {
  context: Context;
  flags: ZapListFlags;
  end: CommandEnd;
}

/** What was zapped, and who may have been paid for it. */
interface Zapped {
  event: Event | undefined;
  /** Public keys. */
  recipients: string[];
  filters: Filter[];
  hints: readonly string[];
}

/** People who share an event and are looked up. */
const MOST_RECIPIENTS = 10;

async function find(word: PersonOrEvent, search: ZapSearch, { context, flags, end }: Parts): Promise<Zapped> {
  if ('person' in word) {
    const { value, hints } = await locate(word.person, inputOf(context, end.signal, flags));
    const filters = [{ kinds: [ZAP_RECEIPT_KIND], '#p': [value] }];
    return { event: undefined, recipients: [value], filters, hints };
  }
  const event = await search.event(word.wanted);
  const shares = zapShares(event, MUCH);
  const address = kindClass(event.kind) === 'regular' ? undefined : eventAddress(event);
  return {
    event,
    recipients: shares.slice(0, MOST_RECIPIENTS).map(({ recipient }) => recipient),
    filters: [
      { kinds: [ZAP_RECEIPT_KIND], '#e': [event.id] },
      ...(address === undefined ? [] : [{ kinds: [ZAP_RECEIPT_KIND], '#a': [address] }]),
    ],
    hints: [...relayHintsIn(shares.flatMap(({ relay }) => relay ?? [])), ...word.wanted.hints],
  };
}

/** Whoever has a share of it has one of every zap. */
const MUCH = 1e12;

/** The providers of those who can be zapped. Throws when that is nobody: then nothing could be judged. */
async function providersOf(
  { recipients, hints }: Zapped,
  search: ZapSearch,
  { context, flags, end }: Parts,
): Promise<Map<string, ReceiptProvider>> {
  const providers = new Map<string, ReceiptProvider>();
  let problem: Failure | undefined;
  for (const recipient of recipients) {
    const who = encodeEntity({ type: 'npub', pubkey: recipient });
    try {
      const profile = await search.profile(recipient, hints);
      providers.set(recipient, await findProvider(profile, who, { context, flags, signal: end.signal }));
    } catch (error) {
      if (!(error instanceof Failure) || error.kind === 'usage' || end.signal.aborted) throw error;
      if (recipients.length > 1) context.log.warn({ type: 'warning', message: error.message });
      problem ??= error;
    }
  }
  if (providers.size === 0 && problem) throw problem;
  return providers;
}

/** Invoices that are remembered: one that is paid once counts once. */
const MOST_INVOICES = 1_000_000;

/** Those that memory is taken for at once. */
const FEW_INVOICES = 1000;

class Receipts {
  readonly #judging: ReceiptContext;
  readonly #invoices = new IdTable(FEW_INVOICES);
  #receipts = 0;
  #valid = 0;
  #totalMsat = 0;

  constructor(judging: ReceiptContext) {
    this.#judging = judging;
  }

  /** The line of a receipt. */
  line(receipt: Event, relay: string): string {
    const judged = judgeReceipt(receipt, this.#judging);
    const reason: ReceiptFault | 'duplicate' | undefined =
      judged.fault ?? (this.#isNew(judged) ? undefined : 'duplicate');
    this.#receipts++;
    if (reason === undefined) {
      this.#valid++;
      this.#totalMsat += judged.amountMsat!;
    }
    const { amountMsat: amount_msat, sender, recipient, comment, warnings } = judged;
    return JSON.stringify({
      id: receipt.id,
      valid: reason === undefined,
      reason,
      ...(warnings.length > 0 && { warnings }),
      amount_msat,
      sender,
      recipient,
      comment,
      created_at: receipt.created_at,
      relay,
    });
  }

  /** The last line. */
  sum(): string {
    return JSON.stringify({ receipts: this.#receipts, valid: this.#valid, total_msat: this.#totalMsat });
  }

  /** However the invoice is written: a payment hash can be paid once. Where it has none, the invoice counts. */
  #isNew({ paymentHash, invoice }: JudgedReceipt): boolean {
    const hash = paymentHash ?? sha256Hex(invoice!.toLowerCase().replace(/^lightning:/, ''));
    const key = new IdBytes().readBytes(hexToBytes(hash));
    if (this.#invoices.find(key) > 0) return false;
    if (this.#invoices.size < MOST_INVOICES) this.#invoices.add(key);
    return true;
  }
}
