// What a session needs of its socket, so that the dialogue can be tested without one and `ws` has one door.

export interface Transport {
  /** Sends a text frame; after the socket has closed it does nothing. */
  send(text: string): void;
  /** Bytes sent and not yet taken by the operating system. */
  readonly backlog: number;
  /**
   * Resolves, never in the same turn of the event loop, when the backlog is no longer above HIGH_WATER or the
   * socket has closed. So whoever works in slices and awaits this between them lets the other connections have theirs.
   */
  drained(): Promise<void>;
  /** Stops reading: the client's own sending then blocks. */
  pause(): void;
  resume(): void;
}
