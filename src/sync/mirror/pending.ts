// The events that a target was handed and has not answered for: a copy of each, bounded in count and bytes.
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { OutgoingEvent } from '../../relay/publish/outgoing-event.ts';

export interface PendingTransfer {
  readonly outgoing: OutgoingEvent;
  /** In seconds. */
  readonly createdAt: number;
  readonly kind: number;
  /** How often it came back without a final answer. */
  failures: number;
  /** How many answers its target had given when it was last sent. */
  answersBefore: number;
}

/** Events and bytes that one target may have waiting. */
const MOST = 10_000;
const MOST_BYTES = 32 * 1024 * 1024;

export class PendingTransfers {
  /** In the order they came. */
  readonly #all = new Map<string, PendingTransfer>();
  /** Those that are to be sent, first to last. */
  readonly #waiting: PendingTransfer[] = [];
  #bytes = 0;

  get size(): number {
    return this.#all.size;
  }

  get isFull(): boolean {
    return this.#all.size >= MOST || this.#bytes >= MOST_BYTES;
  }

  /** Whether half of the room is left: what can wait leaves the other half to what comes live. */
  get hasRoom(): boolean {
    return this.#all.size < MOST / 2 && this.#bytes < MOST_BYTES / 2;
  }

  has(id: string): boolean {
    return this.#all.has(id);
  }

  /** The `created_at` of the oldest. */
  get oldest(): number | undefined {
    let oldest: number | undefined;
    for (const { createdAt } of this.#all.values())
      if (oldest === undefined || createdAt < oldest) oldest = createdAt;
    return oldest;
  }

  add(event: StreamEvent): void {
    const outgoing = new OutgoingEvent(event, 1, 1); // a copy: the event shares its memory with others
    const transfer = {
      outgoing,
      createdAt: event.created_at,
      kind: event.kind,
      failures: 0,
      answersBefore: 0,
    };
    this.#all.set(outgoing.id, transfer);
    this.#waiting.push(transfer);
    this.#bytes += outgoing.frame.length;
  }

  /** The next to be sent. */
  next(): PendingTransfer | undefined {
    return this.#waiting.shift();
  }

  of(id: string): PendingTransfer | undefined {
    return this.#all.get(id);
  }

  /** It is to be sent again, behind the others. */
  again(transfer: PendingTransfer): void {
    this.#waiting.push(transfer);
  }

  /** It was answered for. */
  settle({ outgoing }: PendingTransfer): void {
    if (this.#all.delete(outgoing.id)) this.#bytes -= outgoing.frame.length;
  }
}
