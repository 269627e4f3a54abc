// How much of what clients sent is worked on at the same time. An event that has been read takes many times the length
// of its text until it is stored, so a frame is read only when it has a place. Long frames have places of their own: a
// short one never waits for them.
import { LONG_FRAME, MAX_LONG_IN_HAND, MAX_SHORT_IN_HAND } from './limits.ts';

/** Characters that may be worked on. */
export interface Place {
  /** Makes room for others. Once is enough; more do no harm. */
  leave(): void;
}

/** Who waits for a place; there is one wait of each at a time. */
interface Owner {
  /** Hears when the wait begins and ends. */
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

  take(length: number): Place {
    let held = length;
    this.#held += held;
    return {
      leave: () => {
        this.#held -= held;
        held = 0;
        this.#admit();
      },
    };
  }

  wait(owner: Owner, length: number): Promise<Place | undefined> {
    owner.wait(true);
    return new Promise(resolve => this.#waiting.set(owner, { length, resolve }));
  }

  forget(owner: Owner): void {
    this.#end(owner)?.resolve(undefined);
    this.#admit();
  }

  #admit(): void {
    for (const [owner, { length, resolve }] of this.#waiting) {
      if (!this.#fits(length)) return;
      this.#end(owner);
      resolve(this.take(length));
    }
  }

  #end(owner: Owner): Wait | undefined {
    const wait = this.#waiting.get(owner);
    if (this.#waiting.delete(owner)) owner.wait(false);
    return wait;
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
    if (room.hasRoomFor(length)) return room.take(length);
    return isPatient ? room.wait(owner, length) : undefined;
  }

  /** Ends the wait of one who has left. */
  forget(owner: Owner): void {
    this.#short.forget(owner);
    this.#long.forget(owner);
  }
}
