// `mirror --spool FILE`: events that wait for targets which are down or slow, in one file of bounded size. It grows at its
// end. How far each target has got is noted there, once a second at most, so after a kill little is sent twice. When
// nothing waits any more the file is emptied. While a target is behind, the room before the first event that waits is given
// back once it is half of the file: what waits is moved to the front. Events of other targets that lie between those of
// a target that stays down keep their room; that target waits for the same events, so the room is shared by all evenly.
import { whyNot } from '../../../files/named-path.ts';
import { quote } from '../../../protocol/quote.ts';
import type { StreamEvent } from '../../../protocol/stream-event.ts';
import type { Overflow } from '../../../sync/mirror/overflow.ts';
import { SpoolFile } from './spool-file.ts';
import { eventLine, HEADER, noteLine, queuedEvent, readSpoolLine } from './spool-line.ts';
import { loadSpool } from './spool-load.ts';
import { moveToFront } from './spool-moving.ts';
import { SpoolQueue } from './spool-queue.ts';

export interface SpoolSettings {
  path: string;
  /** Bytes that the file may have. Notes may go beyond that, by little. */
  most: number;
  /** The URLs of the targets. */
  targets: readonly string[];
  /** Milliseconds since 1970. */
  now: () => number;
  tell: (message: string) => void;
  signal: AbortSignal;
}

/** Milliseconds between two notes of how far the targets are. */
const NOTE_MS = 1000;

/** Bytes; a smaller file is not worth the moving. */
const WORTH_MOVING = 1024 * 1024;

/** Bytes that are looked through in one go. */
const ONE_GO = 4 * 1024 * 1024;

/** A problem that comes and goes is told again after so many milliseconds. */
const TOLD_MS = 60_000;

export class Spool {
  readonly #file: SpoolFile;
  readonly #settings: SpoolSettings;
  readonly #queues: Map<string, SpoolQueue>;
  #timer: NodeJS.Timeout | undefined;
  #moving: Promise<void> | undefined;
  #isUnsynced = false;
  #isClosed = false;
  #told: { problem: string; at: number; isOver: boolean } | undefined;
  /** Lines of an earlier run that could not be read: what they held is known nowhere. */
  readonly damaged: number;

