// Says who we are before anything is asked. A relay that keeps private messages for their reader may leave them out of its
// answer without a word to strangers: then an empty answer tells nothing.
import type { Connection } from '../link/connection.ts';
import { isTransientRefusal } from '../link/outcome.ts';
import { type Signal, signalOfAuth } from '../link/signal.ts';
import { emptyQuestion, roundTrip } from './round-trip.ts';

/** What ends an attempt before it has begun. */
const ENDS: readonly Signal['type'][] = ['auth_required', 'disconnected', 'failed', 'silent', 'stopped'];

/**
 * Authenticates where the relay has sent a challenge, which it may do unasked: its answer to a question that finds nothing
 * shows that all it sends on connecting has come. Returns the signal that ends the attempt, if it does: one that says no
 * more than that it may be tried again, where the relay has not refused the key.
 */
export async function introduce(connection: Connection, signal: AbortSignal): Promise<Signal | undefined> {
  const answer = await roundTrip(connection, emptyQuestion(), connection.relayTimeout, signal);
  if (ENDS.includes(answer.signal.type)) return answer.signal;
  if (!connection.authentication.isDue) return undefined;
  try {
    const outcome = await connection.authentication.run();
    if (outcome.ok) return undefined;
    const { message, lack } = outcome;
    if (lack === 'silent') return { type: 'silent', owed: message };
    return isTransientRefusal(message) ? { type: 'closed', message } : signalOfAuth(outcome);
  } catch (error) {
    return { type: 'failed', error };
  }
}
