// The keys that a key shares with its latest peers (NIP-44). To make one takes a multiplication on the curve, which is
// most of the work for a short text. They are secrets: overwritten when they make room, and at the end.

/** How many are kept. Each wrap that is opened takes a place for its one-time key, so a reader of many authors needs some. */
const MOST = 64;

export class ConversationKeys {
  /** By public key; the one used last is last. */
  readonly #keys = new Map<string, Uint8Array>();

  /** The key shared with `peer`, made by `make` if it is not there. It may be overwritten at the next call. */
  of(peer: string, make: () => Uint8Array): Uint8Array {
    const key = this.#keys.get(peer) ?? make();
    this.#keys.delete(peer);
    this.#keys.set(peer, key);
    if (this.#keys.size > MOST) this.#forgetOldest();
    return key;
  }

  /** Overwrites all of them. */
  clear(): void {
    for (const key of this.#keys.values()) key.fill(0);
    this.#keys.clear();
  }

  #forgetOldest(): void {
    const [[peer, key]] = this.#keys as unknown as [[string, Uint8Array]];
    key.fill(0);
    this.#keys.delete(peer);
  }
}
