// Waits until each relay truly answers: a WebSocket that opens is not enough, a REQ has to come to its end.
import type { Context } from '../../context.ts';
import { Failure } from '../../errors.ts';
import { worstKind } from '../../exit-codes.ts';
import type { FailureKind } from '../../failure-codes.ts';
import { Connection, type ConnectionOptions } from '../../relay/link/connection.ts';
import { type EndReason, endingFailure } from '../../relay/link/outcome.ts';
import { endReasonOf } from '../../relay/link/signal.ts';
import { emptyQuestion, roundTrip } from '../../relay/query/round-trip.ts';
import { ConnectError } from '../../relay/wire/socket.ts';
import { firstSuccess } from './attempts.ts';

/** A relay that has answered need not say goodbye: who waits for it waits for us. */
const GOODBYE_MS = 20;

/** What a relay has come to. */
interface RelayWait extends EndReason {
  relay: string;
  isReady: boolean;
  attempts: number;
  ms: number;
}

export interface WaitSettings {
  /** Whether a relay that fails is tried again. */
  retry: boolean;
  connection: ConnectionOptions;
}

/** Prints a line for each relay as it answers. Throws `Failure` unless each did, before --timeout. */
export async function waitForRelays(
  relays: readonly string[],
  settings: WaitSettings,
  context: Context,
): Promise<void> {
  const waits = await Promise.all(
    relays.map(async relay => {
      const wait = await waitFor(relay, settings, context);
      tell(wait, relays.length === 1, context);
      return wait;
    }),
  );
  if (context.signal.aborted) return;
  const late = waits.filter(({ isReady }) => !isReady);
  if (late.length > 0) throw failureOf(late, relays.length, context.deadline.hasPassed);
}

async function waitFor(
  relay: string,
  { retry, connection }: WaitSettings,
  { deadline, log }: Context,
): Promise<RelayWait> {
  const start = performance.now();
  const wait: RelayWait = { relay, isReady: false, attempts: 0, ms: 0, ...NO_HANDSHAKE };
  const note = (ended: EndReason) => {
    if (wait.isReady || (ended.end === wait.end && ended.reason === wait.reason)) return;
    Object.assign(wait, ended);
    log.detail({ type: 'attempt', relay, message: inWords(ended) });
  };
  const attempt = async (signal: AbortSignal): Promise<true | undefined> => {
    wait.attempts++;
    const ended = await askOnce(relay, { ...connection, signal }, () => note(NO_ANSWER));
    if (signal.aborted) return undefined; // it says nothing of the relay
    note(ended);
    if (!isAnswer(ended)) return undefined;
    wait.isReady = true;
    return true;
  };
  await (retry ? firstSuccess(attempt, deadline.signal) : attempt(deadline.signal));
  return { ...wait, ms: Math.round(performance.now() - start) };
}

/** As long as nothing else is known. */
const NO_HANDSHAKE: EndReason = { end: 'unreachable', reason: 'no WebSocket handshake yet' };
const NO_ANSWER: EndReason = { end: 'timeout', reason: 'no answer to a REQ yet' };

async function askOnce(relay: string, options: ConnectionOptions, onOpen: () => void): Promise<EndReason> {
  let connection: Connection;
  try {
    connection = await Connection.open(relay, options);
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    return { end: 'unreachable', reason: error.message };
  }
  onOpen();
  try {
    const { signal } = await roundTrip(connection, emptyQuestion(), options.relayTimeout, options.signal);
    return signal.type === 'silent'
      ? { end: 'timeout', reason: 'no answer to a REQ' }
      : endReasonOf(signal, 'interrupted');
  } finally {
    void connection.close(GOODBYE_MS);
  }
}

/** A relay that asks who we are is at work. */
function isAnswer({ end }: EndReason): boolean {
  return end === 'eose' || end === 'auth_required';
}

function inWords({ end, reason }: EndReason): string {
  return reason === '' ? end : `${end}: ${reason}`;
}

/** One line on stdout for a relay that answers; on stderr why another does not. Of a sole one the failure says that. */
function tell(wait: RelayWait, isSole: boolean, { stdout, log, signal }: Context): void {
  const { relay, isReady, end, reason, attempts, ms } = wait;
  if (isReady) void stdout.line(JSON.stringify({ relay, answer: end, attempts, ms }));
  else if (!signal.aborted && !(isSole && log.settings.format === 'text'))
    log.warn({ type: 'end', relay, end, reason, attempts, ms, message: inWords(wait) });
}

function failureOf(late: readonly RelayWait[], asked: number, isLate: boolean): Failure {
  const sentence =
    asked === 1
      ? `${late[0]!.relay}: ${inWords(late[0]!)}`
      : `${late.length} of ${asked} relays did not answer`;
  if (isLate)
    return new Failure('timeout', `--timeout passed: ${sentence}`, {
      code: 'timeout',
      hint: 'More time: --timeout 2m. Each attempt and frame: -v, --trace.',
    });
  return new Failure(kindOf(late, asked), sentence);
}

function kindOf(late: readonly RelayWait[], asked: number): FailureKind {
  if (late.length < asked) return 'partial';
  return worstKind(late.map(wait => endingFailure({ ...wait, complete: false }) ?? 'timeout'))!;
}
