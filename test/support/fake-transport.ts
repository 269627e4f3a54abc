// A socket for sessions without a network: what was sent is looked at, and how much of it the reader has taken is
// up to the test.
import type { Transport } from '../../src/server/transport.ts';
import type { Frame } from './raw-client.ts';

export class FakeTransport implements Transport {
  readonly sent: string[] = [];
  /** Bytes the reader has not taken. Above `HIGH_WATER` the drain waits for `drain()`. */
  backlog = 0;
  /** Whether sent bytes stay in the backlog until `drain()`. */
  isStuck = false;
  isPaused = false;
  /** Bytes that wait to be handled. */
  queued = 0;
  inboxRoom = 4 * 1024 * 1024;
  #waiting: (() => void)[] = [];

  /** Everything sent, parsed. */
  get frames(): Frame[] {
    return this.sent.map(text => JSON.parse(text));
  }

  get isFull(): boolean {
    return this.backlog > 1024 * 1024;
  }

  queue(difference: number): void {
    this.queued += difference;
  }

  wait(): void {}

  send(text: string): void {
    this.sent.push(text);
    if (this.isStuck) this.backlog += text.length;
  }

  async drained(): Promise<void> {
    await new Promise(resolve => setImmediate(resolve));
    while (this.isFull) await new Promise<void>(resolve => this.#waiting.push(resolve));
  }

  /** The reader has taken everything. */
  drain(): void {
    this.backlog = 0;
    for (const resume of this.#waiting.splice(0)) resume();
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }
}

/** Lets pending work happen until `holds`; fails when it never does. */
export async function eventually(holds: () => boolean, turns = 100_000): Promise<void> {
  for (let turn = 0; turn < turns; turn++) {
    if (holds()) return;
    await new Promise(resolve => setImmediate(resolve));
  }
  throw new Error(`this never came true: ${holds}`);
}
