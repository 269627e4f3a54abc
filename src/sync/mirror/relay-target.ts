// A relay that a mirror brings events to: one pipelined publisher that connects again for ever, a bounded queue before it,
// and the ids that need not be sent. Nothing is dropped silently: what there is no room for makes it `behind`.

import { parseReason } from '../../protocol/message.ts';
import type { StreamEvent } from '../../protocol/stream-event.ts';
import { isTransientRefusal, type PublishOutcome } from '../../relay/link/outcome.ts';
import type { RelayPublisherOptions } from '../../relay/publish/publisher-options.ts';
import { RelayPublisher } from '../../relay/publish/relay-publisher.ts';
import type { Side } from '../side.ts';
import { SideFailed } from '../side-failed.ts';
import { AnsweredIds } from './answered-ids.ts';
import { type Overflow, Overflowed } from './overflow.ts';
import { type PendingTransfer, PendingTransfers } from './pending.ts';
import {
  type Compared,
  type Comparing,
  noTargetCounts,
  type Target,
  type TargetHooks,
  type TargetState,
} from './target.ts';

export interface RelayTargetOptions {
  connection: RelayPublisherOptions['connection'];
  backoff?: RelayPublisherOptions['backoff'];
  /** What takes events while it is down, and those that the queue has no room for. */
  overflow?: Overflow | undefined;
  /** A side to compare the relay by. */
  compared: Compared;
}

/** Events that come out of the overflow at once. */
const DRAINED = 500;

/** Attempts for one event after the first, before others go first. */
const RETRY = 2;

/** So often an event comes back without a final answer, while others get theirs, before it is given up. */
const MOST_FAILURES = 3;

export class RelayTarget implements Target {
  readonly name: string;
  readonly counts = noTargetCounts();
  reason = '';
  readonly #options: RelayTargetOptions;
  readonly #hooks: TargetHooks;
  readonly #publisher: RelayPublisher;
  readonly #pending = new PendingTransfers();
  readonly #overflow: Overflowed;
  readonly #answeredIds = new AnsweredIds();
  /** `new`: nothing is known of it yet. */
  #phase: 'new' | 'up' | 'down' | 'closed' = 'new';
  #isBehind = false;
  readonly #forRoom: { resolve: () => void; reject: (error: unknown) => void }[] = [];

