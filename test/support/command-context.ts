// What a command runs in, for tests that run its engine in this process: streams that are collected, a clock and a terminal
// of the test's own.
import { setMaxListeners } from 'node:events';
import { Writable } from 'node:stream';
import type { Context } from '../../src/context.ts';
import { Deadline } from '../../src/deadline.ts';
import { Log } from '../../src/output/log.ts';
import { Redactor } from '../../src/output/redact.ts';
import { Writer } from '../../src/output/writer.ts';
import type { CommandKey } from '../../src/run/signing.ts';
import { LocalSigner } from '../../src/signer/local.ts';
import type { Person } from './people.ts';

export interface CommandWorld {
  context: Context;
  /** What was written until now. */
  told: { stdout: string; stderr: string };
  /** Closes what the command opened. */
  end(): void;
}

export interface CommandSettings {
  /** Milliseconds since 1970. */
  now?: () => number;
  /** What is typed at each question; undefined: there is no terminal. */
  answer?: string | undefined;
}

export function commandWorld({ now = Date.now, answer }: CommandSettings = {}): CommandWorld {
  const told = { stdout: '', stderr: '' };
  const collected = (name: keyof typeof told) =>
    new Writable({
      write(chunk, _encoding, done) {
        told[name] += chunk;
        done();
      },
    });
  const { signal } = new AbortController();
  const deadline = new Deadline(signal);
  setMaxListeners(0, signal, deadline.signal);
  const releases: (() => void)[] = [];
  const log = new Log(collected('stderr'), false, new Redactor(), {});
  const context = {
    stdout: new Writer(collected('stdout'), false),
    log,
    env: { NOST_VERIFY: 'noble' },
    now,
    signal,
    deadline,
    keys: {
      hasTerminal: () => answer !== undefined,
      promptLine: async (text: string) => {
        told.stderr += text;
        return answer;
      },
      secrets: new Map(),
      env: {},
      noteAtTerminal() {},
    },
    room: () => undefined,
    hide() {},
    keepMemoryLow: () => () => {},
    platform: `${process.platform}-${process.arch}`,
    onEnd: (release: () => void) => releases.push(release),
  } as unknown as Context;
  return {
    context,
    told,
    end: () => {
      for (const release of releases) release();
    },
  };
}

/** The key of a person, as a command has it that found it already. `onSign` is called before each signature. */
export function keyOf({ secretKey }: Person, { onSign }: { onSign?: () => Promise<void> } = {}): CommandKey {
  const signer = new LocalSigner(Uint8Array.from(secretKey));
  if (onSign) {
    const sign = signer.sign.bind(signer);
    signer.sign = async template => {
      await onSign();
      return sign(template);
    };
  }
  const [open, publicKey] = [async () => signer, async () => signer.publicKey];
  return { isInUse: true, signer: open, publicKey, close: async () => {} } as unknown as CommandKey;
}

/** The network flags of a command that was given none, with as good as endless patience. */
export const NETWORK = {
  connectTimeout: 60_000,
  relayTimeout: 60_000,
  retry: 0,
  allowPrivate: true,
} as const;
