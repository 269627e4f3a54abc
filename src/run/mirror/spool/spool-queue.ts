// What waits for one target in a spool: where its lines begin, how many they are, and which of them are being sent. It does
// not touch the file.
import type { Line } from './spool-file.ts';

/** An event that was read from the file, and is not done with. */
interface Handed {
  /** Where its line ends. */
  end: number;
  length: number;
  isDone: boolean;
}

export class SpoolQueue {
  readonly target: string;
  /** Events that wait, those that are being sent among them, and the bytes of their lines. */
  events = 0;
  bytes = 0;
  /** Nothing before this place of the file waits for it. */
  done: number;
  /** The same, as the file says. */
  noted: number;
  /** What is read next is here or behind. */
  cursor: number;
  /** By the ids of the events, in the order of their lines. */
  readonly #handed = new Map<string, Handed>();
  /** Where the lines of these will end when the file has been made smaller; as many as are handed at most. */
  #moved: number[] = [];

  constructor(target: string, place: number) {
    this.target = target;
    this.done = place;
    this.noted = place;
    this.cursor = place;
  }

  /** Whether there are events that have not been read. */
  get hasMore(): boolean {
    return this.events > this.#handed.size;
  }

  /** A line was added at this place. */
  add(place: number, length: number): void {
    if (this.events === 0) this.done = this.cursor = place;
    this.events++;
    this.bytes += length;
  }

  /** A line of an earlier run waits. */
  found({ at, end }: Line): void {
    this.events++;
    this.bytes += end - at;
  }

  /** The event of a line is to be sent; false when one of this id is being sent: then it is done with. */
  hand(id: string, line: Line): boolean {
    const isNew = !this.#handed.has(id);
    this.#handed.set(isNew ? id : `${line.at}`, {
      end: line.end,
      length: line.end - line.at,
      isDone: !isNew,
    });
    return isNew;
  }

  /** A line is not sent. */
  skip(line: Line): void {
    this.#handed.set(`${line.at}`, { end: line.end, length: line.end - line.at, isDone: true });
  }

  /** What was not read is not there any more. */
  loseUnread(place: number): void {
    this.cursor = place;
    this.events = this.#handed.size;
    this.bytes = [...this.#handed.values()].reduce((sum, { length }) => sum + length, 0);
  }

  answered(id: string): void {
    const handed = this.#handed.get(id);
    if (handed) handed.isDone = true;
  }

  /** Goes on to the first event that is not done with; whether that is another one. */
  settle(): boolean {
    const before = this.events;
    for (const [key, { end, length, isDone }] of this.#handed) {
      if (!isDone) break;
      this.#handed.delete(key);
      this.done = end;
      this.events--;
      this.bytes -= length;
    }
    return this.events < before;
  }

  /** Nothing waits any more; the file begins anew at this place. */
  restart(place: number): void {
    this.done = this.noted = this.cursor = place;
  }

  /** The next of its lines that wait will end here. */
  willEnd(place: number): void {
    if (this.#moved.length < this.#handed.size) this.#moved.push(place);
  }

  /** All lines that wait are where `willEnd` said, or they are not. */
  moved(isDone: boolean, place: number): void {
    const ends = this.#moved;
    this.#moved = [];
    if (!isDone) return;
    let i = 0;
    for (const handed of this.#handed.values()) handed.end = ends[i++]!;
    this.done = this.noted = place;
    this.cursor = ends.at(-1) ?? place;
  }
}
