// COUNT on one connection (NIP-45): how many events match, or why the relay does not say. Authenticates where the relay
// wants that and the user allows it.
import type { Filter } from '../../protocol/filter.ts';
import type { CountResult } from '../../protocol/message.ts';
import { Watchdog } from './clocks/watchdog.ts';
import type { Connection } from './connection.ts';
import { asksToSlowDown, NOTICE_GRACE_MS, readsLikeRefusal } from './outcome.ts';
import { type Signal, STOPPED, signalOfAuth } from './signal.ts';

/**
 * How many events match, as the relay says; or what came instead, for at most `timeout` milliseconds an attempt, and no longer
 * than the signal allows.
 */
export async function askCount(
  connection: Connection,
  filters: readonly Filter[],
  timeout: number,
  signal?: AbortSignal,
): Promise<CountResult | Signal> {
  const answer = await askOnce(connection, filters, timeout, signal);
  if (!('type' in answer) || answer.type !== 'auth_required' || !connection.authentication.isAllowed)
    return answer;
  try {
    const outcome = await connection.authentication.run();
    return outcome.ok ? askOnce(connection, filters, timeout, signal) : signalOfAuth(outcome);
  } catch (error) {
    return { type: 'failed', error };
  }
}

function askOnce(
  connection: Connection,
  filters: readonly Filter[],
  timeout: number,
  signal?: AbortSignal,
): Promise<CountResult | Signal> {
  return new Promise(resolve => {
    if (signal?.aborted) return resolve(STOPPED);
    let notice: string | undefined;
    const settle = (answer: CountResult | Signal) => {
      watchdog.stop();
      signal?.removeEventListener('abort', stop);
      connection.forget(subId);
      resolve(answer);
    };
    const watchdog = new Watchdog(timeout, () =>
      settle(notice === undefined ? { type: 'silent' } : { type: 'refused', message: notice }),
    );
    const stop = () => settle(STOPPED);
    signal?.addEventListener('abort', stop);
    watchdog.start();
    const nothing = () => {};
    const subId = connection.count(filters, {
      count: settle,
      closed: message =>
        settle({ type: connection.authentication.demandOf(message) ? 'auth_required' : 'closed', message }),
      // It may be told before `count` returns.
      disconnected: reason => queueMicrotask(() => settle({ type: 'disconnected', reason })),
      events: nothing,
      eose: nothing,
      notice: text => {
        if (asksToSlowDown(text) || !readsLikeRefusal(text)) return;
        notice ??= text;
        watchdog.shorten(NOTICE_GRACE_MS);
      },
    });
  });
}
