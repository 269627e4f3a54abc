// The lines of events that wait for the reader of an output: copies, bounded in count and bytes.
import type { StreamEvent } from '../../protocol/stream-event.ts';

export interface WaitingLine {
  readonly id: string;
  /** In seconds. */
  readonly createdAt: number;
  readonly line: Buffer;
}

/** Events and bytes that may wait. */
const MOST = 10_000;
const MOST_BYTES = 16 * 1024 * 1024;

/** Bytes that are written at once. */
const PIECE = 64 * 1024;

export class WaitingLines {
  /** By id, in the order they came. */
  readonly #lines = new Map<string, WaitingLine>();
  #bytes = 0;

  get size(): number {
    return this.#lines.size;
  }

  get isFull(): boolean {
    return this.#lines.size >= MOST || this.#bytes >= MOST_BYTES;
  }

  /** Whether half of the room is left: what can wait leaves the other half to what comes live. */
  get hasRoom(): boolean {
    return this.#lines.size < MOST / 2 && this.#bytes < MOST_BYTES / 2;
  }

  /** The `created_at` of the oldest. */
  get oldest(): number | undefined {
    let oldest: number | undefined;
    for (const { createdAt } of this.#lines.values()) oldest = Math.min(oldest ?? createdAt, createdAt);
    return oldest;
  }

  has(id: string): boolean {
    return this.#lines.has(id);
  }

  add(event: StreamEvent): void {
    const line = Buffer.allocUnsafe(event.lineLength);
    event.writeLine(line, 0);
    this.#lines.set(event.id, { id: event.id, createdAt: event.created_at, line });
    this.#bytes += line.length;
  }

  /** The first of them, to be written at once: at least one, where there is one. */
  piece(): WaitingLine[] {
    const piece: WaitingLine[] = [];
    let bytes = 0;
    for (const waiting of this.#lines.values()) {
      if (bytes > 0 && bytes + waiting.line.length > PIECE) break;
      piece.push(waiting);
      bytes += waiting.line.length;
    }
    return piece;
  }

  /** These were taken. */
  done(piece: readonly WaitingLine[]): void {
    for (const { id, line } of piece) if (this.#lines.delete(id)) this.#bytes -= line.length;
  }
}
