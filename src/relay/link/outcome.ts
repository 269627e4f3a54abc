// How a relay ended a query, and what became of a published event: values, not exceptions, because one bad
// relay must never hide what the others said. Their shapes are what --report and --results print.
import type { FailureKind } from '../../failure-codes.ts';
import { parseReason } from '../../protocol/message.ts';

/**
 * Why a relay's part of a query is over.
 * `refused`: a NOTICE instead of an answer; `gap`: a second denser than could be paged.
 */
export type End =
  | 'eose'
  | 'limit'
  | 'idle'
  | 'timeout'
  | 'closed'
  | 'refused'
  | 'auth_required'
  | 'disconnect'
  | 'unreachable'
  | 'gap'
  | 'interrupted';

/** How one attempt at a relay ended, and why in words. */
export interface EndReason {
  end: End;
  reason: string;
}

/**
 * Whether the same request may well succeed a little later: the network failed, the relay kept silent, or it said
 * `rate-limited:` or `error:`. strfry begins each CLOSED with `ERROR: `, which says nothing.
 */
export function isTransient({ end, reason }: EndReason): boolean {
  if (end === 'closed') return /^(ERROR: )?(rate-limited|error):/.test(reason);
  return end === 'unreachable' || end === 'disconnect' || end === 'timeout';
}

/** The running numbers of one relay, as `--report` prints them. */
export interface Counts {
  /** Printed because this relay sent them first. */
  events: number;
  /** Dropped: malformed, wrong id or signature, not matching the filters, or nobody had asked. */
  invalid: number;
  /** Valid, but already printed. */
  duplicates: number;
}

/** One line of `--report`. */
export interface RelayEnding extends EndReason, Counts {
  relay: string;
  /** Whether the relay said that it had sent all it holds (EOSE), and nothing is known to be missing. */
  complete: boolean;
  /** From the start of the connection to the end, without the closing. */
  ms: number;
}

const FAILURE_OF_END: Record<End, FailureKind | undefined> = {
  eose: undefined,
  limit: undefined,
  idle: 'timeout',
  timeout: 'timeout',
  closed: 'refused',
  refused: 'refused',
  auth_required: 'auth',
  disconnect: 'unreachable',
  unreachable: 'unreachable',
  gap: 'partial',
  interrupted: undefined,
};

/** The kind of failure an ending stands for; undefined when the relay did its part. */
export function endingFailure(ending: Pick<RelayEnding, 'end' | 'complete'>): FailureKind | undefined {
  return ending.complete ? undefined : FAILURE_OF_END[ending.end];
}

/** What one relay made of one event. */
export type PublishStatus =
  | 'accepted'
  | 'duplicate'
  | 'refused'
  | 'auth_required'
  | 'rate_limited'
  | 'invalid'
  | 'timeout'
  | 'disconnect'
  | 'unreachable';

/** One line of `publish --results`. */
export interface PublishOutcome {
  id: string;
  relay: string;
  ok: boolean;
  status: PublishStatus;
  message: string;
  attempts: number;
  /** From the first sending to the answer. */
  ms: number;
}

const STATUS_OF_PREFIX = new Map<string | undefined, PublishStatus>([
  ['duplicate', 'duplicate'],
  ['rate-limited', 'rate_limited'],
  ['auth-required', 'auth_required'],
  ['invalid', 'invalid'],
]);

/** The status an OK frame stands for. `duplicate:` and any other prefix with `true` is a success (NIP-01). */
export function okStatus(accepted: boolean, message: string): PublishStatus {
  const { prefix } = parseReason(message);
  if (accepted) return prefix === 'duplicate' ? 'duplicate' : 'accepted';
  return STATUS_OF_PREFIX.get(prefix) ?? 'refused';
}

/**
 * Whether a relay says that it has a newer version of what was sent, and keeps that: NIP-01 lets it say so with true
 * ("duplicate: have a newer one") or with false ("replaced: have newer event").
 */
export function hasNewer({ status, message }: Pick<PublishOutcome, 'status' | 'message'>): boolean {
  if (status !== 'duplicate' && status !== 'refused') return false;
  return /^replaced:|\bnewer (?:one|event|version)\b/i.test(message);
}

/** Whether an OK false speaks of the relay's present state, not of the event (NIP-01's prefixes): it may pass. */
export function isTransientRefusal(message: string): boolean {
  const { prefix } = parseReason(message);
  return prefix === 'rate-limited' || prefix === 'error';
}

const FAILURE_OF_STATUS: Record<PublishStatus, FailureKind> = {
  accepted: 'refused',
  duplicate: 'refused',
  refused: 'refused',
  rate_limited: 'refused',
  invalid: 'refused',
  auth_required: 'auth',
  timeout: 'timeout',
  disconnect: 'unreachable',
  unreachable: 'unreachable',
};

/** The kind of failure an outcome stands for; undefined for a success. */
export function outcomeFailure(outcome: PublishOutcome): FailureKind | undefined {
  return outcome.ok ? undefined : FAILURE_OF_STATUS[outcome.status];
}

/**
 * Whether a NOTICE seems to stand for the answer to a request. Old relays refuse a REQ or an EVENT that way,
 * without its id (nostream, strfry).
 */
export function readsLikeRefusal(notice: string): boolean {
  return REFUSALS.test(notice);
}

const REFUSALS =
  /^(error|invalid|blocked|restricted|rate-limited|auth-required|unsupported|subscription rejected|rejected|bad |could not|too many|failed)/i;

/** Whether a NOTICE asks for fewer requests: the answer may well come later, so no other is made of it. */
export function asksToSlowDown(notice: string): boolean {
  return /rate.?limit|slow(ing)? down|too (fast|many (requests|messages|events))/i.test(notice);
}

/** After such a NOTICE, how long the real answer may still take. */
export const NOTICE_GRACE_MS = 1000;
