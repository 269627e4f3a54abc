// A shell command of a script as a real process: its output as it comes, its end, and a bound on its time.
import { type ChildProcess, spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { constants } from 'node:os';

export interface CommandOptions {
  cwd: string;
  env: Record<string, string>;
  /** A file to read, `open` for a pipe nobody writes to and nobody closes, undefined for /dev/null. */
  stdin: string | undefined;
  pipefail: boolean;
  /** Milliseconds until the whole process group is killed. */
  timeout: number;
}

export class Command {
  /** As typed. */
  readonly text: string;
  stdout = '';
  stderr = '';
  /** The exit code, 128+n when a signal ended it, undefined while it runs. */
  exit: number | undefined;
  /** The time limit ended it. */
  timedOut = false;
  /** Milliseconds from start to end. */
  took = 0;
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #watchers = new Set<() => void>();

  constructor(text: string, options: CommandOptions) {
    this.text = text;
    const started = performance.now();
    this.#child = spawn('bash', [...(options.pipefail ? ['-o', 'pipefail'] : []), '-c', text], {
      cwd: options.cwd,
      env: options.env,
      stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      detached: true, // a process group of its own, so that all of it can be killed
    });
    this.#feed(options.stdin);
    this.#child.stdout!.setEncoding('utf8').on('data', chunk => this.#add('stdout', chunk));
    this.#child.stderr!.setEncoding('utf8').on('data', chunk => this.#add('stderr', chunk));
    const timer = setTimeout(() => {
      this.timedOut = true;
      this.kill('SIGKILL');
    }, options.timeout);
    this.ended = new Promise(resolve => {
      this.#child.on('close', (code, signal) => {
        clearTimeout(timer);
        this.took = performance.now() - started;
        this.exit = signal === null ? code! : 128 + constants.signals[signal];
        this.#child.stdin?.destroy();
        resolve();
        this.#look();
      });
    });
  }

  #feed(stdin: string | undefined): void {
    if (stdin === undefined) return;
    this.#child.stdin!.on('error', () => {}); // it may not read what it is given
    if (stdin !== 'open') createReadStream(stdin).pipe(this.#child.stdin!);
  }

  #add(stream: 'stdout' | 'stderr', chunk: string): void {
    this[stream] += chunk;
    this.#look();
  }

  #look(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  /** Resolves to whether `holds` came true before the command ended. */
  async until(holds: () => boolean): Promise<boolean> {
    while (!holds()) {
      if (this.exit !== undefined) return false;
      await new Promise<void>(resolve => {
        const watcher = (): void => {
          this.#watchers.delete(watcher);
          resolve();
        };
        this.#watchers.add(watcher);
      });
    }
    return true;
  }

  /** Signals the process group. */
  kill(signal: NodeJS.Signals): void {
    if (this.#child.pid === undefined) return;
    try {
      process.kill(-this.#child.pid, signal);
    } catch {
      // it is gone already
    }
  }
}