  constructor(relay: string, options: RelayTargetOptions, hooks: TargetHooks) {
    this.name = relay;
    this.#options = options;
    this.#hooks = hooks;
    const { connection, backoff, overflow } = options;
    this.#overflow = new Overflowed(overflow, { onMore: () => this.#refill(), onFault: hooks.onFault });
    this.#publisher = new RelayPublisher(
      relay,
      { pipeline: 'auto', retry: RETRY, staysConnected: true, connection, backoff },
      {
        onOutcome: outcome => this.#answered(outcome),
        onSending: () => {},
        onRoom: () => this.#fill(),
        onFault: hooks.onFault,
        onOpen: () => this.#opened(),
        onLost: ({ end, reason }) => this.#lost(reason === '' ? end : reason),
      },
    );
  }

  get isRelay(): boolean {
    return true;
  }

  get state(): TargetState {
    if (this.#phase === 'down') return 'down';
    return this.#isBehind ? 'behind' : 'up';
  }

  get queued(): number {
    return this.#pending.size;
  }

  get spooled(): number {
    return this.#overflow.size;
  }

  get oldestPending(): number | undefined {
    return this.#pending.oldest;
  }

  wants(event: StreamEvent): boolean {
    return !this.#answeredIds.has(event) && !this.#pending.has(event.id) && !this.#overflow.has(event);
  }

  holds(event: StreamEvent): void {
    this.#answeredIds.hold(event);
  }

  take(event: StreamEvent): boolean {
    if (this.#overflows && this.#overflow.push(event)) return true;
    if (this.#pending.isFull) return this.#leaveOut();
    this.#pending.add(event);
    this.#fill();
    return true;
  }

  /** What comes while it is down is to outlive this process; what comes later keeps its order. */
  get #overflows(): boolean {
    return this.#phase === 'down' || this.#overflow.hasMore || this.#pending.isFull;
  }

  room(): Promise<void> | void {
    if (this.#phase === 'down' || this.#phase === 'closed') throw this.#failure();
    if (this.#hasRoom) return;
    return new Promise((resolve, reject) => this.#forRoom.push({ resolve, reject }));
  }

  compared(how: Comparing): Promise<Side> {
    return this.#options.compared(this.name, how);
  }

  async close(reason: string): Promise<void> {
    this.#phase = 'closed';
    this.#overflow.close();
    await this.#publisher.close(reason);
    for (const { reject } of this.#forRoom.splice(0)) reject(this.#failure());
  }

  /** What can wait comes behind what waits already. */
  get #hasRoom(): boolean {
    return this.#pending.hasRoom && !this.#overflow.hasMore;
  }

  #leaveOut(): false {
    if (!this.#isBehind) {
      this.#isBehind = true;
      this.#hooks.onBehind(this);
    }
    return false;
  }

  #fill(): void {
    while (!this.#publisher.isFull) {
      const transfer = this.#pending.next();
      if (!transfer) return;
      transfer.answersBefore = this.#answers;
      this.#publisher.offer(transfer.outgoing);
    }
  }

  /** Answers that settled an event. */
  get #answers(): number {
    const { accepted, duplicates, superseded, refused } = this.counts;
    return accepted + duplicates + superseded + refused;
  }

  #answered(outcome: PublishOutcome): void {
    const transfer = this.#pending.of(outcome.id);
    if (!transfer || this.#phase === 'closed') return;
    if (outcome.attempts > 0) this.counts.sent++;
    if (!outcome.ok && this.#mayTryAgain(transfer, outcome)) {
      this.#pending.again(transfer);
      return this.#fill();
    }
    this.#pending.settle(transfer);
    this.#count(outcome, transfer.kind);
    this.#overflow.done(outcome.id);
    this.#refill();
  }

  /** What overflowed comes back where there is room, and then what can wait. */
  #refill(): void {
    while (this.#phase === 'up' && this.#pending.hasRoom && this.#overflow.hasMore) {
      const events = this.#overflow.drain(DRAINED);
      for (const event of events) if (!this.#pending.has(event.id)) this.#pending.add(event);
      if (events.length === 0) break;
    }
    if (this.#hasRoom) this.#madeRoom();
    this.#fill();
  }

  /** It may be the relay's state that kept it from an answer; where others got theirs meanwhile, it is the event. */
  #mayTryAgain(transfer: PendingTransfer, { status, message }: PublishOutcome): boolean {
    if (status === 'rate_limited') return true;
    const isLost = status === 'timeout' || status === 'disconnect' || status === 'unreachable';
    if (!isLost && !isTransientRefusal(message)) return false;
    if (!isLost || this.#answers > transfer.answersBefore) transfer.failures++;
    return transfer.failures < MOST_FAILURES;
  }

  #count({ id, ok, status, message }: PublishOutcome, kind: number): void {
    const { counts } = this;
    const { prefix } = parseReason(message);
    if (ok && status === 'accepted') counts.accepted++;
    else if (ok || prefix === 'duplicate') counts.duplicates++;
    else if (prefix === 'replaced' || prefix === 'deleted') counts.superseded++;
    else {
      counts.refused++;
      this.#hooks.onRefused(this, id, message === '' ? status : message, kind);
    }
    this.#answeredIds.add(id, ok);
  }

  #madeRoom(): void {
    for (const { resolve } of this.#forRoom.splice(0)) resolve();
    if (!this.#isBehind || this.#phase === 'down') return;
    this.#isBehind = false;
    this.#hooks.onReturn(this);
  }

  /** What it held may be gone when it is back: from then on comparisons tell. */
  #opened(): void {
    const isFirst = this.#phase === 'new';
    if (!isFirst) return this.#isUp();
    this.#phase = 'up';
    this.#refill();
  }

  #isUp(): void {
    this.#phase = 'up';
    this.reason = '';
    this.#answeredIds.doubt();
    if (this.#hasRoom) this.#isBehind = false;
    this.#hooks.onReturn(this);
    this.#refill();
  }

  #lost(reason: string): void {
    this.reason = reason;
    if (this.#phase === 'down' || this.#phase === 'closed') return;
    this.#phase = 'down';
    this.#hooks.onDown(this);
    for (const { reject } of this.#forRoom.splice(0)) reject(this.#failure());
  }

  #failure(): SideFailed {
    return new SideFailed(this.name, { end: 'unreachable', reason: this.reason });
  }
}
