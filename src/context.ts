// Everything outside the program that a command may use, as one value. No other file reads `process`.
import { setMaxListeners } from 'node:events';
import { fstatSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { Readable } from 'node:stream';
import { isatty } from 'node:tty';
import { fileURLToPath } from 'node:url';
import { Deadline } from './deadline.ts';
import { IoError } from './errors.ts';
import { homeOf } from './folders.ts';
import { Log } from './output/log.ts';
import type { Recording } from './output/recording.ts';
import { loginsOf, Redactor } from './output/redact.ts';
import type { Trace } from './output/trace.ts';
import { Tracing } from './output/tracing.ts';
import { writingWhole } from './output/whole-writes.ts';
import { Writer } from './output/writer.ts';
import type { Nip05Name } from './protocol/nip05.ts';
import { SecretVariables, type SignerEnvironment } from './signer/environment.ts';
import { hasTerminal, noTerminal, promptHidden, promptLine } from './terminal.ts';

export interface Context {
  /** Opens stdin. Call it only when the command was told to read stdin. Throws `IoError` when it is a folder. */
  stdin(): Readable;
  readonly stdinIsTerminal: boolean;
  /** Whether stdin is a named or nameless pipe, or a file that holds something. Says nothing of whether it is meant. */
  readonly stdinIsPiped: boolean;
  readonly stdout: Writer;
  readonly log: Log;
  /** The environment without the variables that hold secrets. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Aborts at the first SIGINT, SIGTERM or SIGHUP; its reason is the signal's name. */
  readonly signal: AbortSignal;
  /** The same, and --timeout. */
  readonly deadline: Deadline;
  /** What the signer's ladder needs. */
  readonly keys: SignerEnvironment;
  /** The public key of one of the user's accounts. Rejects with `SignerError`, code `no_account`. */
  accountKey(name: string): Promise<string>;
  /** The names of the user's accounts by public key; empty when they cannot be read. */
  accountNames(): Promise<ReadonlyMap<string, string>>;
  /** From now on, redacts this text on stderr. For the value of a header, or a password. */
  hide(secret: string): void;
  /** The same for a login. */
  hideLogin(user: string, password: string): void;
  /** Takes secrets out of a text. */
  redact(text: string): string;
  /** Resolves when who reads stderr and the trace keeps up, or nobody waits any more; nothing while they do. */
  room(): Promise<void> | undefined;
  /** Writes every frame to this file, or to stderr when the path is empty. Rejects with `IoError`. */
  openTrace(path: string): Promise<void>;
  /** Receives every frame; undefined without `--trace`. */
  readonly trace: Trace | undefined;
  /** Closes the trace and the recording. Rejects with `IoError` when a line could not be written. */
  closeTrace(): Promise<void>;
  /** Writes everything that passes on the wire to this file; `version` is of this program. Rejects with `IoError`. */
  openRecording(path: string, version: string): Promise<void>;
  /** Told of it; undefined without `--record`. */
  readonly recorder: Recording | undefined;
  /** Garbage is collected more often from now on, until the returned function is called by all who asked for it. */
  keepMemoryLow(): () => void;
  /** Has garbage of a long run collected early, until the returned function is called. */
  keepGarbageSmall(): () => void;
  /** Makes ready what the first socket needs. */
  prepareNetwork(): Promise<void>;
  /** Calls `listener` at each SIGUSR2, until the returned function is called. */
  onUserSignal(listener: () => void): () => void;
  readonly pid: number;
  readonly platform: string;
  readonly nodeVersion: string;
  /** The width of each stream's terminal. */
  readonly columns: Readonly<Record<'stdout' | 'stderr', number>>;
  /** Calls `release` when the command has ended, successfully or not. */
  onEnd(release: () => void): void;
  /** The command has ended. Afterwards nothing keeps the process running. */
  end(): void;
}

/** What the reading of flags needs. */
export interface InputContext extends Pick<Context, 'stdin' | 'now' | 'signal' | 'accountKey'> {
  /** Asks the domain of a NIP-05 name for its key, and for relays; undefined in a command that asks nobody. */
  askDomain?: ((name: Nip05Name) => Promise<{ value: string; hints: readonly string[] }>) | undefined;
}

/** What changes V8 or Node, which only `main` may do. */
type Host = Pick<Context, 'keepMemoryLow' | 'keepGarbageSmall' | 'prepareNetwork'>;

/** The context of this process. */
export function createContext(signal: AbortSignal, host: Host): Context {
  const env: Record<string, string | undefined> = { ...process.env };
  env['HOME'] = homeOf(env, () => userInfo().homedir);
  const secrets = new SecretVariables(env);
  new SecretVariables(process.env); // child processes must not inherit them
  const forced = env['NOST_FORCE_TTY']; // for tests: the name of a stream, or any other value for both
  const isTerminal = (stream: NodeJS.WriteStream, name: string) =>
    forced === undefined ? stream.isTTY === true : !/^std/.test(forced) || forced === name;
  const redactor = new Redactor();
  redactor.addKeyText(secrets.get('NOSTR_SECRET_KEY')?.trim() ?? '');
  for (const [user, password] of loginsOf(env)) redactor.addLogin(user, password);
  const releases: (() => void)[] = [];
  const deadline = new Deadline(signal);
  setMaxListeners(0, signal, deadline.signal); // each relay listens, and there may be many
  const tracing = new Tracing(redactor);
  const log = new Log(neverBlock(process.stderr), isTerminal(process.stderr, 'stderr'), redactor, env);
  return {
    stdin: () => {
      checkStdin();
      if (isatty(0) && log.isTerminal) log.note({ type: 'notice', message: TYPED });
      releases.push(() => process.stdin.destroy());
      return process.stdin;
    },
    get stdinIsTerminal() {
      return isatty(0);
    },
    get stdinIsPiped() {
      return isPiped(0);
    },
    stdout: new Writer(
      writingWhole(neverBlock(process.stdout)),
      isTerminal(process.stdout, 'stdout'),
      deadline.signal,
    ),
    log,
    env,
    now: Date.now,
    signal,
    deadline,
    keys: {
      secrets,
      env,
      userId: process.getuid?.(),
      platform: process.platform,
      helper: [process.execPath, KEYCHAIN_HELPER],
      now: Date.now,
      ...questions(env, log),
      note: message => log.note({ type: 'notice', message }),
      noteAtTerminal: message => {
        if (log.isTerminal) log.note({ type: 'notice', message });
      },
      showWork: text => log.showProgress(() => text),
      detail: message => log.detail({ type: 'key', message }),
      signal: deadline.signal,
      onSecret: secret => redactor.addSecret(secret),
    },
    accountKey: async name => {
      const { Accounts } = await import('./signer/stores/accounts.ts');
      return (await new Accounts({ env, userId: process.getuid?.() }).find(name)).pubkey;
    },
    accountNames: async () => {
      const { Accounts } = await import('./signer/stores/accounts.ts');
      const accounts = await new Accounts({ env, userId: process.getuid?.() }).list().catch(() => []);
      return new Map(accounts.flatMap(({ pubkey, name }) => (name ? [[pubkey, name] as const] : [])));
    },
    hide: secret => redactor.addText(secret),
    hideLogin: (user, password) => redactor.addLogin(user, password),
    redact: text => redactor.redact(text),
    room: () => log.room(deadline.signal) ?? tracing.room(),
    openRecording: (path, version) =>
      tracing.openRecording({ path, version, redactor, log, signal: deadline.signal }),
    get recorder() {
      return tracing.recording;
    },
    openTrace: path => tracing.open(path, log, deadline.signal),
    get trace() {
      return tracing.trace;
    },
    closeTrace: () => tracing.close(),
    ...host,
    onUserSignal: listener => {
      process.on('SIGUSR2', listener);
      return () => process.off('SIGUSR2', listener);
    },
    pid: process.pid,
    platform: `${process.platform}-${process.arch}`,
    nodeVersion: process.versions.node,
    columns: {
      get stdout() {
        return widthOf(process.stdout, env);
      },
      get stderr() {
        return widthOf(process.stderr, env);
      },
    },
    onEnd: release => releases.push(release),
    end: () => {
      deadline.release();
      for (const release of releases.splice(0)) release();
    },
  };
}

/**
 * Node waits for a terminal on the main thread: one that was stopped with Ctrl-S would stop signals and --timeout, too.
 * Without that, what is for it waits as what is for a pipe does.
 */
function neverBlock(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  const { _handle: handle } = stream as { _handle?: { setBlocking?(blocking: boolean): void } };
  if (stream.isTTY) handle?.setBlocking?.(false);
  return stream;
}

/** Who is asked for nothing in particular wonders what is waited for. */
const TYPED = 'what you type is read; Ctrl-D at the start of a line ends it';

/** Node reads a folder as if it were empty. */
function checkStdin(): void {
  if (fstatSync(0).isDirectory()) throw new IoError('cannot read stdin: it is a folder');
}

function isPiped(descriptor: number): boolean {
  try {
    const stats = fstatSync(descriptor);
    return stats.isFIFO() || (stats.isFile() && stats.size > 0);
  } catch {
    return false; // it is closed
  }
}

/** What the terminal says, or COLUMNS. */
function widthOf({ columns }: { columns?: number }, { COLUMNS }: Record<string, string | undefined>): number {
  const given = columns || (/^[1-9]\d{0,3}$/.test(COLUMNS ?? '') ? Number(COLUMNS) : 80);
  return Math.min(given, WIDEST);
}

/** No terminal is wider; a larger number is a mistake. */
const WIDEST = 1000;

/** A separate program, built next to this one. */
const KEYCHAIN_HELPER = fileURLToPath(new URL('./keychain-helper.js', import.meta.url));

/** With NOST_NO_INPUT the program never prompts, even on a terminal. */
function questions(
  env: Readonly<Record<string, string | undefined>>,
  log: Log,
): Pick<SignerEnvironment, 'hasTerminal' | 'promptHidden' | 'promptLine'> {
  if (!env['NOST_NO_INPUT']) {
    const alone = (prompt: typeof promptHidden): typeof promptHidden => {
      return (text, options) => {
        const release = log.holdProgress();
        return prompt(text, options).finally(release);
      };
    };
    return { hasTerminal, promptHidden: alone(promptHidden), promptLine: alone(promptLine) };
  }
  const refuse = async () => {
    throw noTerminal('NOST_NO_INPUT is set');
  };
  return { hasTerminal: () => false, promptHidden: refuse, promptLine: refuse };
}
