// Waits for the receipt of one zap on the relays that its request names. What comes must be the receipt of this very
// request and invoice, by the provider; anything else is told and waited past.
import type { Context } from '../../context.ts';
import type { NetworkFlags } from '../../flags/network-flags.ts';
import { type Event, tagValue } from '../../protocol/event.ts';
import { judgeReceipt, ZAP_RECEIPT_KIND, type ZapTarget } from '../../protocol/nip57.ts';
import { Query } from '../../relay/query/query.ts';
import type { CommandEnd } from '../command-end.ts';
import type { Provider } from '../lookup/provider.ts';
import { connectionOptions } from '../relays.ts';
import { openVerifier } from '../verification.ts';

/** What a receipt is of. */
export interface Expected extends ZapTarget {
  provider: Provider;
  /** The signed request as JSON. */
  request: string;
  invoice: string;
  relays: readonly string[];
}

/** Seconds that the clock of a provider may be behind ours. */
const SKEW = 600;

export class ReceiptWait {
  readonly #query: Query;
  readonly #found: Promise<Event | undefined>;

  private constructor(query: Query, found: Promise<Event | undefined>) {
    this.#query = query;
    this.#found = found;
    found.catch(() => {}); // told where it is waited for: the payment comes first
  }

  /** Begins to listen: before the invoice is paid, so that nothing is missed. */
  static async start(
    expected: Expected,
    {
      context,
      flags,
      end,
      named,
    }: { context: Context; flags: NetworkFlags; end: CommandEnd; named: ReadonlySet<string> },
  ): Promise<ReceiptWait> {
    const { relays, provider, recipient } = expected;
    const since = Math.floor(context.now() / 1000) - SKEW;
    const filter = { kinds: [ZAP_RECEIPT_KIND], authors: [provider.nostrPubkey], '#p': [recipient], since };
    const query = new Query({
      relays,
      filters: [filter],
      stream: true,
      onlyNew: false,
      all: false,
      retry: flags.retry,
      dedupe: true,
      maxEvents: Number.POSITIVE_INFINITY,
      idle: undefined,
      verifier: await openVerifier(context),
      connection: await connectionOptions(flags, context, undefined, named),
      onEnd: ({ relay, end, reason }) =>
        context.log.detail({ type: 'end', relay, end, reason, message: reason || end }),
    });
    end.signal.addEventListener('abort', () => query.stop('interrupted'));
    return new ReceiptWait(query, firstOf(query, expected, context));
  }

  /** The receipt, once it comes within so many milliseconds. */
  async within(ms: number): Promise<Event | undefined> {
    const timer = setTimeout(() => this.#query.stop('timeout'), ms);
    try {
      return await this.#found;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Listens no more. */
  async stop(): Promise<void> {
    this.#query.stop('timeout');
    await this.#found.catch(() => {});
  }
}

async function firstOf(query: Query, expected: Expected, context: Context): Promise<Event | undefined> {
  for await (const { events } of query.batches())
    for (const streamed of events) {
      const event = streamed.toEvent();
      if (tagValue(event, 'description') !== expected.request) continue;
      const fault = faultOf(event, expected);
      if (fault === undefined) return event;
      const message = `the receipt ${event.id} is not valid: ${fault}`;
      context.log.warn({ type: 'warning', id: event.id, reason: fault, message });
    }
  return undefined;
}

function faultOf(receipt: Event, { recipient, event, provider, invoice }: Expected): string | undefined {
  const providers = new Map([[recipient, provider]]);
  const { fault } = judgeReceipt(receipt, { providers, event });
  if (fault !== undefined) return fault;
  return tagValue(receipt, 'bolt11')?.toLowerCase() === invoice.toLowerCase() ? undefined : 'invoice';
}
