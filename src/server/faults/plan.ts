// The faults of a relay as they are now. They may change while it runs, by lines such as `set no-eose`. Connections are
// counted here, and each draws its own chances from the seed: the same dialogue shows the same bytes again.
import type { Socket } from 'node:net';
import { nearest } from '../../protocol/nearest.ts';
import { quote } from '../../protocol/quote.ts';
import type { Transport } from '../transport.ts';
import { FAULT_NAMES, type Fault, type FaultName, type FaultOf, InvalidFault, parseFault } from './fault.ts';
import { FaultyConnection } from './faulty-connection.ts';
import { Random } from './random.ts';
import { type About, fits } from './scope.ts';

export interface PlanOptions {
  faults?: readonly Fault[] | undefined;
  /** Without one it is 0, and the challenges of NIP-42 are truly random. */
  seed?: number | undefined;
  /** Hears of each fault as it happens. */
  log?: (line: string) => void;
}

interface Planned {
  fault: Fault;
  /** How many connections there had been when it was set: the first n are counted from there. */
  since: number;
}

/** More cannot be set while the relay runs: it would become slow. */
const MAX_FAULTS = 100;

/** What waits on one connection beyond so many characters ends it. The session stops, or closes what is slow, far below. */
const MAX_HELD = 32 * 1024 * 1024;

/** What waits on all connections beyond so many ends the one with the most. */
const MAX_HELD_BY_ALL = 128 * 1024 * 1024;

const VERBS: readonly string[] = ['set', 'clear', 'list'];

export class FaultPlan {
  readonly #seed: number | undefined;
  readonly #log: (line: string) => void;
  readonly #open = new Set<FaultyConnection>();
  #planned: Planned[] = [];
  #connections = 0;
  /** Characters that wait on all connections. */
  #held = 0;

  constructor({ faults = [], seed, log = () => {} }: PlanOptions) {
    this.#seed = seed;
    this.#log = log;
    for (const fault of faults) this.#add(fault);
  }

  get isEmpty(): boolean {
    return this.#planned.length === 0;
  }

  /** What management may do with it: the lines of `--control`. */
  readonly methods = new Map([['changefault', ([line]: readonly unknown[]) => this.change(String(line))]]);

  /** The faults as they were written, in the order in which they were set. */
  get texts(): string[] {
    return this.#planned.map(({ fault }) => fault.text);
  }

  /**
   * Obeys `set FAULT`, `clear`, `clear NAME` or `list`, and answers in one line. A fault of the same name and scope is
   * replaced. Throws `InvalidFault`, and nothing has changed.
   */
  change(line: string): string {
    const [, verb = '', rest = ''] = /^\s*(\S*)\s*(.*?)\s*$/s.exec(line)!;
    switch (verb) {
      case 'set':
        if (this.#planned.length >= MAX_FAULTS)
          throw new InvalidFault(`at most ${MAX_FAULTS} faults; clear some`);
        this.#add(parseFault(rest));
        return `set ${shown(rest)}`;
      case 'clear':
        return this.#clear(rest);
      case 'list':
        if (rest !== '') throw new InvalidFault(`list stands alone, not with ${quote(rest)}`);
        return `faults: ${this.isEmpty ? 'none' : this.texts.map(shown).join(' ')}`;
      default:
        throw new InvalidFault(`unknown word ${quote(verb)}; ${this.#hintFor(verb, line)}`);
    }
  }

  #hintFor(verb: string, line: string): string {
    const name = /^[a-z-]*/.exec(verb)![0];
    if (FAULT_NAMES.some(fault => fault === name)) return `write ${quote(`set ${line.trim()}`)}`;
    const guess = nearest(verb, VERBS);
    return guess === undefined ? 'write set FAULT, clear, clear NAME or list' : `did you mean "${guess}"?`;
  }

  #add(fault: Fault): void {
    const others = this.#planned.filter(({ fault: { key } }) => key !== fault.key);
    this.#planned = [...others, { fault, since: this.#connections }];
  }

  #clear(name: string): string {
    if (name !== '' && !FAULT_NAMES.some(fault => fault === name)) {
      const guess = nearest(name, FAULT_NAMES);
      throw new InvalidFault(`unknown fault ${quote(name)}${guess ? `; did you mean "${guess}"?` : ''}`);
    }
    const before = this.#planned.length;
    this.#planned = this.#planned.filter(({ fault }) => name !== '' && fault.name !== name);
    if (this.isEmpty) for (const connection of this.#open) connection.release();
    return `cleared ${before - this.#planned.length} of ${before}`;
  }

  /** The fault of a name that applies; of several the one that was set last. */
  find<N extends FaultName>(name: N, about: About, connection: number): FaultOf<N> | undefined {
    const found = this.#planned.findLast(
      ({ fault: { name: other, scope }, since }) =>
        other === name && isAmong(connection, since, scope.connections) && fits(scope, about),
    );
    return found?.fault as FaultOf<N> | undefined;
  }

  /** A new connection: its faults stand between the session and the socket. `peer` is for the log. */
  connect(transport: Transport, socket: Socket, peer: string): FaultyConnection {
    const number = ++this.#connections;
    const connection = new FaultyConnection({
      transport,
      socket,
      isQuiet: () => this.isEmpty,
      find: (name, about) => this.find(name, about, number),
      random: (...words) => new Random(this.#seed ?? 0, number, ...words),
      hasOwnChallenge: this.#seed !== undefined,
      log: line => this.#log(`${peer} fault ${line}`),
      onHeld: difference => this.#hold(difference, connection),
      onClose: () => this.#open.delete(connection),
    });
    this.#open.add(connection);
    return connection;
  }

  #hold(difference: number, connection: FaultyConnection): void {
    this.#held += difference;
    if (difference < 0) return;
    if (connection.held > MAX_HELD) connection.overflow();
    else if (this.#held > MAX_HELD_BY_ALL) this.#largest().overflow();
  }

  #largest(): FaultyConnection {
    return [...this.#open].reduce((most, each) => (each.held > most.held ? each : most));
  }

  /** The relay ends: what waits is sent, and nothing waits any more. */
  close(): void {
    for (const connection of this.#open) connection.stopWaiting();
  }
}

/** A fault as it was written; in quotes when it holds more than words and numbers. */
function shown(text: string): string {
  return /^[\w.:/=@,-]{1,200}$/.test(text) ? text : quote(text, 200);
}

function isAmong(connection: number, since: number, count: number | undefined): boolean {
  return count === undefined || (connection > since && connection <= since + count);
}
