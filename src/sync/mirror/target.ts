// Where a mirror brings events: a relay, or an output. What each can be asked is here; how it does that is in
// relay-target.ts, and for outputs where these are.
import type { StreamEvent } from '../../protocol/stream-event.ts';
import type { Side } from '../side.ts';

/** `behind`: it lacks events that there was no room for here; a comparison will bring them. */
export type TargetState = 'up' | 'down' | 'behind';

/** The running numbers of a target. */
export interface TargetCounts {
  /** Events that were sent to it. */
  sent: number;
  /** Those that it took. */
  accepted: number;
  /** Those that it had already. */
  duplicates: number;
  /** Those that it has a newer version of, or that were deleted there. */
  superseded: number;
  /** Those that it does not want, or never answered for. */
  refused: number;
  /** Events that are not for it: protected, ephemeral or expired. */
  skipped: number;
}

/** Nothing counted yet. */
export function noTargetCounts(): TargetCounts {
  return { sent: 0, accepted: 0, duplicates: 0, superseded: 0, refused: 0, skipped: 0 };
}

/** What the mirror around it is told. */
export interface TargetHooks {
  /** It cannot be reached. Told once for each time. */
  onDown: (target: Target) => void;
  /** It is back, or has room again: what it lacks is to be found out. */
  onReturn: (target: Target) => void;
  /** There was no room for an event. Told once until `onReturn`. */
  onBehind: (target: Target) => void;
  /** It does not want an event. */
  onRefused: (target: Target, id: string, message: string, kind: number) => void;
  /** The mirror as a whole must stop. */
  onFault: (error: unknown) => void;
}

/** How a relay is compared. */
export interface Comparing {
  /** Whether it is negotiated with. */
  negotiates: boolean;
  /** Told why it does not negotiate, before it is compared in another way; that is not done where this throws. */
  onRefused: (relay: string, reason: string) => void;
}

/** Makes a side to compare a relay by. */
export type Compared = (relay: string, how: Comparing) => Promise<Side>;

export interface Target {
  /** The URL of a relay, or `-`. */
  readonly name: string;
  readonly isRelay: boolean;
  readonly state: TargetState;
  /** Why it is down. */
  readonly reason: string;
  readonly counts: TargetCounts;
  /** Events that wait here, or whose answer is due. */
  readonly queued: number;
  /** Events that wait where they outlive this process. */
  readonly spooled: number;
  /** The `created_at` of the oldest event that it has not answered for; undefined where there is none. */
  readonly oldestPending: number | undefined;
  /** Everything older, in seconds, counts as held, where it says so: it is not compared. */
  readonly floor?: number;
  /** Whether it is to get this event: it has not answered for it, and has not been handed it. */
  wants(event: StreamEvent): boolean;
  /** It has this event: it came from there. */
  holds(event: StreamEvent): void;
  /** Takes an event at once; false where there is no room for it, and then it is `behind`. */
  take(event: StreamEvent): boolean;
  /** Where it returns a promise, that resolves when there is room for events that can wait. Throws `SideFailed` when it is down. */
  room(): Promise<void> | void;
  /** A side to compare it by. */
  compared(how: Comparing): Promise<Side>;
  /** Ends, for the reason given: resolves when what it has taken is safe. */
  close(reason: string): Promise<void>;
}
