// COUNT on one connection (NIP-45): a number, or that there is none.
import type { Filter } from '../../protocol/filter.ts';
import type { CountResult } from '../../protocol/message.ts';
import type { Connection } from './connection.ts';

/**
 * How many events match, as the relay says; undefined when it refuses, keeps silent for `timeout` milliseconds, says
 * that it is not exact, or is lost.
 */
export function countEvents(
  connection: Connection,
  filter: Filter,
  timeout: number,
): Promise<number | undefined> {
  return new Promise(resolve => {
    const settle = (result?: CountResult) => {
      clearTimeout(timer);
      connection.forget(subId);
      resolve(result?.approximate ? undefined : result?.count);
    };
    const timer = setTimeout(settle, timeout);
    const nothing = () => {};
    const end = () => settle();
    const subId = connection.count([filter], {
      count: settle,
      closed: end,
      disconnected: () => queueMicrotask(end), // it may be told before `count` returns
      events: nothing,
      eose: nothing,
      notice: nothing,
    });
  });
}
