// One event on one connection, and how long its OK took. Authenticates where the relay wants that and the user allows it;
// then the time is that of the EVENT that is repeated.
import type { Event } from '../../protocol/event.ts';
import { Watchdog } from '../link/clocks/watchdog.ts';
import type { Connection } from '../link/connection.ts';
import type { EndReason } from '../link/outcome.ts';

export interface Publication {
  /** When the frame was sent, as `performance.now()` tells it. */
  sentAt: number;
  /** From then to the OK. */
  ms: number;
  /** Why it was not accepted. */
  problem?: EndReason;
}

/** Waits at most `timeout` milliseconds for the OK. Rejects only when the user's own key cannot sign. */
export async function publishOnce(
  connection: Connection,
  event: Event,
  timeout: number,
  signal: AbortSignal,
): Promise<Publication> {
  const first = await sendOnce(connection, event, timeout, signal);
  const { problem } = first;
  if (problem?.end !== 'auth_required' || !connection.authentication.isAllowed) return first;
  const { ok, message, lack } = await connection.authentication.run();
  if (ok) return sendOnce(connection, event, timeout, signal);
  return { ...first, problem: { end: lack === 'lost' ? 'disconnect' : 'auth_required', reason: message } };
}

function sendOnce(
  connection: Connection,
  event: Event,
  timeout: number,
  signal: AbortSignal,
): Promise<Publication> {
  return new Promise(resolve => {
    const settle = (problem?: EndReason) => {
      const ms = performance.now() - sentAt;
      watchdog.stop();
      signal.removeEventListener('abort', stop);
      resolve({ sentAt, ms, ...(problem && { problem }) });
    };
    const stop = () => settle({ end: 'interrupted', reason: '' });
    const watchdog = new Watchdog(timeout, () => settle({ end: 'timeout', reason: 'no OK' }));
    let sentAt = performance.now();
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop);
    watchdog.start();
    connection.publishTo({
      ok: (id, accepted, message) => {
        if (id !== event.id) return;
        const end = connection.authentication.demandOf(message) ? 'auth_required' : 'refused';
        settle(accepted ? undefined : { end, reason: message });
      },
      notice: () => {},
      // It may be told before `publishTo` returns.
      disconnected: reason => queueMicrotask(() => settle({ end: 'disconnect', reason })),
    });
    sentAt = performance.now();
    connection.send({ type: 'EVENT', event });
  });
}
