// One of the places that events are moved between: a relay, or a file of events. What each can be asked is here; how it
// does that is in relay-side.ts, and for files where the files are.
import type { Filter } from '../protocol/filter.ts';
import type { IdList, NegentropyItems } from '../protocol/nip77.ts';
import type { StreamEvent } from '../protocol/stream-event.ts';
import type { Negotiator } from './negotiator.ts';

/**
 * How a side was compared. `negentropy`: by NIP-77; `ids`: all its events were paged through for their ids; `scan`: its
 * events were sent without comparing, or it took them so; `file`: by the ids in the file.
 */
export type SideMethod = 'negentropy' | 'ids' | 'scan' | 'file';

/** The running numbers of a side. */
export interface SideCounts {
  /** Events that only it had. */
  had: number;
  /** Events that it lacked. */
  needed: number;
  /** Events that were sent to it. */
  sent: number;
  /** Those of them that it has now; known duplicates, too. */
  accepted: number;
  /** Those that it does not want, or never answered for. */
  refused: number;
  /** Those of them that it has a newer version of, or that were deleted there: nothing is missing. */
  superseded: number;
  /** Ids that it lists and whose events it does not give. */
  hidden: number;
  /** Events that are not for it: protected, ephemeral or expired. */
  skipped: number;
}

export interface Side {
  /** The URL of a relay, or the path of a file. */
  readonly name: string;
  readonly counts: SideCounts;
  /** Whether it is a relay, which does not take every event. */
  readonly isRelay: boolean;
  method: SideMethod | undefined;
  /** What a relay sent that was no valid event, or was not asked for. */
  readonly invalid?: number;
  /** What may be missing of what it holds, in words: it could not be paged as a whole. */
  readonly gaps: readonly string[];
  /** Negotiates with it; undefined where it does not, or does not any more. */
  readonly negotiator: Negotiator | undefined;
  /** Whether its items can be had for little, without asking a relay for its events. */
  readonly hasItems: boolean;
  /** The same filters, each short enough for a request of its own, where requests have bounds. */
  partsOf?(filters: readonly Filter[]): Promise<Filter[]>;
  /** It is not asked to negotiate again. */
  giveUpNegotiation(reason: string): void;
  /** Whether it holds nothing that matches, as far as it says. */
  isEmpty(filters: readonly Filter[]): Promise<boolean>;
  /** Times and ids of all that matches. Throws `SideFailed`. */
  items(filter: Filter): Promise<NegentropyItems>;
  /** All events that match, verified; some may come twice. Throws `SideFailed`. */
  all(filters: readonly Filter[]): AsyncGenerator<StreamEvent[], void>;
  /** The events of these ids, verified; what it does not give is counted as hidden. Throws `SideFailed`. */
  named(ids: IdList): AsyncGenerator<StreamEvent[], void>;
  /** Takes an event. Where it returns a promise, that resolves when there is room for more. Throws `SideFailed`. */
  offer(event: StreamEvent): Promise<void> | void;
  /** Resolves when it is known of all events that were offered what became of them. Throws `SideFailed`. */
  drain(): Promise<void>;
  /** Gives up what is under way, for this reason. */
  close(reason: string): Promise<void>;
}

/** Nothing counted yet. */
export function noCounts(): SideCounts {
  return { had: 0, needed: 0, sent: 0, accepted: 0, refused: 0, superseded: 0, hidden: 0, skipped: 0 };
}
