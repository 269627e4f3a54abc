// What a mirror has beside its relays: the file that says how far it is, the spool, and the program that decides.
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Context } from '../../context.ts';
import { IoError, UsageError } from '../../errors.ts';
import type { Filter } from '../../protocol/filter.ts';
import { quote } from '../../protocol/quote.ts';
import { MirrorPolicy } from '../../sync/mirror/mirror-policy.ts';
import { isPath } from '../network/relay-words.ts';
import type { MirrorPlaces } from './mirror-places.ts';
import { MirrorState } from './mirror-state.ts';
import { STATUS_HEAD } from './mirror-status.ts';
import { Spool } from './spool/spool.ts';

export interface ToolFlags {
  state?: string | undefined;
  status?: string | undefined;
  spool?: string | undefined;
  spoolMax: number;
  exec?: readonly string[] | undefined;
}

export class MirrorTools {
  readonly state: MirrorState | undefined;
  readonly spool: Spool | undefined;
  readonly policy: MirrorPolicy | undefined;

  private constructor({ state, spool, policy }: Pick<MirrorTools, 'state' | 'spool' | 'policy'>) {
    this.state = state;
    this.spool = spool;
    this.policy = policy;
  }

  /** Opens what the flags name. Throws `UsageError`, `IoError`, and the reason of the signal. */
  static async open(
    flags: ToolFlags,
    { targets, filters }: Pick<MirrorPlaces, 'targets'> & { filters: readonly Filter[] },
    context: Context,
    signal: AbortSignal,
  ): Promise<MirrorTools> {
    check(flags, targets);
    if (flags.status !== undefined) await checkStatus(flags.status);
    const tools: { -readonly [K in 'state' | 'spool' | 'policy']: MirrorTools[K] } = {
      ...{ state: undefined, spool: undefined, policy: undefined },
    };
    try {
      if (flags.state !== undefined) tools.state = await MirrorState.open(flags.state, filters);
      if (flags.spool !== undefined)
        tools.spool = await openSpool(flags.spool, flags, targets, context, signal);
      if (flags.exec !== undefined) tools.policy = await startPolicy(flags.exec, context, signal);
      return new MirrorTools(tools);
    } catch (error) {
      await new MirrorTools(tools).close();
      throw error;
    }
  }

  /** Up to when a target had what a source had, in seconds. Of a damaged spool it is not known what it held. */
  sinceOf(source: string, target: string): number | undefined {
    return (this.spool?.damaged ?? 0) > 0 ? undefined : this.state?.sinceOf(source, target);
  }

  async close(): Promise<void> {
    await this.policy?.close();
    await this.spool?.close();
    await this.state?.close();
  }
}

function check({ state, status, spool }: ToolFlags, targets: readonly string[]): void {
  const files = targets.filter(isPath);
  if (spool !== undefined && targets.every(target => target === '-' || files.includes(target)))
    throw new UsageError('--spool keeps events for relays that are down, and --to names none', {
      code: 'bad_value',
    });
  checkNamed('--spool', spool);
  checkNamed('--state', state);
  checkNamed('--status', status, 'SIGUSR2 prints it on stderr: kill -USR2 PID');
  checkApart('--spool', spool, '--state', state);
  checkApart('--spool', spool, '--status', status);
  checkApart('--state', state, '--status', status);
  for (const beside of state === undefined ? [] : [`${state}.lock`, `${state}.ids`]) {
    checkApart('--spool', spool, '--state', beside);
    checkApart('--status', status, '--state', beside);
  }
  for (const file of files)
    for (const [flag, path] of Object.entries({ '--spool': spool, '--state': state, '--status': status }))
      checkApart('--to', file, flag, path);
}

/** `-` would be a file of that name. */
function checkNamed(flag: string, path: string | undefined, hint = `Name a file: ${flag} FILE`): void {
  if (path === '-') throw new UsageError(`${flag} is no stream, but a file`, { code: 'bad_value', hint });
}

/** One file cannot be two things. */
function checkApart(flag: string, path: string | undefined, other: string, its: string | undefined): void {
  if (path === undefined || its === undefined || resolve(path) !== resolve(its)) return;
  throw new UsageError(`${flag} and ${other} need a file each`, { code: 'bad_value' });
}

/** Throws `IoError` where the file is there and holds something else. What cannot be read is told by the writing. */
async function checkStatus(path: string): Promise<void> {
  const head = await headOf(path, STATUS_HEAD.length).catch(() => '');
  if (head === '' || head === STATUS_HEAD) return;
  throw new IoError(`--status: cannot use ${quote(path, 200)}: it holds something else`, {
    code: 'status',
    hint: 'Name a new file, or one that an earlier mirror --status has written.',
  });
}

async function headOf(path: string, length: number): Promise<string> {
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    if (!(await file.stat()).isFile()) return '';
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0);
    return buffer.toString('latin1', 0, bytesRead);
  } finally {
    await file.close();
  }
}

function openSpool(
  path: string,
  { spoolMax: most }: ToolFlags,
  targets: readonly string[],
  { log, now }: Context,
  signal: AbortSignal,
): Promise<Spool> {
  const tell = (message: string) => log.warn({ type: 'spool', message });
  return Spool.open({ path, most, targets, now, tell, signal });
}

function startPolicy(
  argv: readonly string[],
  { log, now }: Context,
  signal: AbortSignal,
): Promise<MirrorPolicy> {
  return MirrorPolicy.start({
    ...{ argv, now, signal },
    tell: message => log.warn({ type: 'exec', message }),
    onReject: ({ id }, { relay }, words) =>
      log.detail({
        type: 'rejected',
        relay,
        id,
        message: `${id}: rejected${words === '' ? '' : `: ${words}`}`,
      }),
  });
}
