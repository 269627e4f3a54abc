// The last stretch of a faulty connection: frames wait here for their time or their turn, and here the connection breaks.
// What waits counts as unsent, so that the session stops as it does for a client that reads slowly.
import type { Socket } from 'node:net';
import { HIGH_WATER } from '../limits.ts';
import type { Transport } from '../transport.ts';
import { endAbruptly, halfFrame, reset } from './broken-wire.ts';
import type { FaultName, FaultOf } from './fault.ts';
import { Delays, type Keeper, Lane, type Outgoing, Pace } from './held-frames.ts';
import type { About } from './scope.ts';

export interface OutletOptions {
  transport: Transport;
  socket: Socket;
  find: <N extends FaultName>(name: N, about: About) => FaultOf<N> | undefined;
  /** Hears how many characters more or fewer wait. */
  onHeld: (difference: number) => void;
  log: (line: string) => void;
}

/** The frames that answer a client; a challenge and a NOTICE break nothing. */
const ANSWERS: ReadonlySet<string> = new Set(['EVENT', 'EOSE', 'OK', 'COUNT', 'CLOSED']);

/** The faults that end a connection. */
const BREAKS = ['half-frame', 'rst', 'drop-after'] as const;
type Break = FaultOf<(typeof BREAKS)[number]>;

export class Outlet {
  readonly #options: OutletOptions;
  readonly #lanes = new Set<Lane>();
  readonly #delays: Delays;
  readonly #pace: Pace;
  /** Events sent since a fault that counts them was set. */
  readonly #sent = new WeakMap<Break, number>();
  #held = 0;
  #waiting: (() => void)[] = [];
  #hasSent = false;
  #mayWait = true;
  #isOver = false;

  constructor(options: OutletOptions) {
    this.#options = options;
    this.#delays = new Delays(this.#keeper(frame => this.#takeTurn(frame)));
    this.#pace = new Pace(this.#keeper(frame => this.#put(frame)));
  }

  /** Whether nothing more is sent on this connection. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** How many characters wait. */
  get held(): number {
    return this.#held;
  }

  get backlog(): number {
    return this.#isOver ? 0 : this.#options.transport.backlog + this.#held;
  }

  get isFull(): boolean {
    return !this.#isOver && (this.#options.transport.isFull || this.#held > HIGH_WATER);
  }

  async drained(): Promise<void> {
    for (;;) {
      await this.#options.transport.drained();
      if (this.#isOver || this.#held <= HIGH_WATER) return;
      await new Promise<void>(resolve => this.#waiting.push(resolve));
    }
  }

  /** A place where frames wait in order. */
  newLane(): Lane {
    const lane = new Lane(this.#keeper(frame => this.#takeTurn(frame)));
    this.#lanes.add(lane);
    return lane;
  }

  dropLane(lane: Lane): void {
    lane.discard();
    this.#lanes.delete(lane);
  }

  /** Sends a frame after a time, and behind those that wait in its lane if it has one. */
  send(frame: Outgoing, lane?: Lane, delayMs = 0): void {
    if (this.#isOver) return;
    const delay = this.#mayWait ? delayMs : 0;
    if (lane && (delay > 0 || !lane.isEmpty)) lane.hold(frame, delay);
    else if (delay > 0) this.#delays.hold(frame, delay);
    else this.#takeTurn(frame);
  }

  /** Sends all that waits. */
  release(): void {
    for (const lane of this.#lanes) lane.flush();
    this.#delays.flush();
    this.#pace.flush();
  }

  /** From now on nothing waits. */
  stopWaiting(): void {
    this.#mayWait = false;
    this.release();
  }

  /** Ends the connection, because it holds back too much. */
  overflow(): void {
    this.#options.log(`${this.#held} characters wait, which is too much: the connection ends`);
    this.close();
    endAbruptly(this.#options.socket);
  }

  /** Nothing is sent any more, and what waits is forgotten. */
  close(): void {
    this.#isOver = true;
    for (const lane of this.#lanes) lane.discard();
    this.#delays.discard();
    this.#pace.discard();
    this.#wake();
  }

  #keeper(release: (frame: Outgoing) => void): Keeper {
    return { release, holds: difference => this.#holds(difference) };
  }

  #holds(difference: number): void {
    this.#held += difference;
    if (this.#held <= HIGH_WATER) this.#wake();
    this.#options.onHeld(difference);
  }

  #takeTurn(frame: Outgoing): void {
    const slow = this.#mayWait ? this.#options.find('slow', frame.about) : undefined;
    if (slow || !this.#pace.isEmpty) this.#pace.push(frame, slow?.value ?? 0);
    else this.#put(frame);
  }

  #put(frame: Outgoing): void {
    if (this.#isOver) return;
    const breaks = ANSWERS.has(frame.type) ? this.#breaksFor(frame.about) : [];
    const due = breaks.find(fault => this.#count(fault) >= fault.value);
    if (due) return this.#break(due, frame.text);
    this.#hasSent = true;
    this.#options.transport.send(frame.text);
    if (frame.type !== 'EVENT') return;
    for (const fault of breaks) this.#sent.set(fault, this.#count(fault) + 1);
    const reached = breaks.find(fault => fault.name !== 'half-frame' && this.#count(fault) >= fault.value);
    if (reached) this.#break(reached);
  }

  #breaksFor(about: About): Break[] {
    return BREAKS.flatMap(name => this.#options.find(name, about) ?? []);
  }

  #count(fault: Break): number {
    return this.#sent.get(fault) ?? 0;
  }

  /** `text` is the frame that would be next. */
  #break({ name }: Break, text?: string): void {
    const { socket, log } = this.#options;
    log(name);
    this.close();
    if (name === 'rst') reset(socket, this.#hasSent);
    else endAbruptly(socket, name === 'half-frame' ? halfFrame(text!) : undefined);
  }

  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resume of waiting) resume();
  }
}
