// Everything a command may touch of the world outside, handed to it as one value. The only reader of `process`.
import type { Readable } from 'node:stream';
import { isatty } from 'node:tty';
import { fileURLToPath } from 'node:url';
import { Log } from './output/log.ts';
import { Redactor } from './output/redact.ts';
import type { Trace } from './output/trace.ts';
import { Tracing } from './output/tracing.ts';
import { Writer } from './output/writer.ts';
import { SecretVariables, type SignerEnvironment } from './signer/environment.ts';
import { hasTerminal, noTerminal, promptHidden, promptLine } from './terminal.ts';

export interface Context {
  /** Opens stdin: only for a command that was told to read it. */
  stdin(): Readable;
  readonly stdinIsTerminal: boolean;
  readonly stdout: Writer;
  readonly log: Log;
  /** The environment without the variables that hold secrets. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Aborts at the first SIGINT, SIGTERM or SIGHUP; its reason is the signal's name. */
  readonly signal: AbortSignal;
  /** What the signer's ladder needs. */
  readonly keys: SignerEnvironment;
  /** Redacts this text on stderr from now on: the value of a header, a password. */
  hide(secret: string): void;
  /** Has everything on the wire told to this file, or to stderr when it is empty. Rejects with `IoError`. */
  openTrace(path: string): Promise<void>;
  /** What the wire is told to; undefined: nobody. */
  readonly trace: Trace | undefined;
  /** Rejects with `IoError` when something could not be told. */
  closeTrace(): Promise<void>;
  readonly pid: number;
  readonly platform: string;
  readonly nodeVersion: string;
  /** Much streams through from now on: garbage is collected more often, until what this returns is called. */
  keepMemoryLow(): () => void;
  /** Has something released when the command is over, however it ended. */
  onEnd(release: () => void): void;
  /** The command is over: nothing may keep the program alive. */
  end(): void;
}

/** The context of this process. */
export function createContext(signal: AbortSignal, keepMemoryLow: Context['keepMemoryLow']): Context {
  const env = { ...process.env };
  const secrets = new SecretVariables(env);
  new SecretVariables(process.env); // so that no child inherits them
  const forced = env['NOST_FORCE_TTY']; // for tests: of one stream, or of both
  const isTerminal = (stream: NodeJS.WriteStream, name: string) =>
    forced === undefined ? stream.isTTY === true : !/^std/.test(forced) || forced === name;
  const redactor = new Redactor();
  const releases: (() => void)[] = [];
  const tracing = new Tracing(redactor);
  const log = new Log(process.stderr, isTerminal(process.stderr, 'stderr'), redactor, env);
  return {
    stdin: () => {
      releases.push(() => process.stdin.destroy());
      return process.stdin;
    },
    get stdinIsTerminal() {
      return isatty(0);
    },
    stdout: new Writer(process.stdout, isTerminal(process.stdout, 'stdout')),
    log,
    env,
    now: Date.now,
    signal,
    keys: {
      secrets,
      env,
      userId: process.getuid?.(),
      platform: process.platform,
      helper: [process.execPath, KEYCHAIN_HELPER],
      now: Date.now,
      ...questions(env),
      note: message => log.note({ type: 'notice', message }),
      detail: message => log.detail({ type: 'key', message }),
      signal,
      onSecret: secret => redactor.addSecret(secret),
    },
    hide: secret => redactor.addText(secret),
    openTrace: path => tracing.open(path, log),
    get trace() {
      return tracing.trace;
    },
    closeTrace: () => tracing.close(),
    pid: process.pid,
    platform: `${process.platform}-${process.arch}`,
    nodeVersion: process.versions.node,
    keepMemoryLow,
    onEnd: release => releases.push(release),
    end: () => {
      for (const release of releases.splice(0)) release();
    },
  };
}

/** A program of its own, built beside this one. */
const KEYCHAIN_HELPER = fileURLToPath(new URL('./keychain-helper.js', import.meta.url));

/** NOST_NO_INPUT: nobody is to be asked, though there may be a terminal. */
function questions(
  env: Readonly<Record<string, string | undefined>>,
): Pick<SignerEnvironment, 'hasTerminal' | 'promptHidden' | 'promptLine'> {
  if (!env['NOST_NO_INPUT']) return { hasTerminal, promptHidden, promptLine };
  const refuse = async () => {
    throw noTerminal('NOST_NO_INPUT is set');
  };
  return { hasTerminal: () => false, promptHidden: refuse, promptLine: refuse };
}
