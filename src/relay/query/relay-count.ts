// What one relay counts, to its ending: attempt after attempt where the user allows more. Whatever goes wrong becomes an
// ending; it never throws for a relay's fault.
import type { Filter } from '../../protocol/filter.ts';
import type { CountResult } from '../../protocol/message.ts';
import { askCount } from '../link/count.ts';
import { type EndReason, isTransient } from '../link/outcome.ts';
import { type LinkOptions, RelayLink } from '../link/relay-link.ts';
import { endReasonOf, type Signal } from '../link/signal.ts';

export interface RelayCountOptions {
  filters: readonly Filter[];
  /** Attempts after the first, where the failure is transient. */
  retry: number;
  connection: LinkOptions['connection'];
  /** Told before each wait for another attempt. */
  onRetry: (relay: string, reason: string, waitMs: number) => void;
}

/** How one relay answered. */
export interface RelayCount extends EndReason {
  relay: string;
  /** Absent where it did not count. */
  result?: CountResult;
  ms: number;
}

/** Asks one relay. Rejects only when the user's own key cannot sign. */
export async function countAt(relay: string, options: RelayCountOptions): Promise<RelayCount> {
  const start = performance.now();
  const { filters, retry, connection: how } = options;
  const onRetry = (reason: string, waitMs: number) => options.onRetry(relay, reason, waitMs);
  const link = new RelayLink(relay, { connection: how, onRetry });
  let result: CountResult | undefined;
  try {
    const mayRetry = (ended: EndReason) =>
      result === undefined && isTransient(ended) && link.failures <= retry;
    for await (const connection of link.connections(mayRetry)) {
      const answer = await askCount(connection, filters, how.relayTimeout, how.signal);
      if ('count' in answer) result = answer;
      else if (answer.type === 'failed') throw answer.error;
      link.ended = endOf(answer);
    }
  } finally {
    await link.close();
  }
  const ms = Math.round(performance.now() - start);
  return { relay, ...link.ended, ...(result && { result }), ms };
}

function endOf(answer: CountResult | Signal): EndReason {
  if ('count' in answer) return { end: 'eose', reason: '' };
  if (answer.type === 'silent') return { end: 'timeout', reason: 'no answer to COUNT' };
  return endReasonOf(answer, 'interrupted');
}
