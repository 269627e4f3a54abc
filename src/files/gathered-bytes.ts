// Bytes that come in pieces and are wanted as one. They are copied into room that grows with them: a piece that is kept
// costs far more than its bytes, and whoever sends can make every piece as small as one byte.

/** The first room; most of what comes in pieces comes in few and large ones. */
const FIRST_ROOM = 4096;

export class GatheredBytes {
  #room: Buffer = Buffer.alloc(0);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(piece: Uint8Array): void {
    const size = this.#size + piece.length;
    if (size > this.#room.length) this.#grow(size);
    this.#room.set(piece, this.#size);
    this.#size = size;
  }

  /** Some of the bytes, good until the next are added. */
  view(from: number, to: number): Buffer {
    return this.#room.subarray(from, Math.min(to, this.#size));
  }

  /** The bytes as one, which from now on belong to the caller. */
  take(): Buffer {
    const whole = this.#room.subarray(0, this.#size);
    this.clear();
    return whole;
  }

  /** Forgets everything. */
  clear(): void {
    this.#room = Buffer.alloc(0);
    this.#size = 0;
  }

  #grow(size: number): void {
    const room = Buffer.allocUnsafeSlow(Math.max(FIRST_ROOM, size, this.#room.length * 2));
    room.set(this.#room.subarray(0, this.#size));
    this.#room = room;
  }
}
