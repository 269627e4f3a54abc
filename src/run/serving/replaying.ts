// `serve --replay`: reads a recording and plays its relays until a signal.
import type { Context } from '../../context.ts';
import { IoError } from '../../errors.ts';
import type { DoorFlags } from '../../flags/serving/door-flags.ts';
import { readNamedFile } from '../../input/named-file.ts';
import { quote } from '../../protocol/quote.ts';
import { InvalidRecording } from '../../protocol/recording.ts';
import { type RecordedSession, readRecording } from '../../server/replay/recorded-session.ts';
import { type Replay, startReplay } from '../../server/replay/replay.ts';
import { doorOptions } from './door.ts';

export interface ReplayFlags extends DoorFlags {
  readonly host: string;
  readonly port: number;
  readonly json?: boolean | undefined;
  readonly replaySpeed: number;
}

/** A recording is held in memory whole. */
const MAX_RECORDING_BYTES = 512 * 1024 * 1024;

/** Plays the recording at `path` until a signal. Throws `IoError` when it cannot be played. */
export async function replayFile(path: string, flags: ReplayFlags, context: Context): Promise<void> {
  const { log, stdout, pid, signal } = context;
  const session = await readSession(path, context);
  const { host, port, json, replaySpeed: speed } = flags;
  const replay = await startReplay({
    ...(await doorOptions(flags, context.deadline.signal)),
    ...{ session, host, port, speed },
    tell: message => log.warn({ type: 'replay', message }),
    detail: message => log.detail({ type: 'replay', message }),
  });
  try {
    const lines = replay.relays.map(({ url, recorded }) =>
      json ? JSON.stringify({ url, pid, recorded }) : url,
    );
    await stdout.lines(lines);
    tellRelays(replay, context);
    if (!signal.aborted)
      await new Promise<void>(resolve => signal.addEventListener('abort', () => resolve()));
  } finally {
    await replay.close();
  }
}

async function readSession(path: string, { deadline, log }: Context): Promise<RecordedSession> {
  const limits = { most: MAX_RECORDING_BYTES, signal: deadline.signal, code: 'replay' } as const;
  const bytes = await readNamedFile('--replay', path, limits);
  const session = readOrTell(path, bytes);
  if (session.isCut) {
    const message = `--replay: the last line of ${quote(path)} is cut, and left out`;
    log.warn({ type: 'warning', code: 'replay', message });
  }
  if (session.relays.length > 0) return session;
  throw new IoError(`--replay: there is no relay in ${quote(path)}: nothing was asked in that recording`, {
    code: 'replay',
  });
}

function readOrTell(path: string, bytes: Buffer): RecordedSession {
  try {
    return readRecording(bytes);
  } catch (error) {
    if (!(error instanceof InvalidRecording)) throw error;
    throw new IoError(`--replay: ${quote(path)}: ${error.message}`, {
      code: 'replay',
      hint: error.isNewer
        ? 'Update nost.'
        : 'A recording is what --record writes: nost req --record FILE RELAY',
      cause: error,
    });
  }
}

function tellRelays({ relays }: Replay, { log }: Context): void {
  for (const { url, recorded } of relays) log.note({ type: 'replay', message: `${url} plays ${recorded}` });
}
