// COUNT on one connection (NIP-45): how many events match, or why the relay does not say.
import type { Filter } from '../../protocol/filter.ts';
import type { CountResult } from '../../protocol/message.ts';
import type { Connection } from './connection.ts';
import type { Signal } from './signal.ts';

/** How many events match, as the relay says; or what came instead, for at most `timeout` milliseconds. */
export function askCount(
  connection: Connection,
  filters: readonly Filter[],
  timeout: number,
): Promise<CountResult | Signal> {
  return new Promise(resolve => {
    const settle = (answer: CountResult | Signal) => {
      clearTimeout(timer);
      connection.forget(subId);
      resolve(answer);
    };
    const timer = setTimeout(() => settle({ type: 'silent' }), timeout);
    const nothing = () => {};
    const subId = connection.count(filters, {
      count: settle,
      closed: message => settle({ type: connection.demandOf(message) ? 'auth_required' : 'closed', message }),
      // It may be told before `count` returns.
      disconnected: reason => queueMicrotask(() => settle({ type: 'disconnected', reason })),
      events: nothing,
      eose: nothing,
      notice: nothing,
    });
  });
}
