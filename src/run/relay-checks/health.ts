// What is measured of one relay for a verdict on its health: how long it takes to answer, how long its certificate lasts, how
// old the newest event is, and what it wants to know of us. Judges nothing.
import type { Filter } from '../../protocol/filter.ts';
import { Connection, type ConnectionOptions } from '../../relay/link/connection.ts';
import type { EndReason } from '../../relay/link/outcome.ts';
import { endReasonOf, type Signal } from '../../relay/link/signal.ts';
import { RelaySession } from '../../relay/query/relay-session.ts';
import { emptyQuestion, roundTrip } from '../../relay/query/round-trip.ts';
import { HandshakeClock, type HandshakeParts } from '../../relay/wire/handshake.ts';
import { ConnectError } from '../../relay/wire/socket.ts';
import type { Verifier } from '../../verify/verifier.ts';
import { percentile } from './samples.ts';

/** `required`: it wants AUTH and there is no key; `refused`: it does not take the key. */
export type AuthState = 'none' | 'required' | 'accepted' | 'refused';

export interface Health {
  relay: string;
  /** Milliseconds of the parts of the handshake. */
  parts: HandshakeParts;
  /** Unix seconds at which its certificate ends; undefined without TLS. */
  certificateEnds: number | undefined;
  /** Milliseconds from a REQ to its answer, the middle of some. */
  roundTrip?: number;
  auth?: AuthState;
  /** `created_at` of the newest event; null when there is none. */
  newest?: number | null;
  /** Why it did not answer. */
  problem?: EndReason;
}

export interface HealthSettings {
  connection: ConnectionOptions;
  /** Whose newest event is looked for; undefined: none is. */
  filters: readonly Filter[] | undefined;
  verifier: Verifier | undefined;
}

/** A single answer may be slow by chance. */
const ROUND_TRIPS = 3;

/** Examines one relay. Rejects only when the user's own key cannot sign. */
export async function examine(relay: string, settings: HealthSettings): Promise<Health> {
  const clock = new HandshakeClock();
  const { connection: options } = settings;
  const health: Health = { relay, parts: clock.parts, certificateEnds: undefined };
  let connection: Connection;
  try {
    connection = await Connection.open(relay, { ...options, clock });
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    const problem: EndReason = { end: 'unreachable', reason: error.message };
    return { ...health, problem: options.signal.aborted ? TIME_IS_UP : problem };
  }
  health.certificateEnds = clock.certificateEnds;
  try {
    await ask(connection, settings, health);
  } finally {
    void connection.close();
  }
  return health;
}

async function ask(connection: Connection, settings: HealthSettings, health: Health): Promise<void> {
  const { relayTimeout, signal } = settings.connection;
  const times: number[] = [];
  for (let i = 0; i < ROUND_TRIPS; i++) {
    const answer = await roundTrip(connection, emptyQuestion(), relayTimeout, signal);
    if (answer.signal.type === 'failed') throw answer.signal.error;
    const isAuth = answer.signal.type === 'auth_required';
    if (!isAuth && answer.signal.type !== 'eose') {
      health.problem = problemOf(answer.signal);
      return;
    }
    times.push(answer.ms);
    health.roundTrip = percentile(Float64Array.from(times).sort(), 50);
    health.auth = authOf(connection, isAuth);
    if (isAuth) return;
  }
  if (settings.filters) await findNewest(connection, settings.filters, settings, health);
}

function authOf(connection: Connection, isDemanded: boolean): AuthState {
  if (isDemanded) return connection.authentication.isAllowed ? 'refused' : 'required';
  return connection.authentication.isDone ? 'accepted' : 'none';
}

/** Waits at most as long as for any answer: events that come all the time give no more of it. */
async function findNewest(
  connection: Connection,
  filters: readonly Filter[],
  { verifier, connection: { relayTimeout, signal } }: HealthSettings,
  health: Health,
): Promise<void> {
  const counts = { events: 0, invalid: 0, duplicates: 0 };
  const session = new RelaySession(connection, { verifier, counts, onInvalid: () => counts.invalid++ });
  const stop = () => session.stop();
  signal.addEventListener('abort', stop);
  const timer = setTimeout(stop, relayTimeout);
  try {
    const reading = session.read(filters);
    let newest: number | null = null;
    for (;;) {
      const { done, value } = await reading.next();
      if (done) {
        if (value.type === 'failed') throw value.error;
        if (value.type === 'eose') health.newest = newest;
        else if (value.type === 'auth_required')
          health.auth = connection.authentication.isAllowed ? 'refused' : 'required';
        else health.problem = value.type === 'stopped' && !signal.aborted ? NO_EOSE : problemOf(value);
        return;
      }
      for (const { created_at } of await value.events) newest = Math.max(newest ?? 0, created_at);
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  }
}

const NO_EOSE = endReasonOf({ type: 'silent' }, 'interrupted');

/** Of what a signal ends nothing is told. */
const TIME_IS_UP: EndReason = { end: 'timeout', reason: '--timeout passed' };

function problemOf(signal: Signal): EndReason {
  return signal.type === 'stopped' ? TIME_IS_UP : endReasonOf(signal, 'interrupted');
}
