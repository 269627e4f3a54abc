// Events asked for by their ids, in batches that the relay bears. What does not come is asked for once more, in smaller
// batches, and then counted as hidden: some relays list ids whose events they do not give (strfry).

import { bytesToHex } from '../protocol/hex.ts';
import { IdTable } from '../protocol/id-table.ts';
import type { IdList } from '../protocol/nip77.ts';
import type { StreamEvent } from '../protocol/stream-event.ts';
import { IdKey } from '../relay/link/id-key.ts';
import type { RelayLimits } from '../relay/link/relay-limits.ts';
import { EOSE, type Signal, STOPPED } from '../relay/link/signal.ts';
import { MODEST } from '../relay/link/split-request.ts';
import type { CheckedBatch } from '../relay/query/checked.ts';
import type { RelaySession } from '../relay/query/relay-session.ts';
import type { Reading } from './relay-reader.ts';

/** Ids asked for at once, where the relay allows as many. */
const MOST = 500;

/** Ids that are asked for a second time at all. */
const MOST_AGAIN = 20_000;

/** Ids asked for at once the second time. */
const FEW = 50;

/** Characters of an id in a REQ, with its quotes and comma; and of the rest of the REQ. */
const [ID_LENGTH, REST] = [67, 100];

export class WantedIds implements Reading {
  readonly #ids: IdList;
  readonly #limits: Pick<RelayLimits, 'ask'>;
  readonly #came: IdTable;
  readonly #key = new IdKey();
  #round: 1 | 2 = 1;
  /** How many ids of this round are done with. */
  #next = 0;
  /** Verdicts that are still to come. */
  #underWay: Promise<unknown> = Promise.resolve();

  constructor(ids: IdList, limits: Pick<RelayLimits, 'ask'>) {
    this.#ids = ids;
    this.#limits = limits;
    this.#came = new IdTable(1024);
  }

  /** How many were asked for and did not come; whole once `read` has ended with `eose`. */
  get missing(): number {
    let missing = 0;
    for (let i = 0; i < this.#ids.length; i++) if (!this.#hasCome(i)) missing++;
    return missing;
  }

  async *read(session: RelaySession): AsyncGenerator<CheckedBatch, Signal> {
    const most = await this.#most();
    for (; this.#round <= 2; this.#nextRound()) {
      for (let batch = this.#batch(most); batch.ids.length > 0; batch = this.#batch(most)) {
        if (session.isStopped) return STOPPED;
        const signal = yield* this.#ask(session, batch.ids);
        if (signal.type !== 'eose') return signal;
        this.#next = batch.end;
      }
      await this.#underWay;
      if (!this.#isWorthAnother(most)) break;
    }
    return EOSE;
  }

  /** A relay may list ids by the million: those of which it gives none are not asked for again. */
  #isWorthAnother(most: number): boolean {
    return (this.#came.size > 0 || this.#ids.length <= most) && this.missing <= MOST_AGAIN;
  }

  #nextRound(): void {
    this.#round++;
    this.#next = 0;
  }

  async *#ask(session: RelaySession, ids: string[]): AsyncGenerator<CheckedBatch, Signal> {
    const batches = session.read([{ ids, limit: ids.length }], { isLimitOurs: true });
    for (;;) {
      const { done, value } = await batches.next();
      if (done) return value;
      this.#note(value.events);
      yield value;
    }
  }

  #note(events: CheckedBatch['events']): void {
    const note = (valid: readonly StreamEvent[]) => {
      for (const event of valid) {
        event.writeId(this.#key.words);
        this.#came.add(this.#key);
      }
    };
    if (Array.isArray(events)) return note(events);
    this.#underWay = Promise.all([this.#underWay, events.then(note)]);
    this.#underWay.catch(() => {}); // told to whoever reads
  }

  /** How many ids a REQ may hold here, in this round. */
  async #most(): Promise<number> {
    if (this.#ids.length * ID_LENGTH + REST < MODEST.bytes) return MOST;
    const { max_limit, max_message_length } = (await this.#limits.ask()).limitation ?? {};
    const bytes = max_message_length || MODEST.bytes;
    return Math.max(1, Math.min(max_limit || MOST, MOST, Math.floor((bytes - REST) / ID_LENGTH)));
  }

  /** The next ids that have not come, and where they end. */
  #batch(most: number): { ids: string[]; end: number } {
    const count = this.#round === 1 ? most : Math.min(most, FEW);
    const ids: string[] = [];
    let end = this.#next;
    for (; end < this.#ids.length && ids.length < count; end++)
      if (!this.#hasCome(end)) ids.push(bytesToHex(this.#ids.at(end)));
    return { ids, end };
  }

  #hasCome(index: number): boolean {
    return this.#came.find(this.#key.readBytes(this.#ids.at(index))) !== 0;
  }
}
