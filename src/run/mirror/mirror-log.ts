// What a mirror tells on stderr: each outage and its end once, the first refusal of each kind, and a line each minute at a
// terminal.
import type { Context } from '../../context.ts';
import type { LogEntry } from '../../output/log.ts';
import { parseReason } from '../../protocol/message.ts';
import { type EndReason, isTransient } from '../../relay/link/outcome.ts';
import type { MirrorHooks } from '../../sync/mirror/mirror.ts';
import type { Pair } from '../../sync/mirror/pair.ts';
import type { Source } from '../../sync/mirror/source.ts';
import type { Target } from '../../sync/mirror/target.ts';
import type { SideFailed } from '../../sync/side-failed.ts';
import { fallbackEntry } from '../sync/fallback.ts';
import { Outages } from './outages.ts';

/** Kinds of refusals that are told of one target: their prefixes are words of the relay. */
const MOST_PREFIXES = 20;

export class MirrorLog implements Omit<MirrorHooks, 'onFault' | 'onEnded'> {
  readonly #log: Context['log'];
  readonly #outages = new Outages();
  /** What was told once: of a target and the prefix of its refusal, or of a relay that does not negotiate. */
  readonly #told = new Map<string, Set<string>>();

  constructor({ log }: Pick<Context, 'log'>) {
    this.#log = log;
  }

  readonly onLost = ({ relay }: Source, reason: string, waitMs: number): void => {
    const message = `${reason}; trying again in ${(waitMs / 1000).toFixed(1)} s`;
    this.#lost(relay, { type: 'retry', relay, message, wait_ms: Math.round(waitMs) });
  };

  readonly onLive = ({ relay }: Source): void => {
    if (this.#back(relay, { type: 'reconnected', relay, message: 'connected again' })) return;
    this.#log.detail({ type: 'live', relay, message: 'followed from now on' });
  };

  readonly onDown = ({ name, reason, queued }: Target): void => {
    const message = `down: ${reason}; what is for it waits, and it is tried again`;
    this.#lost(`to ${name}`, { type: 'target_down', relay: name, reason, queued, message });
  };

  readonly onReturn = ({ name, queued, spooled }: Target): void => {
    const message = `up again, ${queued + spooled} events wait for it`;
    this.#back(`to ${name}`, { type: 'target_up', relay: name, queued, spooled, message });
    const room = 'there is room for its events again';
    this.#back(`room of ${name}`, { type: 'room', relay: name, queued, message: room });
  };

  readonly onBehind = ({ name, state, queued }: Target): void => {
    const message = `${queued} events wait for it, and there is room for no more; a comparison brings the others`;
    this.#lost(`room of ${name}`, { type: 'behind', relay: name, state, queued, message });
  };

  readonly onRefused = ({ name, counts }: Target, id: string, words: string): void => {
    const isFirst = this.#isNew(name, parseReason(words).prefix ?? '');
    const more = isFirst ? '; more such are only counted (SIGUSR2, --status)' : '';
    const message = `${id}: ${words}${more}`;
    const entry = { type: 'refused', relay: name, id, reason: words, refused: counts.refused, message };
    if (isFirst) this.#log.warn(entry);
    else if (this.#log.settings.verbosity === 'verbose') this.#log.detail(entry);
  };

  readonly onRefusal = (relay: string, reason: string): void => {
    const entry = fallbackEntry(relay, reason);
    if (this.#isNew(relay, 'NEG-OPEN')) this.#log.note(entry);
    else this.#log.detail(entry);
  };

  readonly onFailed = ({ source, target }: Pair, { side, ended }: SideFailed): void => {
    const other = side === source.relay ? target.name : source.relay;
    const reason = ended.reason || ended.end;
    const message = `comparing with ${other} failed: ${reason}; trying again`;
    const entry = { type: 'compare', relay: side, ...ended, message };
    if (isTransient(ended) || !this.#isNew(side, ended.end)) return this.#log.detail(entry);
    this.#log.warn({ ...entry, message: `${message}, and until then only what is new is brought` });
  };

  readonly onWhole = ({ source, target }: Pair): void => {
    const message = `has all that ${source.relay} has`;
    this.#log.detail({ type: 'whole', relay: target.name, source: source.relay, message });
  };

  /** A source refuses for good, while others go on. */
  ended({ relay }: Source, { end, reason }: EndReason): void {
    const message = `${reason === '' ? end : `${end}: ${reason}`}; it is not followed any more`;
    this.#log.warn({ type: 'end', relay, end, reason, message });
  }

  #lost(relay: string, entry: LogEntry): void {
    const verdict = this.#outages.lost(relay);
    if (verdict === 'untold') return this.#log.detail(entry);
    const rest = '; it comes and goes, and that is told no more for some minutes';
    this.#log.warn(verdict === 'last' ? { ...entry, message: `${entry.message}${rest}` } : entry);
  }

  /** False where it was not away. */
  #back(relay: string, entry: LogEntry): boolean {
    const isTold = this.#outages.back(relay);
    if (isTold) this.#log.note(entry);
    else if (isTold === false) this.#log.detail(entry);
    return isTold !== undefined;
  }

  #isNew(relay: string, what: string): boolean {
    const told = this.#told.get(relay) ?? new Set();
    this.#told.set(relay, told);
    if (told.size >= MOST_PREFIXES || told.has(what)) return false;
    told.add(what);
    return true;
  }
}
