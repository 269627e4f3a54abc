// stdout as the side of a sync that is written to: it holds nothing, and takes everything.
import type { Context } from '../../context.ts';
import { type IdList, NegentropyItems } from '../../protocol/nip77.ts';
import { linesOf, type StreamEvent } from '../../protocol/stream-event.ts';
import { noCounts, type Side, type SideMethod } from '../../sync/side.ts';
import type { CommandEnd } from '../command-end.ts';

export class StdoutSide implements Side {
  readonly name = '-';
  readonly isRelay = false;
  readonly counts = noCounts();
  readonly gaps: readonly string[] = [];
  readonly negotiator = undefined;
  readonly hasItems = true;
  method: SideMethod | undefined = 'file';
  readonly #stdout: Context['stdout'];
  readonly #end: Pick<CommandEnd, 'untilRoom'>;

  /** What nobody reads is waited for until `end`. */
  constructor(stdout: Context['stdout'], end: Pick<CommandEnd, 'untilRoom'>) {
    this.#stdout = stdout;
    this.#end = end;
  }

  giveUpNegotiation(): void {}

  async isEmpty(): Promise<boolean> {
    return true;
  }

  async items(): Promise<NegentropyItems> {
    return new NegentropyItems().seal();
  }

  async *all(): AsyncGenerator<StreamEvent[], void> {}

  async *named(_ids: IdList): AsyncGenerator<StreamEvent[], void> {}

  offer(event: StreamEvent): Promise<void> | void {
    this.counts.sent++;
    this.counts.accepted++;
    return this.#end.untilRoom(this.#stdout.bytes(linesOf([event])));
  }

  async drain(): Promise<void> {
    await this.#end.untilRoom(this.#stdout.flush());
  }

  async close(): Promise<void> {}
}
