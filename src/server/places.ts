// How much of what clients sent is worked on at the same time. An event that has been read takes many times the length
// of its text until it is stored, so a frame is read only when it has a place. Long frames have places of their own: a
// short one never waits for them.
import { LONG_FRAME, MAX_LONG_IN_HAND, MAX_SHORT_IN_HAND } from './limits.ts';

/** Characters that may be worked on. */
export interface Place {
  /** Makes room for others. Once is enough; more do no harm. */
  leave(): void;
}

/** Who wants places; there is one wait of each at a time. */
interface Owner {
  /** Hears when it begins to depend on us, as it waits for a place or has one, and when that ends: once for each. */
  wait(isWaiting: boolean): void;
}

interface Wait {
  length: number;
  resolve: (place: Place | undefined) => void;
}

/** Places of one size, given in the order in which they were asked for. */
class Room {
  readonly #most: number;
  readonly #waiting = new Map<Owner, Wait>();
  #held = 0;

  constructor(most: number) {
    this.#most = most;
  }

  hasRoomFor(length: number): boolean {
    return this.#waiting.size === 0 && this.#fits(length);
  }

  take(owner: Owner, length: number): Place {
    owner.wait(true);
    return this.#place(owner, length);
  }

  wait(owner: Owner, length: number): Promise<Place | undefined> {
    owner.wait(true);
    return new Promise(resolve => this.#waiting.set(owner, { length, resolve }));
  }

  forget(owner: Owner): void {
    const wait = this.#waiting.get(owner);
    if (!wait) return;
    this.#waiting.delete(owner);
    owner.wait(false);
    wait.resolve(undefined);
    this.#admit();
  }

  #admit(): void {
    for (const [owner, { length, resolve }] of this.#waiting) {
      if (!this.#fits(length)) return;
      this.#waiting.delete(owner);
      resolve(this.#place(owner, length));
    }
  }

  #place(owner: Owner, length: number): Place {
    this.#held += length;
    let isHeld = true;
    return {
      leave: () => {
        if (!isHeld) return;
        isHeld = false;
        this.#held -= length;
        owner.wait(false);
        this.#admit();
      },
    };
  }

  /** What is longer than all places together has its turn when nobody else is there. */
  #fits(length: number): boolean {
    return this.#held === 0 || this.#held + length <= this.#most;
  }
}

export class Places {
  readonly #short: Room;
  readonly #long: Room;

  constructor(mostShort = MAX_SHORT_IN_HAND, mostLong = MAX_LONG_IN_HAND) {
    this.#short = new Room(mostShort);
    this.#long = new Room(mostLong);
  }

  /**
   * A place for so many characters. Undefined when there is none and `owner` does not want to wait, or was forgotten
   * while it waited.
   */
  async take(owner: Owner, length: number, isPatient: boolean): Promise<Place | undefined> {
    const room = length > LONG_FRAME ? this.#long : this.#short;
    if (room.hasRoomFor(length)) return room.take(owner, length);
    return isPatient ? room.wait(owner, length) : undefined;
  }

  /** Ends the wait of one who has left. */
  forget(owner: Owner): void {
    this.#short.forget(owner);
    this.#long.forget(owner);
  }
}