  private constructor(
    file: SpoolFile,
    settings: SpoolSettings,
    queues: Map<string, SpoolQueue>,
    damaged: number,
  ) {
    this.#file = file;
    this.#settings = settings;
    this.#queues = queues;
    this.damaged = damaged;
    if (this.#events === 0) this.#empty();
    this.#tellWhatWasFound();
  }

  /** Opens the file and reads what waits in it. Throws `IoError`, and the reason of the signal. */
  static async open(settings: SpoolSettings): Promise<Spool> {
    const file = await SpoolFile.open(settings.path);
    try {
      const { queues, damaged } = await loadSpool(file, settings.signal);
      return new Spool(file, settings, queues, damaged);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Bytes of the file. */
  get size(): number {
    return this.#file.size;
  }

  /** What waits for a target. */
  of(target: string): Overflow {
    const queue = this.#queues.get(target) ?? new SpoolQueue(target, HEADER.length);
    this.#queues.set(target, queue);
    return {
      get size() {
        return queue.events;
      },
      get hasMore() {
        return queue.hasMore;
      },
      push: event => this.#push(queue, event),
      drain: most => this.#drain(queue, most),
      done: id => this.#done(queue, id),
    };
  }

  /** What was taken outlives a loss of power from here on. Rejects with `IoError`. */
  async sync(): Promise<void> {
    if (!this.#isUnsynced) return;
    this.#isUnsynced = false;
    await this.#file.sync();
  }

  /** Notes how far the targets are. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#moving;
    clearTimeout(this.#timer);
    this.#note(false);
    await this.#file.close();
  }

  get #name(): string {
    return quote(this.#settings.path, 200);
  }

  #tellWhatWasFound(): void {
    const { targets, tell } = this.#settings;
    if (this.damaged > 0)
      tell(`${this.#name} has damaged lines (${this.damaged}): what they held cannot be sent`);
    for (const { target, events } of this.#queues.values())
      if (events > 0 && !targets.includes(target))
        tell(`${this.#name} holds ${events} events for ${target}, which is no target now: they stay there`);
  }

  #push(queue: SpoolQueue, event: StreamEvent): boolean {
    const line = eventLine(queue.target, event);
    const place = this.#file.size || HEADER.length;
    if (place + line.length > this.#settings.most) return this.#refuse('is full');
    try {
      this.#file.append(line);
    } catch (error) {
      return this.#refuse(`cannot be written: ${whyNot(error)}`);
    }
    queue.add(place, line.length);
    this.#isUnsynced = true;
    if (this.#told) this.#told.isOver = true;
    return true;
  }

  #refuse(problem: string): false {
    this.#tellOnce(`${problem}; what targets miss is found by comparing when they are back`);
    return false;
  }

  /** Once as long as it lasts, and not at once again where it comes and goes. */
  #tellOnce(problem: string): void {
    const { now, tell } = this.#settings;
    const told = this.#told?.problem === problem ? this.#told : undefined;
    if (told && (!told.isOver || now() - told.at < TOLD_MS)) return;
    this.#told = { problem, at: now(), isOver: false };
    tell(`${this.#name} ${problem}`);
  }

  #drain(queue: SpoolQueue, most: number): StreamEvent[] {
    if (this.#moving || !queue.hasMore) return [];
    const events: StreamEvent[] = [];
    const begun = queue.cursor;
    for (const lines of this.#file.lines(begun, this.#file.size)) {
      for (const line of lines) {
        if (events.length === most) break;
        queue.cursor = line.end;
        const read = readSpoolLine(line.bytes);
        if (read?.target !== queue.target || !('event' in read)) continue;
        const event = queuedEvent(read.event);
        if (event && queue.hand(event.id, line)) events.push(event);
        if (event) continue;
        queue.skip(line);
        this.#tellOnce(`holds events for ${queue.target} that are damaged, and cannot be sent`);
      }
      if (events.length === most || !queue.hasMore || queue.cursor - begun >= ONE_GO) break;
    }
    if (queue.hasMore && (queue.cursor === begun || queue.cursor >= this.#file.size)) {
      queue.loseUnread(this.#file.size);
      this.#tellOnce(`was changed by another program: events for ${queue.target} are gone`);
    }
    this.#settle(queue);
    return events;
  }

  #done(queue: SpoolQueue, id: string): void {
    queue.answered(id);
    this.#settle(queue);
  }

  #settle(queue: SpoolQueue): void {
    if (this.#moving || !queue.settle()) return;
    if (this.#events === 0) return this.#empty();
    this.#timer ??= setTimeout(() => this.#onTimer(), NOTE_MS).unref();
  }

  #empty(): void {
    this.#file.truncate(0);
    for (const queue of this.#queues.values()) queue.restart(HEADER.length);
  }

  get #events(): number {
    let events = 0;
    for (const queue of this.#queues.values()) events += queue.events;
    return events;
  }

  #onTimer(): void {
    this.#timer = undefined;
    this.#note(false);
    if (this.#isWorthMoving()) this.#move();
  }

  /** Notes how far targets are, or all of them. Where there is no room for that, more is sent twice after a kill. */
  #note(all: boolean): boolean {
    const due = [...this.#queues.values()].filter(({ done, noted }) => all || done !== noted);
    if (due.length === 0 || this.#file.size === 0) return true;
    try {
      this.#file.append(Buffer.concat(due.map(({ target, done }) => noteLine(target, done))));
    } catch {
      return false;
    }
    for (const queue of due) queue.noted = queue.done;
    return true;
  }

  /** Nothing before this place waits. */
  get #begin(): number {
    const waiting = [...this.#queues.values()].filter(({ events }) => events > 0);
    return waiting.reduce((least, { done }) => Math.min(least, done), this.#file.size);
  }

  #isWorthMoving(): boolean {
    let bytes = HEADER.length;
    for (const queue of this.#queues.values()) bytes += queue.bytes;
    const { size } = this.#file;
    return size >= WORTH_MOVING && bytes <= this.#begin && bytes <= size / 2;
  }

  #move(): void {
    this.#moving = this.#makeSmaller()
      .catch(error => this.#tellOnce(`cannot be made smaller: ${whyNot(error)}`))
      .finally(() => {
        this.#moving = undefined;
        for (const queue of this.#queues.values()) this.#settle(queue);
      });
  }

  async #makeSmaller(): Promise<void> {
    const from = this.#begin;
    if (!this.#note(true)) return;
    await this.#file.sync();
    const isStopped = () => this.#isClosed;
    await moveToFront({ file: this.#file, queues: this.#queues, from, isStopped });
  }
}
