// What a session needs from its socket. With it the dialogue is tested without a socket, and only server.ts imports ws.

export interface Transport {
  /** Sends a text frame. Does nothing when the socket is closed. */
  send(text: string): void;
  /** Bytes that the operating system has not accepted yet. */
  readonly backlog: number;
  /**
   * Resolves when at most HIGH_WATER bytes are unsent, or the socket has closed; never in the same turn of the event
   * loop. Work in slices awaits this between two slices, so that other connections get their turn.
   */
  drained(): Promise<void>;
  /** Stops reading; when the buffers are full, the client has to wait. */
  pause(): void;
  resume(): void;
}
