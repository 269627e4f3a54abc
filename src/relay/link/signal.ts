// What a relay says on a subscription apart from events, as the reader of that subscription sees it.
import type { EoseHint } from '../../protocol/message.ts';
import type { AuthOutcome } from './authentication.ts';
import type { End, EndReason } from './outcome.ts';

/**
 * `silent`: nothing that was asked for came for the relay timeout while EOSE was due, perhaps a `notice` that asks to
 * slow down; or something else is `owed`;
 * `failed`: the user's own key could not sign an AUTH;
 * `stopped`: we ourselves stopped the subscription.
 */
export type Signal =
  | { type: 'eose'; hint: EoseHint | undefined }
  | { type: 'closed'; message: string }
  | { type: 'auth_required'; message: string }
  | { type: 'refused'; message: string }
  | { type: 'silent'; notice?: string; owed?: string }
  | { type: 'disconnected'; reason: string }
  | { type: 'failed'; error: unknown }
  | { type: 'stopped' };

/** Everything that is stored was sent. */
export const EOSE: Signal = { type: 'eose', hint: undefined };

export const STOPPED: Signal = { type: 'stopped' };

/** What ends by an AUTH that was not accepted: a relay that is lost meanwhile has refused nothing. */
export function signalOfAuth({ message, lack }: AuthOutcome): Signal {
  return lack === 'lost' ? { type: 'disconnected', reason: message } : { type: 'auth_required', message };
}

/** How a relay's part ended that ended by this signal; `stopped` is what we call it when we ended it ourselves. */
export function endReasonOf(signal: Signal, stopped: End): EndReason {
  switch (signal.type) {
    case 'eose':
      return { end: 'eose', reason: '' };
    case 'closed':
    case 'auth_required':
    case 'refused':
      return { end: signal.type, reason: signal.message };
    case 'silent':
      return {
        end: 'timeout',
        reason: signal.notice ? `no EOSE, but a notice: ${signal.notice}` : (signal.owed ?? 'no EOSE'),
      };
    case 'disconnected':
      return { end: 'disconnect', reason: signal.reason };
    case 'failed':
    case 'stopped':
      return { end: stopped, reason: '' };
  }
}
