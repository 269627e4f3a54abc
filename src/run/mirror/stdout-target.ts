// stdout as a target of a mirror. An event counts as taken when the operating system has its line for the reader; what was
// taken is kept by its id, so that a comparison finds what was not.
import { fstatSync } from 'node:fs';
import type { Writer } from '../../output/writer.ts';
import type { IdList, NegentropyItems } from '../../protocol/nip77.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { noTargetCounts, type Target, type TargetHooks, type TargetState } from '../../sync/mirror/target.ts';
import { noCounts, type Side, type SideMethod } from '../../sync/side.ts';
import type { TakenIds } from './taken-ids.ts';
import { type WaitingLine, WaitingLines } from './waiting-lines.ts';

export class StdoutTarget implements Target {
  readonly name = '-';
  readonly isRelay = false;
  readonly reason = '';
  readonly counts = noTargetCounts();
  readonly spooled = 0;
  state: TargetState = 'up';
  readonly #stdout: Writer;
  readonly #taken: TakenIds;
  readonly #hooks: TargetHooks;
  readonly #waiting = new WaitingLines();
  #isWriting = false;
  readonly #forRoom: (() => void)[] = [];

  constructor(stdout: Writer, taken: TakenIds, hooks: TargetHooks) {
    this.#stdout = stdout;
    this.#taken = taken;
    this.#hooks = hooks;
  }

  get queued(): number {
    return this.#waiting.size;
  }

  get oldestPending(): number | undefined {
    return this.#waiting.oldest;
  }

  get floor(): number {
    return this.#taken.floor;
  }

  wants(event: StreamEvent): boolean {
    return !this.#taken.has(event) && !this.#waiting.has(event.id);
  }

  holds(): void {}

  take(event: StreamEvent): boolean {
    if (this.#waiting.isFull) return this.#refuse();
    this.#waiting.add(event);
    if (!this.#isWriting) void this.#write();
    return true;
  }

  room(): Promise<void> | void {
    if (!this.#waiting.hasRoom) return new Promise(resolve => this.#forRoom.push(resolve));
  }

  async compared(): Promise<Side> {
    return new TakenSide(this.#taken);
  }

  async close(): Promise<void> {
    for (const resolve of this.#forRoom.splice(0)) resolve();
  }

  #refuse(): false {
    if (this.state !== 'behind') {
      this.state = 'behind';
      this.#hooks.onBehind(this);
    }
    return false;
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    try {
      while (this.#waiting.size > 0) {
        const piece = this.#waiting.piece();
        await this.#stdout.bytes([Buffer.concat(piece.map(({ line }) => line))]);
        await this.#stdout.flush();
        if (this.#stdout.readerGone.aborted || this.#stdout.isAbandoned) return;
        this.#took(piece);
      }
    } catch (error) {
      this.#hooks.onFault(error);
    }
    this.#isWriting = false; // on the turn of the last look: what is taken later begins anew
  }

  #took(piece: readonly WaitingLine[]): void {
    for (const { id, createdAt } of piece) this.#taken.add(createdAt, id);
    this.#waiting.done(piece);
    this.#taken.flush();
    this.counts.sent += piece.length;
    this.counts.accepted += piece.length;
    if (!this.#waiting.hasRoom) return;
    for (const resolve of this.#forRoom.splice(0)) resolve();
    if (this.state !== 'behind') return;
    this.state = 'up';
    this.#hooks.onReturn(this);
  }
}

/** Whether what stdout took outlives this process and any other: it is a file. */
export function isStdoutKept(): boolean {
  try {
    return fstatSync(1).isFile();
  } catch {
    return false; // it is closed
  }
}

/** What was taken, as the side of a comparison. */
class TakenSide implements Side {
  readonly name = '-';
  readonly isRelay = false;
  readonly counts = noCounts();
  readonly gaps: readonly string[] = [];
  readonly negotiator = undefined;
  readonly hasItems = true;
  method: SideMethod | undefined = 'file';
  readonly #taken: TakenIds;

  constructor(taken: TakenIds) {
    this.#taken = taken;
  }

  giveUpNegotiation(): void {}

  async isEmpty(): Promise<boolean> {
    return this.#taken.size === 0;
  }

  async items(): Promise<NegentropyItems> {
    return this.#taken.items();
  }

  async *all(): AsyncGenerator<StreamEvent[], void> {}

  async *named(_ids: IdList): AsyncGenerator<StreamEvent[], void> {}

  offer(): void {}

  async drain(): Promise<void> {}

  async close(): Promise<void> {}
}
