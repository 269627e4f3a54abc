// stdout or a file as a target of a mirror. An event counts as taken when the operating system has its line; what was taken
// is kept by its id, so that a comparison finds what was not.
import type { IdList, NegentropyItems } from '../../protocol/nip77.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { noTargetCounts, type Target, type TargetHooks, type TargetState } from '../../sync/mirror/target.ts';
import { noCounts, type Side, type SideMethod } from '../../sync/side.ts';
import type { Output } from './output.ts';
import type { TakenIds } from './taken-ids.ts';
import { type WaitingLine, WaitingLines } from './waiting-lines.ts';

/** The name of stdout. */
export const STDOUT = '-';

export class OutputTarget implements Target {
  readonly name: string;
  readonly isRelay = false;
  readonly reason = '';
  readonly counts = noTargetCounts();
  readonly spooled = 0;
  state: TargetState = 'up';
  readonly #output: Output;
  readonly #taken: TakenIds;
  readonly #hooks: TargetHooks;
  readonly #waiting = new WaitingLines();
  #isWriting = false;
  readonly #forRoom: (() => void)[] = [];

  /** `name`: the path of a file, or `-`. */
  constructor(name: string, output: Output, hooks: TargetHooks) {
    this.name = name;
    this.#output = output;
    this.#taken = output.taken;
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
    return new TakenSide(this.name, this.#taken);
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
        if (!(await this.#output.write(Buffer.concat(piece.map(({ line }) => line))))) return;
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

/** What was taken, as the side of a comparison. */
class TakenSide implements Side {
  readonly name: string;
  readonly isRelay = false;
  readonly counts = noCounts();
  readonly gaps: readonly string[] = [];
  readonly negotiator = undefined;
  readonly hasItems = true;
  method: SideMethod | undefined = 'file';
  readonly #taken: TakenIds;

  constructor(name: string, taken: TakenIds) {
    this.name = name;
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
