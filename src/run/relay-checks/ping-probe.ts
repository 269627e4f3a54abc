// One ping of one relay: a connection of its own, a REQ, and, with a key, an event that goes out on it and comes back on a
// second one.
import type { Event } from '../../protocol/event.ts';
import { Connection, type ConnectionOptions } from '../../relay/link/connection.ts';
import type { EndReason } from '../../relay/link/outcome.ts';
import { endReasonOf, type Signal } from '../../relay/link/signal.ts';
import { publishOnce } from '../../relay/publish/publish-once.ts';
import { Arrival } from '../../relay/query/arrival.ts';
import { emptyQuestion, roundTrip } from '../../relay/query/round-trip.ts';
import { HandshakeClock, type HandshakeParts } from '../../relay/wire/handshake.ts';
import { ConnectError } from '../../relay/wire/socket.ts';
import type { Signer } from '../../signer/signer.ts';

/** Milliseconds of what was measured; what did not come to its end is missing. */
export interface PingTimes extends HandshakeParts {
  /** From REQ to EOSE. */
  req?: number;
  /** From EVENT to OK. */
  publish?: number;
  /** From EVENT to its coming on another connection. */
  delivery?: number;
}

export interface Ping {
  times: PingTimes;
  /** What went wrong; undefined when everything was answered. */
  problem: EndReason | undefined;
}

export interface PingSettings {
  connection: ConnectionOptions;
  /** Signs the event that is published; undefined: none is. */
  signer: Signer | undefined;
  /** Unix seconds. */
  now: () => number;
}

/** Relays pass ephemeral events on and keep none (NIP-01); this kind has no other meaning. */
const PING_KIND = 27_412;

/** Seconds after which nobody needs the event. */
const LIFETIME = 60;

/** Pings once. Rejects only when the user's own key cannot sign. */
export async function pingOnce(relay: string, settings: PingSettings): Promise<Ping> {
  const clock = new HandshakeClock();
  const times: PingTimes = clock.parts;
  const { connection: options } = settings;
  const problem = await onConnection(relay, { ...options, clock }, async connection => {
    const { relayTimeout, signal } = options;
    const answer = await roundTrip(connection, emptyQuestion(), relayTimeout, signal);
    if (answer.signal.type !== 'eose') return problemOf(answer.signal, 'no EOSE');
    times.req = answer.ms;
    return settings.signer && passOn(connection, settings.signer, settings, times);
  });
  return { times, problem };
}

/** Uses a connection of its own; a relay need not say goodbye before the next one. */
async function onConnection(
  relay: string,
  options: ConnectionOptions,
  use: (connection: Connection) => Promise<EndReason | undefined>,
): Promise<EndReason | undefined> {
  let connection: Connection;
  try {
    connection = await Connection.open(relay, options);
  } catch (error) {
    if (!(error instanceof ConnectError)) throw error;
    return { end: 'unreachable', reason: error.message };
  }
  try {
    return await use(connection);
  } finally {
    void connection.close();
  }
}

/** Publishes an event, once the relay listens for it on another connection. */
function passOn(
  sender: Connection,
  signer: Signer,
  { connection: options, now }: PingSettings,
  times: PingTimes,
): Promise<EndReason | undefined> {
  const { relayTimeout: timeout, signal } = options;
  const since = now();
  const filter = { kinds: [PING_KIND], authors: [signer.publicKey], since: since - LIFETIME };
  return onConnection(sender.url, options, async receiver => {
    const arrival = new Arrival(receiver, [filter]);
    const stop = () => arrival.stop();
    signal.addEventListener('abort', stop);
    try {
      const listening = await arrival.listening(timeout);
      if (listening.type !== 'eose') return problemOf(listening, 'no EOSE on the second connection');
      const event = await signPing(signer, since);
      const coming = arrival.of(event.id, timeout);
      const { sentAt, ms, problem } = await publishOnce(sender, event, timeout, signal);
      if (problem) arrival.stop();
      else times.publish = ms;
      const came = await coming;
      if (typeof came === 'number') times.delivery = came - sentAt;
      return problem ?? (typeof came === 'number' ? undefined : problemOf(came, 'the event did not come'));
    } finally {
      signal.removeEventListener('abort', stop);
      arrival.close();
    }
  });
}

function signPing(signer: Signer, now: number): Promise<Event> {
  const tags = [['expiration', String(now + LIFETIME)]];
  return signer.sign({ kind: PING_KIND, created_at: now, content: 'nost relay-ping', tags });
}

/** What did not come in time is a timeout. */
function problemOf(signal: Signal, missing: string): EndReason {
  if (signal.type === 'failed') throw signal.error;
  if (signal.type === 'silent' || signal.type === 'stopped') return { end: 'timeout', reason: missing };
  return endReasonOf(signal, 'interrupted');
}
