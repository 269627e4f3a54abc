// A WebSocket as a session sees it. What waits to be sent, and what waits to be handled, counts in the memory that all
// connections share.
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import { FRAME_COST, HIGH_WATER, LEAST_PART, MAX_INBOX } from '../limits.ts';
import type { SharedMemory } from '../shared-memory.ts';
import type { Transport } from '../transport.ts';

/** The memory of a relay for what is in motion. */
export interface InMotion {
  /** What waits to be sent. */
  unsent: SharedMemory;
  /** What waits to be handled. */
  unread: SharedMemory;
}

export class SocketTransport implements Transport {
  readonly #ws: WebSocket;
  readonly #memory: InMotion;
  readonly #unsent;
  readonly #unread;
  readonly #waiting: (() => void)[] = [];
  /** When something was last taken of what waited at the last look. */
  #waitedFor: number | undefined;
  /** Bytes of a message that has not arrived in full. */
  #partial = 0;

  /** `onDrop` hears why the connection is dropped; its client may have left before. */
  constructor(ws: WebSocket, memory: InMotion, onDrop: (why: string) => void) {
    this.#ws = ws;
    this.#memory = memory;
    const drop = (why: string) => () => {
      onDrop(why);
      ws.terminate();
    };
    this.#unsent = memory.unsent.open(drop('dropped: it does not read, and too much waits for all clients'));
    this.#unread = memory.unread.open(
      drop('dropped: it sends too much, and too much waits from all clients'),
    );
    ws.on('close', () => this.#unsent.close());
    ws.on('close', () => this.#wake());
  }

  get backlog(): number {
    return this.#ws.bufferedAmount;
  }

  get isFull(): boolean {
    const part = Math.max(LEAST_PART, this.#memory.unsent.fairPart);
    return this.#unsent.held > Math.min(HIGH_WATER, part);
  }

  get inboxRoom(): number {
    return Math.min(MAX_INBOX, Math.max(LEAST_PART, this.#memory.unread.fairPart));
  }

  send(text: string): void {
    if (!this.#isOpen()) return;
    const cost = FRAME_COST + 2 * text.length;
    this.#ws.send(text, () => this.#written(cost));
    this.#unsent.add(cost);
  }

  async drained(): Promise<void> {
    await nextTurn();
    while (this.#isOpen() && this.isFull) {
      await new Promise<void>(resolve => this.#waiting.push(resolve));
    }
  }

  /** Whether something has waited to be sent since this was last asked, and none of it was taken. */
  get takesNothing(): boolean {
    const before = this.#waitedFor;
    this.#waitedFor = this.#unsent.held > 0 ? this.#unsent.relieved : undefined;
    return before !== undefined && before === this.#unsent.relieved;
  }

  queue(difference: number): void {
    this.#unread.add(difference);
  }

  wait(isWaiting: boolean): void {
    this.#unread.wait(isWaiting);
  }

  /** Bytes have come. */
  arrived(bytes: number): void {
    this.#partial += bytes;
    this.#unread.add(bytes);
  }

  /** So many of them belong to no message, or, without a number, a message is complete. */
  taken(bytes: number = this.#partial): void {
    const known = Math.min(bytes, this.#partial);
    this.#partial -= known;
    this.#unread.add(-known);
  }

  /** The client has gone, and all that it sent is handled. */
  forget(): void {
    this.#unread.close();
  }

  pause(): void {
    this.#ws.pause();
  }

  resume(): void {
    this.#ws.resume();
  }

  #isOpen(): boolean {
    return this.#ws.readyState === this.#ws.OPEN;
  }

  #written(cost: number): void {
    this.#unsent.add(-cost);
    if (!this.isFull) this.#wake();
  }

  /** Wakes them one by one, so that each finds what the one before has sent. */
  readonly #wake = (): void => {
    if (this.isFull && this.#isOpen()) return;
    this.#waiting.shift()?.();
    if (this.#waiting.length > 0) setImmediate(this.#wake);
  };
}
