// One REQ on one connection, and how long its answer took: the smallest question that shows whether a relay works.
// The events are not kept. Authenticates where the relay wants that and the user
// allows it; then the time is that of the REQ that is repeated.
import { randomBytes } from 'node:crypto';
import type { Filter } from '../../protocol/filter.ts';
import { Watchdog } from '../link/clocks/watchdog.ts';
import type { Connection } from '../link/connection.ts';
import { asksToSlowDown, NOTICE_GRACE_MS, readsLikeRefusal } from '../link/outcome.ts';
import { type Signal, STOPPED, signalOfAuth } from '../link/signal.ts';

/** How a REQ was answered, and after how many milliseconds. */
export interface RoundTrip {
  signal: Signal;
  ms: number;
}

/** Asks for what nobody has: a relay answers it from an index, with EOSE alone. */
export function emptyQuestion(): Filter[] {
  return [{ authors: [randomBytes(32).toString('hex')], limit: 1 }];
}

/** Waits at most `timeout` milliseconds for the end of the answer, whatever else comes, and no longer than the signal allows. */
export async function roundTrip(
  connection: Connection,
  filters: readonly Filter[],
  timeout: number,
  signal: AbortSignal,
): Promise<RoundTrip> {
  const answer = await askOnce(connection, filters, timeout, signal);
  if (answer.signal.type !== 'auth_required' || !connection.authentication.isAllowed) return answer;
  try {
    const outcome = await connection.authentication.run();
    if (outcome.ok) return askOnce(connection, filters, timeout, signal);
    return { ...answer, signal: signalOfAuth(outcome) };
  } catch (error) {
    return { ...answer, signal: { type: 'failed', error } };
  }
}

function askOnce(
  connection: Connection,
  filters: readonly Filter[],
  timeout: number,
  signal: AbortSignal,
): Promise<RoundTrip> {
  return new Promise(resolve => {
    let notice: string | undefined;
    let subId: string | undefined;
    const settle = (answer: Signal) => {
      const ms = performance.now() - start;
      watchdog.stop();
      signal.removeEventListener('abort', stop);
      if (subId !== undefined && answer.type !== 'closed') connection.unsubscribe(subId);
      else if (subId !== undefined) connection.forget(subId);
      resolve({ signal: answer, ms });
    };
    const stop = () => settle(STOPPED);
    const watchdog = new Watchdog(timeout, () =>
      settle(notice === undefined ? { type: 'silent' } : { type: 'refused', message: notice }),
    );
    const nothing = () => {};
    const start = performance.now();
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop);
    watchdog.start();
    subId = connection.subscribe(filters, {
      events: nothing,
      eose: hint => settle({ type: 'eose', hint }),
      closed: message =>
        settle({ type: connection.authentication.demandOf(message) ? 'auth_required' : 'closed', message }),
      // It may be told before `subscribe` returns.
      disconnected: reason => queueMicrotask(() => settle({ type: 'disconnected', reason })),
      count: nothing,
      notice: text => {
        if (asksToSlowDown(text) || !readsLikeRefusal(text)) return;
        notice ??= text;
        watchdog.shorten(NOTICE_GRACE_MS);
      },
    });
  });
}
