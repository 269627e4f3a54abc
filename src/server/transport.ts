// What a session needs from its socket. With it the dialogue is tested without a socket, and only socket-transport.ts
// and connections.ts know ws.

export interface Transport {
  /** Sends a text frame. Does nothing when the socket is closed. */
  send(text: string): void;
  /** Bytes that the operating system has not accepted yet. */
  readonly backlog: number;
  /** Whether more is unsent than this connection's part of the memory: stored events and answers wait for `drained`. */
  readonly isFull: boolean;
  /**
   * Resolves when the transport is not full, or the socket has closed; never in the same turn of the event loop. Work
   * in slices awaits this between two slices, so that other connections get their turn.
   */
  drained(): Promise<void>;
  /** Hears that so many bytes more (or fewer) of what the client sent wait to be handled. */
  queue(difference: number): void;
  /** How many bytes may wait to be handled before the client is not read any more. */
  readonly inboxRoom: number;
  /** Hears whether the client waits for the relay: then it is not at fault that so much of it waits to be handled. */
  wait(isWaiting: boolean): void;
  /** Stops reading; when the buffers are full, the client has to wait. */
  pause(): void;
  resume(): void;
}
