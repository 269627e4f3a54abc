// Runs the program in this process, in a world of its own: for tests that run it hundreds of times. Nothing of the real
// terminal, environment or home is seen.
import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import type { Context } from '../../src/context.ts';
import { Deadline } from '../../src/deadline.ts';
import { Failure } from '../../src/errors.ts';
import { Log } from '../../src/output/log.ts';
import { loginsOf, Redactor } from '../../src/output/redact.ts';
import { Writer } from '../../src/output/writer.ts';
import { runProgram } from '../../src/program.ts';
import type { Interruption } from '../../src/signals.ts';
import { SecretVariables, type Variables } from '../../src/signer/environment.ts';
import { Accounts } from '../../src/signer/stores/accounts.ts';
import { signerWorld } from './signer-world.ts';

export interface ProgramRun {
  /** Undefined: nothing is on stdin. */
  input?: string;
  env?: Variables;
  /** It is never ended, for it ends by itself. */
  endsItself?: boolean;
}

/** What it wrote to stdout and stderr, and why it failed. A command that prints a line and does not end is ended. */
export async function runInside(
  argv: readonly string[],
  { input = '', env = {}, endsItself = false }: ProgramRun = {},
): Promise<{ written: string; failure: unknown }> {
  const variables = { ...env };
  const ending = new AbortController();
  const { stream: stdout, text: printed } = collected(() => {
    if (!endsItself) setTimeout(() => ending.abort('SIGTERM'), 50);
  });
  const { stream: stderr, text: logged } = collected(() => {});
  const redactor = new Redactor();
  const secrets = new SecretVariables(variables);
  redactor.addKeyText(secrets.get('NOSTR_SECRET_KEY')?.trim() ?? '');
  for (const [user, password] of loginsOf(variables)) redactor.addLogin(user, password);
  const log = new Log(stderr, false, redactor, {});
  const keys = {
    ...signerWorld(variables),
    secrets,
    note: (message: string) => log.note({ type: 'notice', message }),
    noteAtTerminal: () => {},
    detail: (message: string) => log.detail({ type: 'key', message }),
    onSecret: (secret: Uint8Array) => redactor.addSecret(secret),
    signal: ending.signal,
  };
  const writer = new Writer(stdout, false);
  const releases: (() => void)[] = [];
  const context: Context = {
    stdin: () => Readable.from([Buffer.from(input)], { objectMode: false }),
    stdinIsTerminal: false,
    stdinIsPiped: true,
    stdout: writer,
    log,
    env: variables,
    now: Date.now,
    signal: ending.signal,
    deadline: new Deadline(ending.signal),
    keys,
    accountKey: async name => (await new Accounts(keys).find(name)).pubkey,
    accountNames: async () => new Map(),
    hide: secret => redactor.addText(secret),
    hideLogin: (user, password) => redactor.addLogin(user, password),
    redact: text => redactor.redact(text),
    room: () => undefined,
    columns: { stdout: 80, stderr: 80 },
    openTrace: async () => {},
    trace: undefined,
    openRecording: async () => {},
    recorder: undefined,
    closeTrace: async () => {},
    keepMemoryLow: () => () => {},
    keepGarbageSmall: () => () => {},
    prepareNetwork: async () => {},
    onUserSignal: () => () => {},
    pid: process.pid,
    platform: 'test',
    nodeVersion: process.versions.node,
    onEnd: release => releases.push(release),
    end: () => {},
  };
  const interruption = { allowDrain: () => {} } as unknown as Interruption;
  const failure = await runProgram(argv, context, interruption).then(
    () => undefined,
    error => error,
  );
  if (failure instanceof Failure) await log.failure(failure);
  await writer.flush().catch(() => {});
  for (const release of releases) release();
  return { written: printed() + logged(), failure };
}

function collected(onText: () => void): { stream: PassThrough; text: () => string } {
  const stream = new PassThrough();
  let text = '';
  stream.setEncoding('utf8').on('data', chunk => {
    text += chunk;
    onText();
  });
  void once(stream, 'close');
  return { stream, text: () => text };
}
