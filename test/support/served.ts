// `nost serve` as a process of its own, to be attacked: its memory and descriptors as the system counts them, its log,
// and how it ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { Worker } from 'node:worker_threads';

const NOST = join(import.meta.dirname, '../../bin/nost.js');

export class Served {
  log = '';
  readonly url: string;
  readonly port: number;
  readonly #process: ChildProcess;
  readonly #dialled: Socket[] = [];

  private constructor(process: ChildProcess, url: string) {
    this.#process = process;
    this.url = url;
    this.port = Number(new URL(url).port);
  }

  /** Starts it on a free port; it ends with the test. */
  static async start(t: TestContext, ...args: string[]): Promise<Served> {
    const child = spawn(process.execPath, [NOST, 'serve', '--port', '0', '-v', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    t.after(() => child.kill('SIGKILL'));
    const errors: string[] = [];
    child.stderr!.setEncoding('utf8').on('data', text => errors.push(text));
    const lines = createInterface(child.stdout!);
    const [url] = await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => [undefined])]);
    if (url === undefined) throw new Error(`it did not start: ${errors.join('')}`);
    const served = new Served(child, url);
    t.after(() => {
      for (const socket of served.#dialled) socket.destroy();
    });
    child.stderr!.removeAllListeners('data').on('data', text => {
      served.log += text;
    });
    return served;
  }

  /** The most memory it ever had, in bytes. */
  get peakMemory(): number {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)![1]) * 1024;
  }

  /**
   * Another client, on a thread of its own, asks for one event again and again; the function that is returned ends that,
   * and tells how long the longest answer took, in milliseconds of processor time of the relay's main thread.
   */
  async watched(t: TestContext): Promise<() => Promise<number>> {
    const workerData = { url: this.url, pid: this.#process.pid };
    const other = new Worker(new URL('./other-client.js', import.meta.url), { workerData });
    t.after(() => other.terminate());
    await once(other, 'message');
    return async () => {
      const told = once(other, 'message');
      other.postMessage('end');
      const [{ worst }] = await told;
      return worst;
    };
  }

  /** Looks at its memory again and again; the function that is returned ends that, and tells the most, in bytes. */
  mostMemory(t: TestContext): () => number {
    let most = 0;
    const look = () => {
      most = Math.max(most, this.#memory);
      return most;
    };
    const timer = setInterval(look, 10);
    t.after(() => clearInterval(timer));
    return () => {
      clearInterval(timer);
      return look();
    };
  }

  /** Memory that is its own at this moment, in bytes: a file that it maps is not. */
  get #memory(): number {
    const status = readFileSync(`/proc/${this.#process.pid}/status`, 'utf8');
    return Number(/RssAnon:\s+(\d+)/.exec(status)![1]) * 1024;
  }

  /** Its open sockets and files. */
  get descriptors(): number {
    return readdirSync(`/proc/${this.#process.pid}/fd`).length;
  }

  /** Opens a TCP connection, and writes to it. */
  async dial(text = ''): Promise<Socket> {
    const socket = connect({ port: this.port, host: '127.0.0.1', allowHalfOpen: true });
    socket.on('error', () => {}); // to be cut is what such a client is for
    this.#dialled.push(socket);
    await once(socket, 'connect');
    if (text !== '') socket.write(text);
    return socket;
  }

  /** SIGTERM, and what it ends with; `killed` when it hangs: it gives itself 5 s. */
  async terminate(): Promise<number | NodeJS.Signals | 'killed'> {
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGTERM');
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), 60_000);
    const [code, signal] = await ended;
    clearTimeout(timer);
    return code ?? (signal === 'SIGKILL' ? 'killed' : signal);
  }
}

/** A WebSocket handshake as text. */
export function handshake(path = '/', more = ''): string {
  return `GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n${more}\r\n`;
}

/** Waits until it is true; gives up after `ms`. */
export async function until(holds: () => boolean, ms = 60_000): Promise<void> {
  const end = performance.now() + ms;
  while (!holds()) {
    if (performance.now() > end) throw new Error(`this did not come true in ${ms} ms: ${holds}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
}
