// Runs another program with a limit of time and of output, and without a shell. The program has always ended when the
// promise settles. Its output may be a secret: the caller zeroes it.
import { type ChildProcess, spawn } from 'node:child_process';
import type { Variables } from './environment.ts';

export interface ChildRequest {
  /** The program and its arguments; no shell interprets them. */
  argv: readonly string[];
  env: Readonly<Variables>;
  /** Written to its stdin, which stays open until the program ends. Without it stdin is empty. */
  input?: Uint8Array | undefined;
  /** Milliseconds. */
  timeout: number;
  /** Bytes of stdout; a program that prints more is killed. */
  maxOutput: number;
  /** Gives it a process group of its own, so that its children end with it. It then has no terminal. */
  detached?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

export interface ChildEnd {
  how: 'ended' | 'timeout' | 'too_long' | 'aborted' | 'not_started';
  /** Its exit code, or null when a signal ended it. */
  code: number | null;
  signal: NodeJS.Signals | null;
  output: Buffer;
  /** Whether it wrote to stderr. What it wrote may hold a secret, and is thrown away. */
  complained: boolean;
}

/** Runs a program until it ends, or kills it at a limit. Never rejects. */
export function runChild(request: ChildRequest): Promise<ChildEnd> {
  const output = Buffer.alloc(request.maxOutput);
  let length = 0;
  let complained = false;
  let how: ChildEnd['how'] = 'ended';
  const child = start(request);
  return new Promise(resolve => {
    const stop = (why: ChildEnd['how']) => {
      if (how === 'ended') how = why;
      kill(child, request.detached);
      // A grandchild may keep the pipes open; do not wait for it.
      child.stdout!.destroy();
      child.stderr!.destroy();
    };
    const timer = setTimeout(() => stop('timeout'), request.timeout);
    const onAbort = () => stop('aborted');
    const finish = (code: number | null, signal: NodeJS.Signals | null) => {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', onAbort);
      child.stdin?.destroy();
      if (request.detached) kill(child, true);
      resolve({ how, code, signal, output: output.subarray(0, length), complained });
    };
    child.stdout!.on('data', (chunk: Buffer) => {
      if (length + chunk.length > request.maxOutput) stop('too_long');
      else length += chunk.copy(output, length);
      chunk.fill(0);
    });
    child.stderr!.on('data', () => {
      complained = true;
    });
    child.on('error', () => {
      if (child.pid !== undefined) return;
      how = 'not_started';
      finish(null, null);
    });
    child.on('close', finish);
    if (request.signal?.aborted) onAbort();
    else request.signal?.addEventListener('abort', onAbort);
  });
}

function start({ argv: [program, ...args], env, input, detached = false }: ChildRequest): ChildProcess {
  const stdin = input === undefined ? 'ignore' : 'pipe';
  const child = spawn(program!, args, {
    env: { ...env },
    stdio: [stdin, 'pipe', 'pipe'],
    detached,
    windowsHide: true,
  });
  child.stdin?.on('error', () => {}); // the program may end without reading its stdin
  if (input !== undefined) child.stdin?.write(input);
  return child;
}

/** A process group outlives its leader: this also kills what a program left running when it ended. */
function kill(child: ChildProcess, group = false): void {
  if (child.pid === undefined) return;
  try {
    process.kill(group ? -child.pid : child.pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
}
